"""The checks of the request line and the headers: length, number, UTF-8 and unsupported conditions."""

from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from app.config import Settings
from app.database.session import SAFE_METHODS
from app.edge.request_headers import HOST, RequestHeaders
from app.errors import HeadersTooLarge, InvalidAddress, InvalidHost, PreconditionFailed, UriTooLong
from app.languages.messages import say

MAX_HEADERS = 100
PERCENT = ord("%")  # a byte is found as a number in a fourth of the time that it takes as bytes
PATH_NOT_UTF8 = say("the path is not UTF-8; encode Chinese text as UTF-8, not as GBK")
WEAK = say(
    "the ETags of this server are weak, and If-Match never matches a weak one (RFC 9110, 13.1.1); leave out If-Match, "
    "and If-None-Match but for reading"
)
QUERY_NOT_UTF8 = say("the query is not UTF-8; encode Chinese text as UTF-8, not as GBK")


def check_address(scope: Scope, headers: RequestHeaders, settings: Settings) -> None:
    """Raises:
    UriTooLong, HeadersTooLarge (RFC 6585): beyond the settings' limits, or more than 100 headers.
    InvalidHost: HTTP/1.1 without a host, or with two (RFC 9112, 3.2).
    InvalidAddress: it is not in UTF-8. PreconditionFailed.
    """
    if HOST in headers.doubled or (HOST not in headers.values and scope.get("http_version") == "1.1"):
        raise InvalidHost
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    query = scope["query_string"]
    whole = path + query
    if len(whole) > settings.uri_limit:
        raise UriTooLong(say("it has {size} bytes; at most {most} are taken", size=len(whole), most=settings.uri_limit))
    if headers.size > settings.header_limit or headers.number > MAX_HEADERS:
        raise HeadersTooLarge(
            say(
                "{count} headers of {size} bytes; at most {most} of {most_bytes} bytes are taken",
                count=headers.number,
                size=headers.size,
                most=MAX_HEADERS,
                most_bytes=settings.header_limit,
            )
        )
    if b"if-match" in headers.values or (b"if-none-match" in headers.values and scope["method"] not in SAFE_METHODS):
        raise PreconditionFailed(WEAK)
    if PERCENT in whole or not whole.isascii():
        for text, refusal in ((path, PATH_NOT_UTF8), (query, QUERY_NOT_UTF8)):
            try:
                unquote_to_bytes(text).decode("utf-8")
            except UnicodeDecodeError:
                raise InvalidAddress(refusal) from None
