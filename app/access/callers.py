"""Caches of authenticated callers, by a digest of their credentials: no key and no cookie stays in memory."""

import hashlib
import secrets
from collections.abc import Callable

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
        return await self._in_thread(self._authenticate, credentials)

    async def admit(self, credentials: bytes) -> Caller | None:
        """Authenticate a token before its request begins, since the claim rules may have to make its person first. None
        for a key, which the request itself looks up.

        Raises:
            What `Authentication.admit` raises. Unavailable.
        """
        is_token = self._authentication.is_token(credentials.decode("latin-1"))
        return await self._in_thread(self._admit, credentials) if is_token else None

    async def _in_thread(self, work: Callable[[str], Caller | None], credentials: bytes) -> Caller | None:
        try:
            async with self._database.slot():
                return await run_sync(work, credentials.decode("latin-1"))
        except (DBAPIError, PoolTimeout) as error:
            raise outage(error) or error from error

    def _admit(self, header: str) -> Caller:
        return self._authentication.admit(self._database, header, clock.now())

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

    async def admit(self, credentials: bytes) -> Caller | None:
        """No rule applies to who has signed in: it was applied then."""
        return None

    def _authenticate(self, cookie: str) -> Caller | None:
        with self._database.session(writes=False) as session:
            signed_in = find_session(session, cookie, self._limits, clock.now(), stamped=False)
            return signed_in and signed_in.found.caller
