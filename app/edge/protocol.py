"""The HTTP protocol of uvicorn with limits on the size and time of a request's head."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.database.session import SAFE_METHODS
from app.edge.arrivals import note_arrival
from app.edge.one_piece import ONE_PIECE
from app.edge.root_paths import PEER

MAX_HEAD = 160 * 1024  # more than the settings can allow for address and headers together
HEAD_SECONDS: float = 30
OFFERED: dict[str, dict[object, object]] = {ONE_PIECE: {}}


class BoundedHttp(HttpToolsProtocol):
    """HTTP with a request head of at most 160 KiB, within 30 seconds; else the connection is cut.

    The server's parser stores headers in memory until the last, and calls the application only then. An idle connection
    is closed by the server's own timeout.
    """

    _head_bytes = 0
    _is_in_head = False
    _head_ends: asyncio.TimerHandle | None = None
    _is_half_closed = False
    _unsent: Sequence[bytes] = ()  # a response to send at the end of this iteration of the event loop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._is_in_head = True
        self._begin_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._leave()  # the parser's own responses come after it
        super().data_received(data)
        if not self._is_in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD:
            self._cut()
        elif self._head_ends is None:  # a head that comes in one piece needs no clock
            self._begin_time()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that sends nothing more may still read: its complete requests are answered.

        Returns:
            Whether the connection stays open until then.
        """
        self._leave()
        cycle: RequestResponseCycle | None = self.cycle
        if self._is_in_head or cycle is None or cycle.response_complete or cycle.more_body:
            return False
        self._is_half_closed, cycle.keep_alive = True, False
        cycle.message_event.set()
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._is_in_head:
            self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self.scope["method"] not in SAFE_METHODS:
            note_arrival(self.scope["state"])
        super().on_message_complete()

    def shutdown(self) -> None:
        self._leave()
        super().shutdown()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        cycle.scope["extensions"] = OFFERED
        cycle.scope[PEER] = cycle.scope["client"]  # type: ignore[literal-required]
        super()._start_asgi_task(cycle, partial(self._run, cycle, app))

    async def _run(self, cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_any(message: Message) -> None:
            if message["type"] == ONE_PIECE:
                await self._send_one_piece(cycle, message["lines"], message["body"])
            else:
                await send(message)

        async def receive_any() -> Message:
            message = await receive()
            if self._is_half_closed and not message.get("body"):  # it is unknown whether it still reads
                return {"type": "http.disconnect"}
            return message

        await app(scope, receive_any, send_any)

    async def _send_one_piece(self, cycle: RequestResponseCycle, head: bytes, body: bytes) -> None:
        """The server's `send` for a whole response: one packet, one system call.

        Those of one iteration of the event loop are sent together: each call wakes the client's process if it sleeps,
        and between two responses of many it would.
        """
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        lines = [head]
        for name, value in cycle.default_headers:
            lines += (name, b": ", value, b"\r\n")
        lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()  # a reader that waits for the request's body ends
        self._unsent = (b"".join(lines), body)
        if cycle.keep_alive:
            self.loop.call_soon(self._leave)
        else:
            self._leave()
            self.transport.close()
        cycle.on_response()

    def _leave(self) -> None:
        unsent, self._unsent = self._unsent, ()
        if unsent and not self.transport.is_closing():
            self.transport.writelines(unsent)

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
