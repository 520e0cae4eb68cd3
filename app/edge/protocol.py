import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 160 * 1024  # more than the settings can allow for address and headers together
HEAD_SECONDS: float = 30
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"  # what a client waits for before it sends its body (RFC 9110, 10.1.1)


class BoundedHttp(HttpToolsProtocol):
    """HTTP whose request line and headers end: within 160 KiB and 30 seconds, or the connection is cut.

    The server's parser holds headers in memory until the last, and asks the application only then. A kept connection on
    which nothing is asked is closed by the server's own timeout.
    """

    _head_bytes = 0
    _is_in_head = False
    _head_ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._writes = _TwoInOne(transport)
        super().connection_made(self._writes)  # type: ignore[arg-type]
        self._is_in_head = True
        self._begin_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD:
            self._cut()
        elif self._head_ends is None:  # a head that comes in one piece needs no clock
            self._begin_time()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._is_in_head:
            self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._writes.flush()
        super().on_response_complete()

    def _begin_time(self) -> None:
        self._head_ends = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _end_head(self) -> None:
        self._is_in_head, self._head_bytes = False, 0
        if self._head_ends is not None:
            self._head_ends.cancel()
            self._head_ends = None

    def _cut(self) -> None:
        self._end_head()
        self.transport.abort()


class _TwoInOne:
    """A transport that sends an answer's head together with the first of its body: one packet, one call of the system,
    where the server writes two. For a kept answer that call is a good part of all its work. A head without a body
    leaves when the answer is complete."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines([held, data])
            return
        if data.startswith(b"HTTP/1.1 ") and data != CONTINUE and len(data) < MAX_HEAD:
            self._held = data
            return
        self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        if self._held:
            data, self._held = self._held, b""
            self._transport.write(data)
