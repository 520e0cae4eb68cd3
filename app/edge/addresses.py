"""The request line and the headers: how long, how many, and in UTF-8."""

from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.problems import answer
from app.errors import DubanError, HeadersTooLarge, InvalidAddress, UriTooLong
from app.languages.messages import say

MAX_HEADERS = 100
PATH_NOT_UTF8 = say("the path is not UTF-8; encode Chinese text as UTF-8, not as GBK")
QUERY_NOT_UTF8 = say("the query is not UTF-8; encode Chinese text as UTF-8, not as GBK")


class Addresses:
    """Refuses an address longer than `uri_limit` bytes (414) or not in UTF-8 (400), and headers of more than
    `header_limit` bytes or 100 in number (431, RFC 6585)."""

    def __init__(self, app: ASGIApp, uri_limit: int, header_limit: int) -> None:
        self.app = app
        self.uri_limit = uri_limit
        self.header_limit = header_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self._fault(scope) if scope["type"] == "http" else None
        if error is None:
            await self.app(scope, receive, send)
            return
        await answer(Request(scope), error)(scope, receive, send)

    def _fault(self, scope: Scope) -> DubanError | None:
        path = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        query = scope["query_string"]
        if len(path) + len(query) > self.uri_limit:
            return UriTooLong(
                say("it has {size} bytes; at most {most} are taken", size=len(path) + len(query), most=self.uri_limit)
            )
        headers = scope["headers"]
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self.header_limit or len(headers) > MAX_HEADERS:
            return HeadersTooLarge(
                say(
                    "{count} headers of {size} bytes; at most {most} of {most_bytes} bytes are taken",
                    count=len(headers),
                    size=size,
                    most=MAX_HEADERS,
                    most_bytes=self.header_limit,
                )
            )
        for text, refusal in ((path, PATH_NOT_UTF8), (query, QUERY_NOT_UTF8)):
            try:
                unquote_to_bytes(text).decode("utf-8")
            except UnicodeDecodeError:
                return InvalidAddress(refusal)
        return None
