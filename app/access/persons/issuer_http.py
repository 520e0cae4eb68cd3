"""Requests to the identity provider: bounded in time and size, in a thread, never on the event loop."""

from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from time import monotonic
from typing import Any

import orjson

SECONDS = 5  # for a connection, for a part of an answer, and for a whole answer once it has begun
MOST_BYTES = 1024**2
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}  # a compressed answer has no known size


class IssuerFailed(Exception):
    """It did not answer, not with an object of JSON, or with too much."""


def get(url: str) -> dict[str, Any]:
    """Raises:
    IssuerFailed: also where the status is not 200.
    """
    status, content = _ask("GET", url)
    if status != 200:
        raise IssuerFailed(f"status {status}")
    return content


def post(url: str, form: Mapping[str, str], credentials: tuple[str, str] | None) -> tuple[int, dict[str, Any]]:
    """The status and the content of an answer.

    Args:
        credentials: name and password of HTTP Basic.

    Raises:
        IssuerFailed.
    """
    return _ask("POST", url, data=form, auth=credentials)


@cache
def _authorities() -> SSLContext:
    """The certificates that are trusted; to read them takes longer than a request."""
    import httpx  # most servers have no issuer

    return httpx.create_ssl_context()


def _ask(method: str, url: str, **more: Any) -> tuple[int, dict[str, Any]]:
    import httpx

    content, begun = bytearray(), monotonic()
    try:
        with (
            httpx.Client(timeout=SECONDS, headers=HEADERS, verify=_authorities()) as client,
            client.stream(method, url, **more) as answer,
        ):
            for part in answer.iter_raw():
                content += part
                if len(content) > MOST_BYTES or monotonic() - begun > 2 * SECONDS:
                    raise IssuerFailed("too much, or too slow")
        found = orjson.loads(content)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as broken:
        raise IssuerFailed(type(broken).__name__) from broken
    if not isinstance(found, dict):
        raise IssuerFailed("not an object")
    return answer.status_code, found
