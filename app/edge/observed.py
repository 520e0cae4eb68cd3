"""Watches each request from outside all other layers, and tells what came of it."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple

from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.route_table import RouteTable

CLIENT_GONE = 499  # no answer went out, since the client went away first; nginx's number for it


class Observation(NamedTuple):
    """One request and its answer. Neither headers nor query string: those may hold keys and names."""

    method: str
    path: str
    template: str
    status: int
    seconds: float
    bytes: int
    client: str | None
    key_id: int | None
    request_id: str | None


Tell = Sequence[Callable[[Observation], None]]


class Observed:
    """Hands an observation to each of `tell` when the answer is out."""

    def __init__(self, app: ASGIApp, table: RouteTable, tell: Tell) -> None:
        self.app = app
        self.table = table
        self.tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        begun = perf_counter()
        status, sent = CLIENT_GONE, 0

        async def counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            seen = Observation(
                method=scope["method"],
                path=scope["path"],
                template=self.table.path_template(scope["path"]),
                status=status,
                seconds=perf_counter() - begun,
                bytes=sent,
                client=scope["client"][0] if scope.get("client") else None,
                key_id=state.get("key_id"),
                request_id=correlation_id.get(),
            )
            for tell in self.tell:
                tell(seen)
