"""Caches of authenticated callers, by a digest of their credentials: no key and no cookie stays in memory."""

import hashlib
import secrets

from anyio.to_thread import run_sync
from cachetools import LRUCache
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import clock
from app.access.actors import Caller
from app.access.authentication import Authentication
from app.access.sessions.lifecycle import find_session
from app.access.sessions.models import SessionLimits
from app.database.engine import Database
from app.database.outages import outage

MOST_CALLERS = 10_000


class Callers:
    """The least recently used is dropped first. The user of a cached caller checks whether it is still valid.

    They are found by their Authorization headers.
    """

    def __init__(self, database: Database, authentication: Authentication) -> None:
        self._database, self._authentication = database, authentication
        self._callers: LRUCache[bytes, Caller] = LRUCache(MOST_CALLERS)
        self._salt = secrets.token_bytes(16)

    def find(self, credentials: bytes) -> Caller | None:
        try:
            return self._callers[self._digest(credentials)]
        except KeyError:  # the cache's `get` looks up twice
            return None

    async def authenticate(self, credentials: bytes) -> Caller | None:
        """Authenticate with the database.

        Raises:
            InvalidKey, KeyExpired, KeyRevoked, Unavailable.
        """
        try:
            async with self._database.slot():
                return await run_sync(self._authenticate, credentials.decode("latin-1"))
        except (DBAPIError, PoolTimeout) as error:
            raise outage(error) or error from error

    def _authenticate(self, header: str) -> Caller | None:
        with self._database.reading() as connection:
            return self._authentication.authenticate(connection, header, clock.now(), None)

    def remember(self, credentials: bytes, caller: Caller) -> None:
        self._callers[self._digest(credentials)] = caller

    def _digest(self, credentials: bytes) -> bytes:
        return hashlib.blake2b(credentials, key=self._salt, digest_size=16).digest()


class SignedInCallers(Callers):
    """Known by the cookies of their sessions. None is signed in by a cookie whose session has ended."""

    def __init__(self, database: Database, authentication: Authentication, limits: SessionLimits) -> None:
        super().__init__(database, authentication)
        self._limits = limits

    def _authenticate(self, cookie: str) -> Caller | None:
        with self._database.session(writes=False) as session:
            signed_in = find_session(session, cookie, self._limits, clock.now(), stamped=False)
            return signed_in and signed_in.found.caller
