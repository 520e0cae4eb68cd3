"""Requests of our clients reach an app as those of Starlette's do."""

import gzip
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.client import Client
from tests.edge.quick_requests import Question, answers

ADDRESSES = [
    "/",
    "/a/1%00 1%2F'\"--",
    "/٣/１/+1?name=１ 1&name='\"--%25&other=%ED%A0%80",
    "/a?cursor=eyJ=&b?c",
    "/1e400%25",
]
BODIES = [
    ("GET", b""),
    ("POST", b""),
    ("PUT", b"{}"),
    ("PATCH", b"\xff"),
    ("DELETE", b""),
    ("DELETE", b"1"),
    ("TRACE", b""),
]


THE_SAME = ("type", "method", "path", "raw_path", "query_string", "headers", "scheme", "root_path", "client", "body")


class Told:
    """An app that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Starlette()(scope, receive, send)
            return
        asked = {**scope, "headers": sorted(scope["headers"]), "body": (await receive()).get("body")}
        self.asked.append(asked)
        await Response(gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"})(scope, receive, send)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("method", "body"), BODIES)
def test_an_app_is_asked_the_same(address: str, method: str, body: bytes) -> None:
    app, headers = Told(), {"Authorization": "Bearer x", "Content-Type": "text/plain"}
    with TestClient(app) as slow, Client(app) as client:
        found: list[Any] = [asking.request(method, address, headers=headers, content=body) for asking in (slow, client)]
        found += answers(client, [Question(method, address, headers, body)])
    starlettes, *others = ({name: asked[name] for name in THE_SAME} for asked in app.asked)

    assert others == [starlettes, starlettes]
    for answer in found:
        assert (answer.status_code, answer.headers, answer.content) == (200, found[0].headers, b"packed")


def test_each_question_is_answered_in_its_turn() -> None:
    app = Told()
    with Client(app) as client:
        found = answers(client, [Question("GET", f"/{number}") for number in range(3)])

    assert [one["path"] for one in app.asked] == ["/0", "/1", "/2"]
    assert len(found) == 3


def test_a_defect_tells_what_was_asked() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] != "http"
        await Starlette()(scope, receive, send)

    with Client(broken) as client, pytest.raises(AssertionError) as defect:
        answers(client, [Question("GET", "/a")])

    assert defect.value.__notes__ == ["GET /a"]
