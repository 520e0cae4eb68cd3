"""Cache of authenticated callers, by a digest of the Authorization header: no key stays in memory."""

import hashlib
import secrets

from cachetools import LRUCache

from app.access.actors import Caller

MOST_CALLERS = 10_000


class Callers:
    """The least recently used goes first. Whether a caller's key still holds is for who uses it to check."""

    def __init__(self) -> None:
        self._callers: LRUCache[bytes, Caller] = LRUCache(MOST_CALLERS)
        self._salt = secrets.token_bytes(16)

    def find(self, authorization: bytes) -> Caller | None:
        try:
            return self._callers[self._digest(authorization)]
        except KeyError:  # `get` of this cache looks twice
            return None

    def remember(self, authorization: bytes, caller: Caller) -> None:
        self._callers[self._digest(authorization)] = caller

    def _digest(self, authorization: bytes) -> bytes:
        return hashlib.blake2b(authorization, key=self._salt, digest_size=16).digest()
