import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.problems import answer
from app.errors import InternalError

log = logging.getLogger(__name__)


class Defects:
    """The last resort: an exception that nobody foresaw is logged with its traceback and the request's id.

    The framework's own stands outside all layers, so that its 500 would carry neither request id nor CORS headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("unforeseen")
            if started:
                raise  # half an answer is out; only cutting the connection tells the client
            await answer(Request(scope), InternalError())(scope, receive, send)
