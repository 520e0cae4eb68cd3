"""The client of the tests reaches an app as a server would, and the templates of databases are put back whole."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from tests.client import Client

ADDRESSES = ["/", "/a/1%00 1%2F'\"--", "/٣/１/+1?name=１ 1&name='\"--%25&other=%ED%A0%80", "/a?cursor=eyJ=&b?c"]
THE_SAME = ("type", "method", "path", "raw_path", "query_string", "scheme", "root_path", "client")


def noting_app(received: list[Any]) -> FastAPI:
    """An app that notes each request, and when it starts and ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        received.append("started")
        yield
        received.append("ended")

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT"])
    async def answer(request: Request) -> Response:
        if request.url.path == "/defect":
            raise ZeroDivisionError
        same = {name: request.scope[name] for name in THE_SAME}
        received.append(same | {"headers": sorted(request.scope["headers"]), "body": await request.body()})
        return Response(gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"})

    return app


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", b""), ("PUT", b"{}"), ("POST", b"\xff")])
def test_an_app_receives_the_same_as_from_starlettes_client(address: str, method: str, body: bytes) -> None:
    headers, received, answers = {"Authorization": "Bearer x", "Content-Type": "text/plain"}, list[Any](), list[Any]()
    for client in (TestClient(noting_app(received)), Client(noting_app(received))):
        with client:
            answers.append(client.request(method, address, headers=headers, content=body))
    _, starlettes, _, _, ours, _ = received

    assert ours == starlettes
    assert [(one.status_code, one.content) for one in answers] == [(200, b"packed")] * 2
    assert answers[0].headers == answers[1].headers


def test_the_lifespan_is_the_block() -> None:
    received: list[Any] = []
    with Client(noting_app(received)):
        assert received == ["started"]

    assert received == ["started", "ended"]


def test_a_defect_is_raised_or_answered() -> None:
    with Client(noting_app([])) as client, pytest.raises(ZeroDivisionError):
        client.get("/defect")
    with Client(noting_app([]), raise_server_exceptions=False) as client:
        assert client.get("/defect").status_code == 500


def test_requests_of_several_threads_to_several_apps_are_answered_together_on_one_loop() -> None:
    loops, all_there = set[Any](), asyncio.Barrier(4)
    app = FastAPI()

    @app.get("/")
    async def wait_for_the_others() -> None:
        loops.add(asyncio.get_running_loop())
        await all_there.wait()

    with Client(app) as one, Client(app) as other, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.get("/"), [one, other] * 2))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(loops) == 1
