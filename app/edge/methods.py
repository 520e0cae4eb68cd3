"""Middleware for HEAD, OPTIONS and the Allow header."""

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.route_table import RouteTable


class Methods:
    """HEAD wherever GET is, OPTIONS everywhere, and an Allow that names every method of an address.

    RFC 9110 sections 9.1, 9.3.7 and 10.2.1; the framework gives each method a route of its own, and names only that.
    """

    def __init__(self, app: ASGIApp, table: RouteTable) -> None:
        self.app = app
        self.table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        if method == "OPTIONS" and (allowed := self.table.allowed(path)):
            await Response(status_code=204, headers={"Allow": ", ".join(allowed)})(scope, receive, send)
            return

        if method != "HEAD" and self.table.route_at(path, method) is not None:
            await self.app(scope, receive, send)
            return

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                MutableHeaders(scope=message)["Allow"] = ", ".join(self.table.allowed(path))
            if message["type"] == "http.response.body" and method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"} if method == "HEAD" else scope, receive, answered)
