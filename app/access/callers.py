"""Cache of authenticated callers, by a digest of the Authorization header: no key stays in memory."""

import hashlib
import secrets

from anyio.to_thread import run_sync
from cachetools import LRUCache
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import clock
from app.access.actors import Caller
from app.access.keys import keys_of
from app.database.engine import Database
from app.database.outages import outage

MOST_CALLERS = 10_000


class Callers:
    """The least recently used goes first. Whether a caller's key still holds is for who uses it to check."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers: LRUCache[bytes, Caller] = LRUCache(MOST_CALLERS)
        self._salt = secrets.token_bytes(16)

    def find(self, authorization: bytes) -> Caller | None:
        try:
            return self._callers[self._digest(authorization)]
        except KeyError:  # `get` of this cache looks twice
            return None

    async def authenticate(self, authorization: bytes) -> Caller:
        """Ask the database.

        Raises:
            InvalidKey, KeyExpired, KeyRevoked, Unavailable.
        """
        try:
            async with self._database.slot():
                return await run_sync(self._authenticate, authorization.decode("latin-1"))
        except (DBAPIError, PoolTimeout) as error:
            raise outage(error) or error from error

    def _authenticate(self, header: str) -> Caller:
        with self._database.reading() as connection:
            return keys_of(connection.dialect).authenticate(connection, header, clock.now(), None)

    def remember(self, authorization: bytes, caller: Caller) -> None:
        self._callers[self._digest(authorization)] = caller

    def _digest(self, authorization: bytes) -> bytes:
        return hashlib.blake2b(authorization, key=self._salt, digest_size=16).digest()
