"""The headers of a request that are needed before any route, read once."""

from collections.abc import Sequence
from functools import lru_cache

from starlette.types import Scope

from app.edge.cookies import session_cookie
from app.languages.catalogue import Language, preferred

LISTS = frozenset({b"accept-language", b"accept-encoding", b"if-none-match"})
HOST = b"host"
WANTED = LISTS | {
    HOST,
    b"authorization",
    b"x-request-id",
    b"idempotency-key",
    b"content-type",
    b"content-length",
    b"transfer-encoding",
    b"x-forwarded-prefix",
    b"if-match",
    b"cookie",
}


class RequestHeaders:
    """A header's value: the joined lines of a list (RFC 9110, 5.3); the first line of any other."""

    __slots__ = ("authorization", "doubled", "number", "size", "values")

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        values: dict[bytes, bytes] = {}
        doubled: set[bytes] = set()
        size = 4 * len(headers)
        for name, value in headers:
            size += len(name) + len(value)
            if name in WANTED:
                if name not in values:
                    values[name] = value
                elif name in LISTS:
                    values[name] += b", " + value
                else:
                    doubled.add(name)
        self.values = values
        self.authorization = values.get(b"authorization")
        self.doubled = doubled  # those that occur twice and are not lists
        self.number = len(headers)
        self.size = size  # of all headers, bytes

    @property
    def language(self) -> Language:
        given = self.values.get(b"accept-language")
        return Language.ENGLISH if given is None else preferred(given.decode("latin-1"))

    @property
    def session_cookie(self) -> bytes | None:
        given = self.values.get(b"cookie")
        cookie = None if given is None else session_cookie(given.decode("latin-1"))
        return None if cookie is None else cookie.encode("latin-1", "replace")

    @property
    def takes_gzip(self) -> bool:
        given = self.values.get(b"accept-encoding")
        return given is not None and _takes_gzip(given)

    @property
    def media_type(self) -> bytes:
        return self.values.get(b"content-type", b"").partition(b";")[0].strip().lower()

    @property
    def has_body(self) -> bool:
        return b"transfer-encoding" in self.values or self.values.get(b"content-length", b"0") != b"0"

    @property
    def body_size(self) -> int | None:
        """The announced size; None if there is none."""
        announced = self.values.get(b"content-length", b"")
        return int(announced[:20]) if announced.isdigit() else None

    def has_etag(self, etag: bytes) -> bool:
        """Whether the sender has the response with this weak ETag (RFC 9110, 13.1.2)."""
        given = self.values.get(b"if-none-match")
        if given is None or given == etag:
            return given is not None
        return names_etag(given.decode("latin-1"), etag.decode("ascii"))


HEADERS = "headers"  # in a request's state


def headers_of_request(scope: Scope) -> RequestHeaders:
    """The headers of a request, as the gate read them."""
    headers: RequestHeaders = scope["state"][HEADERS]
    return headers


def names_etag(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names a weak ETag (RFC 9110, 13.1.2)."""
    from werkzeug.http import parse_etags  # a fortieth of a start

    return parse_etags(if_none_match).contains_weak(etag.removeprefix("W/").strip('"'))


@lru_cache(256)
def _takes_gzip(accept_encoding: bytes) -> bool:
    """By RFC 9110, 12.5.3; `*` is any, and a weight of 0 is none."""
    if b"gzip" not in accept_encoding.lower() and b"*" not in accept_encoding:
        return False
    from werkzeug.http import parse_accept_header

    return parse_accept_header(accept_encoding.decode("latin-1")).quality("gzip") > 0
