"""Answers that were given, kept as bytes: so many megabytes of them, the least used goes first."""

import gzip
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cachetools import LRUCache

from app.access.caching import SeenBy

Headers = list[tuple[bytes, bytes]]
LEAST_TO_PACK = 1024  # bytes; packing less saves nothing on the line
REQUEST_ID = b"x-request-id"  # each request has its own
OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-language", b"link"})  # which a 304 has none of
LEVEL = 5  # of 9: the last levels double the time for a hundredth of the size
OVERHEAD = 2048  # bytes that an answer costs beside its bodies: its key, its headers, the objects


class Question(NamedTuple):
    """What has to be the same for an answer to be the same."""

    path: str
    query: bytes
    seen_by: SeenBy
    language: str
    today: date
    origin: bytes | None  # of the page that asks, by which its answer is marked (CORS)
    scheme: str


@dataclass
class Answer:
    """One answer with status 200. `stamp` is of what it was made from; `good_at` the last state of everything in which
    it was found to hold."""

    body: bytes
    headers: Headers
    headers_packed: Headers
    headers_unchanged: Headers  # of a 304
    etag: bytes
    template: str  # of the route, for the log
    within: str | None
    stamp: str
    good_at: str | None = None
    packed: bytes | None = None

    @classmethod
    def of(cls, body: bytes, sent: Headers, template: str, within: str | None, stamp: str) -> "Answer":
        headers = [(name, value) for name, value in sent if name != REQUEST_ID]
        unchanged = [(name, value) for name, value in headers if name not in OF_THE_BODY]
        packed = [(name, value) for name, value in headers if name != b"content-length"]
        packed.append((b"content-encoding", b"gzip"))
        return cls(body, headers, packed, unchanged, dict(headers)[b"etag"], template, within, stamp)

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.body) + len(self.packed or b"")

    @property
    def is_worth_packing(self) -> bool:
        return len(self.body) >= LEAST_TO_PACK

    def pack(self) -> None:
        """Make the body as gzip, once."""
        self.packed = gzip.compress(self.body, LEVEL, mtime=0)
        self.headers_packed.append((b"content-length", str(len(self.packed)).encode()))


class Kept:
    """Holds answers up to a number of bytes. One answer takes an eighth of them at most."""

    def __init__(self, most_bytes: int) -> None:
        self.largest = most_bytes // 8
        self._answers: LRUCache[Question, Answer] = LRUCache(most_bytes, getsizeof=lambda answer: answer.size)

    def find(self, question: Question) -> Answer | None:
        try:
            return self._answers[question]
        except KeyError:  # `get` of this cache looks twice
            return None

    def keep(self, question: Question, answer: Answer) -> None:
        """Also after an answer has grown: its size is taken anew."""
        self._answers.pop(question, None)
        if answer.size <= self.largest:
            self._answers[question] = answer
