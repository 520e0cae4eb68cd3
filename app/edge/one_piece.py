"""The sending of whole responses in one piece: ASGI servers check and rebuild each head, which is a tenth of the cost
of a cached response."""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from starlette.types import Scope, Send

Headers = list[tuple[bytes, bytes]]
# An extension of ours to ASGI, which `app.edge.protocol` offers: a message with `status`, `lines` (status line and
# headers, as bytes) and `body`. (https://asgi.readthedocs.io/en/latest/extensions.html)
ONE_PIECE = "http.response.one_piece"
UNPRINTABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")  # a line end would begin a forged header


@dataclass(frozen=True)
class Head:
    """A status and headers, shared by all responses that have them."""

    status: int
    headers: Headers

    @cached_property
    def lines(self) -> bytes:
        """As HTTP/1.1 writes them (RFC 9112, 2.1)."""
        return f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n".encode() + header_lines(self.headers)


def send_whole(scope: Scope, send: Send, head: Head, body: bytes, own: Headers | None = None) -> Awaitable[None]:
    """Send a response, in one piece if the server supports that.

    Args:
        own: headers of this response alone.
    """
    if ONE_PIECE in scope.get("extensions", ()):
        lines = head.lines + header_lines(own) if own else head.lines
        return send({"type": ONE_PIECE, "status": head.status, "lines": lines, "body": body})
    return _send_in_two(send, head.status, head.headers + (own or []), body)


async def _send_in_two(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header_lines(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    parts: list[bytes] = []
    for name, value in headers:
        if UNPRINTABLE.search(value):
            raise RuntimeError(f"the header {name!r} cannot have the value {value!r}")
        parts += (name, b": ", value, b"\r\n")
    return b"".join(parts)
