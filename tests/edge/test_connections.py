"""What a client sends and how it ends it, on a real connection."""

import socket
from collections.abc import Iterator

import pytest

from app.config import Settings
from app.main import create_app
from tests.conftest import County
from tests.serving import serving

pytestmark = pytest.mark.parametrize(
    "shared", ["sqlite"], indirect=True
)  # what a connection carries is the same on both
HEALTH = b"GET /healthz HTTP/1.1\r\n"
KEPT = b"Host: x\r\n\r\n"
LAST = b"Host: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def port(county: County, settings: Settings) -> Iterator[int]:
    with serving(create_app(settings, county.database)) as url:
        yield int(url.rpartition(":")[2])


def received(port: int, request: bytes, *, and_no_more: bool = False) -> bytes:
    """All that is answered until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(request)
        if and_no_more:
            client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_who_has_sent_all_and_still_reads_is_answered(county: County, port: int) -> None:
    owed, key = county.obligation(1, "城关镇")["id"], county.as_unit("城关镇").key or ""
    body = '{"state": "in_progress", "narrative": "推进。"}'.encode()
    post = (
        f"POST /api/v1/obligations/{owed}/updates HTTP/1.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    answers = [
        received(port, request, and_no_more=True)
        for request in (
            b"GET /api/v1/tasks HTTP/1.1\r\n" + KEPT,
            b"GET /api/v1/tasks HTTP/1.1\r\n" + KEPT,  # cached
            HEALTH + KEPT,
            post.encode() + KEPT + body,
        )
    ]

    assert [answer[9:12] for answer in answers] == [b"200", b"200", b"200", b"201"]
    assert answers[0].endswith(b"}")


def test_half_a_request_is_not_answered(port: int) -> None:
    assert (
        received(port, b"POST /api/v1/checklists HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", and_no_more=True)
        == b""
    )
    assert received(port, HEALTH, and_no_more=True) == b""


def test_a_request_names_one_host(port: int) -> None:
    none = received(port, HEALTH + b"Connection: close\r\n\r\n")
    two = received(port, HEALTH + b"Host: a\r\n" + LAST)
    old = received(port, b"GET /healthz HTTP/1.0\r\n\r\n")
    one = received(port, HEALTH + LAST)

    assert [answer[9:12] for answer in (none, two, old, one)] == [b"400", b"400", b"200", b"200"]
    assert all(b'"code":"invalid_host"' in answer for answer in (none, two))
