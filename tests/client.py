"""A client in this process. Starlette's own wakes the app's thread nine times for a request, and waits for it as often,
which takes longer than most answers do; this one once."""

from types import TracebackType
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
from anyio.from_thread import BlockingPortal
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
        transport = _InOneStep(self, client, raise_server_exceptions)
        super().__init__(base_url=base_url, transport=transport, headers={"user-agent": "testclient"})

    @property
    def portal(self) -> BlockingPortal:
        """The way into the app's thread."""
        assert self._started.portal is not None, "enter the client first"
        return self._started.portal

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
    def __init__(self, asking: Client, client: tuple[str, int], raise_server_exceptions: bool) -> None:
        self.asking = asking
        self.client = client
        self.raise_server_exceptions = raise_server_exceptions

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            status, headers, body = self.asking.portal.call(ask, self.asking.app, self._scope(request), request.read())
        except Exception:
            if self.raise_server_exceptions:
                raise
            status, headers, body = 500, [], b""
        shown = b"" if request.method == "HEAD" else body
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(shown), request=request)

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


async def ask(app: ASGIApp, scope: Scope, content: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """What an app answers: status, headers and body."""
    waiting: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]
    answered, sent = anyio.Event(), list[Message]()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert message["type"] == ("http.response.body" if sent else "http.response.start")
        assert not answered.is_set(), "the answer has ended already"
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()

    await app(scope, receive, send)
    assert answered.is_set(), "the answer has no end"
    await anyio.sleep(0)  # what was left for the end of this turn of the loop, such as the log
    return sent[0]["status"], sent[0]["headers"], b"".join(message.get("body", b"") for message in sent)
