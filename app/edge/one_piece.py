"""Answers that are there as bytes, head and body, leave in one piece. ASGI has each head looked through and put
together anew, which is a tenth of what a kept answer costs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from starlette.types import Scope, Send

Headers = list[tuple[bytes, bytes]]
# An extension of ours to ASGI, that `app.edge.protocol` offers: a message with the `head`, but for what only the server
# knows and for the empty line, and with the `body`. (https://asgi.readthedocs.io/en/latest/extensions.html)
ONE_PIECE = "http.response.one_piece"
UNPRINTABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")  # a line end would begin a header that nobody meant


@dataclass(frozen=True)
class Head:
    """A status and headers, for as many answers as have them."""

    status: int
    headers: Headers

    @cached_property
    def lines(self) -> bytes:
        """As HTTP/1.1 writes them (RFC 9112, 2.1)."""
        return f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n".encode() + _lines(self.headers)


async def send_whole(scope: Scope, send: Send, head: Head, own: Headers, body: bytes) -> None:
    """Send an answer.

    Args:
        own: the headers that no other answer with this head has.
    """
    if ONE_PIECE in scope.get("extensions", ()):
        await send({"type": ONE_PIECE, "head": head.lines + _lines(own), "body": body})
        return
    await send({"type": "http.response.start", "status": head.status, "headers": [*head.headers, *own]})
    await send({"type": "http.response.body", "body": body})


def _lines(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    parts: list[bytes] = []
    for name, value in headers:
        if UNPRINTABLE.search(value):
            raise RuntimeError(f"the header {name!r} cannot have the value {value!r}")
        parts += (name, b": ", value, b"\r\n")
    return b"".join(parts)
