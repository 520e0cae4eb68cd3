"""Who stands behind an Authorization header, as it was found when it was looked at last."""

import hashlib
import secrets

from cachetools import LRUCache

from app.access.actors import Known

MOST_ASKERS = 10_000


class Askers:
    """Holds the last of them, by a digest of the header: no key stays in memory."""

    def __init__(self) -> None:
        self._askers: LRUCache[bytes, Known] = LRUCache(MOST_ASKERS)
        self._salt = secrets.token_bytes(16)

    def digest(self, authorization: bytes) -> bytes:
        return hashlib.blake2b(authorization, key=self._salt, digest_size=16).digest()

    def find(self, digest: bytes) -> Known | None:
        try:
            return self._askers[digest]
        except KeyError:  # `get` of this cache looks twice
            return None

    def keep(self, digest: bytes, asker: Known) -> None:
        self._askers[digest] = asker

    def forget(self, digest: bytes) -> None:
        self._askers.pop(digest, None)
