"""The sliding windows that count requests, in this process's memory or in a shared store."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import cached_property
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.storage import MemoryStorage

log = logging.getLogger(__name__)
ANSWER_SECONDS = 0.05  # for the store; then this process counts by itself
AGAIN_SECONDS = 1.0  # after which a store that was away is tried again, by one request
Answer = TypeVar("Answer")


class Counts(NamedTuple):
    """What one holder has used in the window before and in this one, and when each is over, in seconds from now."""

    before: int
    before_left: float
    current: int
    current_left: float


class Windows:
    """In this process's memory: a restart forgets them, and another process has its own."""

    @cached_property
    def memory(self) -> MemoryStorage:
        """Made when the first request is counted, as it starts a thread."""
        return MemoryStorage()

    async def take(self, limit: RateLimitItem, holder: str, number: int) -> bool:
        """Count so many requests, if they fit under the limit."""
        window = limit.get_expiry()
        return self.memory.acquire_sliding_window_entry(limit.key_for(holder), limit.amount, window, number)

    async def counts(self, limit: RateLimitItem, holder: str) -> Counts:
        return Counts(*self.memory.get_sliding_window(limit.key_for(holder), limit.get_expiry()))

    def forget(self, limit: RateLimitItem, holder: str) -> None:
        self.memory.clear_sliding_window(limit.key_for(holder), limit.get_expiry())

    async def close(self) -> None:
        """Nothing is open."""


class SharedWindows(Windows):
    """In Valkey. While it is away, each process counts in its own memory."""

    def __init__(self, url: str) -> None:
        from valkey.asyncio import ConnectionPool
        from valkey.exceptions import ValkeyError

        self._connections = ConnectionPool.from_url(url)
        options: dict[str, Any] = {"connection_pool": self._connections}
        self._store = RedisStorage(f"async+{url}", key_prefix="duban", **options)
        self._broken = (ValkeyError, OSError, TimeoutError)
        self._is_away, self._ask_again_at = False, 0.0

    async def take(self, limit: RateLimitItem, holder: str, number: int) -> bool:
        acquire, window = self._store.acquire_sliding_window_entry, limit.get_expiry()
        taken = await self._ask(lambda: acquire(limit.key_for(holder), limit.amount, window, number))
        return await super().take(limit, holder, number) if taken is None else taken

    async def counts(self, limit: RateLimitItem, holder: str) -> Counts:
        counts = await self._ask(lambda: self._store.get_sliding_window(limit.key_for(holder), limit.get_expiry()))
        return await super().counts(limit, holder) if counts is None else Counts(*counts)

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """The store's answer. None: it is away, which the log says when it begins and when it ends."""
        if self._is_away:
            if monotonic() < self._ask_again_at:
                return None
            self._ask_again_at = monotonic() + AGAIN_SECONDS
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await question()
        except self._broken as broken:
            if not self._is_away:
                log.warning("rate limits: the store is away, each process counts by itself: %s", type(broken).__name__)
                self._is_away, self._ask_again_at = True, monotonic() + AGAIN_SECONDS
            return None
        if self._is_away:
            log.warning("rate limits: the store answers, all processes count together again")
            self._is_away = False
        return answer

    async def close(self) -> None:
        await self._connections.aclose()
