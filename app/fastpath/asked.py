"""What a request's headers ask for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.languages.catalogue import Language, preferred


class Asked(NamedTuple):
    authorization: bytes | None
    credentials: int  # how many lines of Authorization there are
    language: Language
    takes_gzip: bool
    if_none_match: bytes | None
    request_id: bytes | None
    origin: bytes | None
    number: int  # of all headers
    size: int  # of all headers, bytes

    @classmethod
    def of(cls, headers: Sequence[tuple[bytes, bytes]]) -> "Asked":
        authorization = languages = encodings = known = request_id = origin = None
        credentials, size = 0, 4 * len(headers)
        for name, value in headers:
            size += len(name) + len(value)
            if name == b"authorization":
                credentials += 1
                authorization = value
            elif name == b"accept-language":
                languages = value if languages is None else languages + b", " + value
            elif name == b"accept-encoding":
                encodings = value if encodings is None else encodings + b", " + value
            elif name == b"if-none-match":
                known = value if known is None else known + b", " + value
            elif name == b"x-request-id":
                request_id = value
            elif name == b"origin":
                origin = value
        language = Language.ENGLISH if languages is None else preferred(languages.decode("latin-1"))
        takes_gzip = encodings is not None and _takes_gzip(encodings)
        return cls(authorization, credentials, language, takes_gzip, known, request_id, origin, len(headers), size)

    def holds(self, etag: bytes) -> bool:
        """Whether the sender holds the answer of this weak ETag already (RFC 9110, 13.1.2)."""
        if self.if_none_match is None or self.if_none_match == etag:
            return self.if_none_match is not None
        from werkzeug.http import parse_etags

        opaque = etag.decode("ascii").removeprefix("W/").strip('"')
        return parse_etags(self.if_none_match.decode("latin-1")).contains_weak(opaque)


@lru_cache(256)
def _takes_gzip(accept_encoding: bytes) -> bool:
    """By RFC 9110, 12.5.3; `*` is any, and a weight of 0 is none."""
    if b"gzip" not in accept_encoding.lower() and b"*" not in accept_encoding:
        return False
    from werkzeug.http import parse_accept_header

    return parse_accept_header(accept_encoding.decode("latin-1")).quality("gzip") > 0
