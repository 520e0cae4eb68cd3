"""The cache of responses as bytes, limited in size; the least recently used is dropped first."""

import gzip
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cachetools import LRUCache

from app.access.caching import Basis
from app.access.declared import SeenBy
from app.edge.one_piece import Head, Headers

LEAST_TO_PACK = 1024  # bytes; packing less saves nothing on the line
OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-language", b"link"})  # which a 304 does not have
LEVEL = 5  # of 9: the last levels double the time for a hundredth of the size
OVERHEAD = 2048  # bytes that a response costs beside its bodies: its key, its headers, the objects


class Question(NamedTuple):
    """The key of a cached response."""

    path: str
    query: bytes
    seen_by: SeenBy
    language: str
    today: date


@dataclass
class Answer:
    """One response with status 200. `good_at` is the last stamp at which it was valid."""

    body: bytes
    head: Head
    head_unchanged: Head  # of a 304
    etag: bytes
    basis: Basis
    good_at: str | None = None
    packed: tuple[Head, bytes] | None = None  # as gzip

    @classmethod
    def of(cls, body: bytes, headers: Headers, basis: Basis) -> "Answer":
        unchanged = [(name, value) for name, value in headers if name not in OF_THE_BODY]
        return cls(body, Head(200, headers), Head(304, unchanged), dict(headers)[b"etag"], basis)

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.body) + (len(self.packed[1]) if self.packed else 0)

    def pack(self) -> tuple[Head, bytes]:
        """Make head and body as gzip, once."""
        body = gzip.compress(self.body, LEVEL, mtime=0)
        headers = [(name, value) for name, value in self.head.headers if name != b"content-length"]
        headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
        self.packed = Head(200, headers), body
        return self.packed


class AnswerCache:
    """Stores responses up to a number of bytes. One response uses an eighth of them at most."""

    def __init__(self, most_bytes: int) -> None:
        self.largest = most_bytes // 8
        self._answers: LRUCache[Question, Answer] = LRUCache(most_bytes, getsizeof=lambda answer: answer.size)

    def find(self, question: Question) -> Answer | None:
        try:
            return self._answers[question]
        except KeyError:  # the cache's `get` looks up twice
            return None

    def store(self, question: Question, answer: Answer) -> None:
        """Store a response, also again after it has grown."""
        self._answers.pop(question, None)
        if answer.size <= self.largest:
            self._answers[question] = answer
