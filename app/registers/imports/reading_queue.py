"""The queue of uploaded files to read, a few at a time. A waiting request has no thread and no connection."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from app.errors import ReadersBusy

Read = TypeVar("Read")
AT_ONCE = 2
MOST_WAITING, MOST_WAITING_OF_KEY = 16, 8  # each has its file in memory


class ReadingQueue:
    """The queue of one process: it reads two files at once, and one of each key."""

    def __init__(self, seconds: float, soffice: str = "") -> None:
        """Args:
        seconds: how long a file waits at most.
        soffice: see `read_register_file`.
        """
        self.soffice = soffice
        self._seconds = seconds
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._of_key: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[int] = Counter()

    async def read(self, key_id: int, reader: Callable[..., Read], *args: Any) -> Read:
        """Raises:
        ReadersBusy: too many wait, or it has waited too long. Also what the reader raises.
        """
        async with AsyncExitStack() as slots:
            await self._wait(slots, key_id)
            # a thread of its own, not one of those for requests
            return await run_sync(reader, *args, limiter=CapacityLimiter(1))

    async def _wait(self, slots: AsyncExitStack, key_id: int) -> None:
        if self._waiting[key_id] >= MOST_WAITING_OF_KEY or self._waiting.total() >= MOST_WAITING:
            raise ReadersBusy()
        self._waiting[key_id] += 1
        try:
            async with asyncio.timeout(self._seconds):
                await slots.enter_async_context(self._of_key.setdefault(key_id, asyncio.Lock()))
                await slots.enter_async_context(self._slots)
        except TimeoutError as late:
            raise ReadersBusy() from late
        finally:
            self._waiting[key_id] -= 1
