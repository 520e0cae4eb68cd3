"""Webhooks over HTTPS: the address is the one that was checked, and the certificate is that of the name."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from app.notices.channels.hosts import post
from app.notices.channels.message import Outcome, Result
from tests.notices.receivers import Answer, http_server

NAME = "hook.county.example"
ALLOWED = (NAME, "127.0.0.1")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts, as an operator says it."""
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return authority


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were resolved. The first answer is this machine, and each further one another address."""
    names: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        names.append(host)
        address = "127.0.0.1" if len(names) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


@contextmanager
def receiver(authority: trustme.CA, certified: str) -> Iterator[tuple[str, list[str | None]]]:
    """An address, and what is heard there: the name that TLS asks for, and the Host header."""
    heard: list[str | None] = []

    def answer(_path: str, headers: dict[str, str], _body: bytes) -> Answer:
        heard.append(headers["host"])
        return 204, b"", {}

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(certified).configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: heard.append(name)
    with http_server(answer, tls=context) as url:
        yield url.replace("http://127.0.0.1", f"https://{NAME}"), heard


def sent(url: str) -> Outcome:
    return post(url, b"{}", {}, ALLOWED)[0]


def test_a_name_is_resolved_once_and_its_certificate_is_checked(authority: trustme.CA, resolved: list[str]) -> None:
    with receiver(authority, NAME) as (url, heard):
        outcome = sent(url)

    assert outcome.result is Result.SENT, outcome
    assert resolved == [NAME]
    assert heard == [NAME, url.removeprefix("https://")]


@pytest.mark.parametrize("certified", ["other.county.example", "127.0.0.1"])
def test_a_certificate_of_another_name_or_of_the_address_is_refused(
    authority: trustme.CA, resolved: list[str], certified: str
) -> None:
    with receiver(authority, certified) as (url, heard):
        outcome = sent(url)

    assert (outcome.result, outcome.answer) == (Result.AWAY, "cannot be reached: ConnectError")
    assert (resolved, heard) == ([NAME], [NAME])


def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA, resolved: list[str]) -> None:
    with receiver(trustme.CA(), NAME) as (url, heard):
        outcome = sent(url)

    assert (outcome.result, heard) == (Result.AWAY, [NAME])
