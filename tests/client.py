"""A client of an app in this process. Starlette's own takes three times as long for a request, and gives each app an
event loop of its own, where here several apps share a database whose connections are waited for on one loop."""

import asyncio
import json
import re
from collections.abc import Coroutine
from functools import cache
from threading import Event, Thread
from types import TracebackType
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

Result = TypeVar("Result")
_PLACE = re.compile(r"(body|query|path|header|cookie)(\.|$)|line \d+$")


class Client(httpx.Client):
    """Asks an app whose lifespan lasts as long as the client's block."""

    def __init__(
        self,
        app: FastAPI,
        *,
        base_url: str = "http://testserver",
        client: tuple[str, int] = ("testclient", 50000),
        raise_server_exceptions: bool = True,
    ) -> None:
        self.app: Any = app
        self._jar = _Jar()
        self._lifespan = app.router.lifespan_context(app)
        asgi = httpx.ASGITransport(app, raise_app_exceptions=raise_server_exceptions, client=client)
        super().__init__(base_url=base_url, transport=_OnTheLoop(asgi), headers={"user-agent": "testclient"})

    @property  # type: ignore[misc]  # nobody sets another jar
    def cookies(self) -> httpx.Cookies:
        return self._jar

    def __enter__(self) -> "Client":
        on_the_loop(self._lifespan.__aenter__())
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        super().__exit__(kind, value, traceback)
        on_the_loop(self._lifespan.__aexit__(kind, value, traceback))


class _Jar(httpx.Cookies):
    """Looks into answers that set a cookie. The library's own looks into all, a sixth of the time of a request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


class _OnTheLoop(httpx.BaseTransport):
    def __init__(self, asgi: httpx.ASGITransport) -> None:
        self._asgi = asgi

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return on_the_loop(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in answer.stream])
        if body and answer.headers.get("content-type") == "application/problem+json":
            _check_problem(json.loads(body))
        await asyncio.sleep(0)  # what was left for the end of this turn of the loop, such as the log
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))


def _check_problem(problem: dict[str, Any]) -> None:
    """Every problem says what was wrong, and where in the request."""
    assert all(problem[name] for name in ("title", "detail", "code")), problem
    assert all(_PLACE.match(one["field"]) and one["detail"] for one in problem.get("errors", [])), problem


def on_the_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """Do this on the loop of all apps, and wait for it."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Runs in a thread of its own until the process ends."""
    found: list[asyncio.AbstractEventLoop] = []
    started = Event()

    async def run() -> None:
        found.append(asyncio.get_running_loop())
        started.set()
        await asyncio.Event().wait()

    Thread(target=asyncio.run, args=(run(),), name="apps", daemon=True).start()
    started.wait()
    return found[0]
