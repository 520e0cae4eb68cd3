"""A client in this process. Starlette's own wakes the app's thread nine times for a request, and waits for it as often,
which takes longer than most answers do; this one once."""

from types import TracebackType
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope


class Client(httpx.Client):
    """Asks an app whose lifespan lasts as long as the client's block."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        base_url: str = "http://testserver",
        client: tuple[str, int] = ("testclient", 50000),
        raise_server_exceptions: bool = True,
    ) -> None:
        self.app: Any = app
        self._started = TestClient(app)
        transport = _InOneStep(app, self._started, client, raise_server_exceptions)
        super().__init__(base_url=base_url, transport=transport, headers={"user-agent": "testclient"})

    def __enter__(self) -> "Client":
        self._started.__enter__()
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        super().__exit__(kind, value, traceback)
        self._started.__exit__(kind, value, traceback)


class _InOneStep(httpx.BaseTransport):
    def __init__(
        self, app: ASGIApp, started: TestClient, client: tuple[str, int], raise_server_exceptions: bool
    ) -> None:
        self.app = app
        self.started = started
        self.client = client
        self.raise_server_exceptions = raise_server_exceptions

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert self.started.portal is not None, "enter the client first"
        try:
            status, headers, body = self.started.portal.call(self._ask, self._scope(request), request.read())
        except Exception:
            if self.raise_server_exceptions:
                raise
            status, headers, body = 500, [], b""
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body), request=request)

    async def _ask(self, scope: Scope, content: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        waiting: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]
        answered, sent = anyio.Event(), list[Message]()

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            assert message["type"] == ("http.response.body" if sent else "http.response.start")
            assert not answered.is_set()
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answered.set()

        await self.app(scope, receive, send)
        assert answered.is_set(), "the answer has no end"
        await anyio.sleep(0)  # what was left for the end of this turn of the loop, such as the log
        body = b"".join(message.get("body", b"") for message in sent)
        return sent[0]["status"], sent[0]["headers"], b"" if scope["method"] == "HEAD" else body

    def _scope(self, request: httpx.Request) -> Scope:
        url = request.url
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},  # as the server's
            "http_version": "1.1",
            "method": request.method,
            "scheme": url.scheme,
            "path": unquote(url.path),
            "raw_path": url.raw_path.partition(b"?")[0],
            "root_path": "",
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": self.client,
            "server": (url.host, url.port or (443 if url.scheme == "https" else 80)),
            "state": {},
        }
