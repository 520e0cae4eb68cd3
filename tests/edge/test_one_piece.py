"""Kept answers leave a real server in one piece, and are the same as those that leave in two."""

import asyncio
import gc
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from app.config import Settings
from app.edge.one_piece import Head, send_whole
from app.edge.protocol import BoundedHttp
from app.main import create_app
from tests.conftest import County
from tests.serving import serving

pytestmark = pytest.mark.long_on_postgresql

LIST = "/api/v1/tasks"
Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def address(settings: Settings, county: County) -> Iterator[str]:
    with serving(create_app(settings)) as address:
        yield urlsplit(address).netloc


@pytest.fixture
def ask(address: str) -> Iterator[Ask]:
    """Asks over one connection."""
    connection = HTTPConnection(address, timeout=20)

    def fetch(method: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection.request(method, LIST, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, {name: value for name, value in answer.getheaders() if name != "x-request-id"}, body

    yield fetch
    connection.close()


def without_date(answer: tuple[int, dict[str, str], bytes]) -> Any:
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name != "date"}, body


def test_an_answer_is_the_same_in_one_piece(ask: Ask) -> None:
    first, again = ask("GET"), ask("GET")

    assert first[0] == 200
    assert without_date(first) == without_date(again)
    assert "date" in again[1]


def test_a_request_leaves_nothing_for_the_garbage_collector(ask: Ask) -> None:
    gc.collect()  # before the first request: it may take longer than a connection is left open
    gc.disable()

    try:
        for _ in range(21):
            ask("GET")
        left = [one for one in gc.get_objects() if isinstance(one, RequestResponseCycle)]
    finally:
        gc.enable()

    assert len(left) <= 1  # the connection refers to its latest request


def test_head_and_304_have_no_body_and_the_next_answer_follows(ask: Ask) -> None:
    whole = ask("GET")
    head, unchanged, packed = (
        ask("HEAD"),
        ask("GET", If_None_Match=whole[1]["etag"]),
        ask("GET", Accept_Encoding="gzip"),
    )

    assert (head[0], head[2], head[1]["content-length"]) == (200, b"", whole[1]["content-length"])
    assert (unchanged[0], unchanged[2], "content-length" in unchanged[1]) == (304, b"", False)
    assert (packed[1]["content-encoding"], packed[2][:2]) == ("gzip", b"\x1f\x8b")
    assert without_date(ask("GET")) == without_date(whole)


def test_requests_that_are_sent_together_are_answered_in_order(ask: Ask, address: str) -> None:
    whole = ask("GET")
    ways = [f"GET {LIST} HTTP/1.1", "GET /healthz HTTP/1.1", f"HEAD {LIST} HTTP/1.1", f"GET {LIST} HTTP/1.0"]
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall("".join(f"{way}\r\nHost: x\r\n\r\n" for way in ways).encode())
        sent = b"".join(iter(lambda: client.recv(65536), b""))  # until the server closes, after HTTP/1.0

    assert sent.count(b"HTTP/1.1 200 OK") == len(ways)
    assert sent.count(whole[2]) == 2
    assert sent.endswith(whole[2])
    assert sent.count(b"connection: close\r\n") == 1


class Line(asyncio.Transport):
    """A transport that notes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.ended = b"", False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.ended

    def resume_reading(self) -> None:
        """Nothing is read here."""


@pytest.mark.parametrize("ends", ["shutdown", "garbage"])
def test_an_answer_that_was_given_leaves_before_its_connection_ends(ends: str) -> None:
    async def app(scope: Any, _: Any, send: Any) -> None:
        await send_whole(scope, send, Head(200, [(b"content-length", b"4")]), b"body")

    async def talk() -> list[bytes]:
        config, line = uvicorn.Config(app, interface="asgi3", log_config=None, lifespan="off"), Line()
        config.load()
        protocol = BoundedHttp(config, ServerState(), {})
        protocol.connection_made(line)
        protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0)  # the app has answered, and the turn of the loop has not ended
        before = line.written
        if ends == "shutdown":
            protocol.shutdown()
        else:
            protocol.data_received(b"\0\0\0\r\n\r\n")
        protocol.connection_lost(None)
        return [before, line.written]

    before, written = asyncio.run(talk())

    assert before == b""
    assert written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert written.count(b"body") == 1
    assert (b"HTTP/1.1 400 " in written) is (ends == "garbage")


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\n", b"\x00", b"\x7f"])
def test_no_value_can_begin_another_header(value: bytes) -> None:
    with pytest.raises(RuntimeError):
        assert Head(200, [(b"x", value)]).lines
