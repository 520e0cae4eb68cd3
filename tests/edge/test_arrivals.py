"""A request has arrived with its last byte, whoever reads it when."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.access.callers import Callers
from app.config import Settings
from app.main import create_app
from tests.conftest import County, FakeClock
from tests.midnight import LAST_DAY, NEXT_DAY, first_second_after, last_second
from tests.serving import serving

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # what no database decides
BODY = json.dumps({"state": "completed", "narrative": "已公开。"}).encode()


@pytest.fixture
def connected(county: County, settings: Settings, now: FakeClock) -> Iterator[socket.socket]:
    """Connected to a server that has not seen the unit's key before, in the last second of the day."""
    now.set(last_second(LAST_DAY))
    with serving(create_app(settings, county.database)) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port or 0), timeout=10) as connection:
            yield connection


def head_of(county: County, owed: Any) -> bytes:
    lines = (
        f"POST /api/v1/obligations/{owed['id']}/updates HTTP/1.1",
        "Host: testserver",
        f"Authorization: Bearer {county.as_unit('城关镇').key}",
        "Content-Type: application/json",
        f"Content-Length: {len(BODY)}",
    )
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_request_that_waits_for_its_key_to_be_looked_up_has_arrived(
    county: County, connected: socket.socket, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed, authenticate = county.obligation(1, "城关镇"), Callers.authenticate

    async def waited(*given: Any) -> Any:
        now.set(first_second_after(LAST_DAY))
        return await authenticate(*given)

    monkeypatch.setattr(Callers, "authenticate", waited)
    connected.sendall(head_of(county, owed) + BODY)

    assert connected.recv(1000).startswith(b"HTTP/1.1 201")
    assert now.moment.isoformat() == first_second_after(LAST_DAY)
    assert county.obligation(1, "城关镇")["completed_on"] == LAST_DAY


def test_a_request_that_is_sent_slowly_has_not_arrived(
    county: County, connected: socket.socket, now: FakeClock
) -> None:
    connected.sendall(head_of(county, county.obligation(1, "城关镇")) + BODY[:-1])
    now.set(first_second_after(LAST_DAY))
    connected.sendall(BODY[-1:])

    assert connected.recv(1000).startswith(b"HTTP/1.1 201")
    assert county.obligation(1, "城关镇")["completed_on"] == NEXT_DAY
