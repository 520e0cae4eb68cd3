from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses a body larger than `limit` bytes, by its announced length or while it arrives.

    It raises where the body is read, so that the answer is a problem document like every other; the framework's own
    limit answers in plain text.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        arrived = 0

        async def limited() -> Message:
            nonlocal arrived
            if announced.isdigit() and int(announced) > self.limit:
                raise HTTPException(413)
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.limit:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)
