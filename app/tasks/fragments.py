"""The cache of tasks as JSON, from which lists with any filters are put together."""

from datetime import date
from threading import Lock
from typing import Annotated, NamedTuple

from cachetools import LRUCache
from fastapi import Depends, Request

OVERHEAD = 500  # bytes that one costs beside its JSON


class MadeFrom(NamedTuple):
    """The heads and the day that a cached task depends on; it is valid as long as they do not change."""

    head: str
    others: str
    today: date


class TaskFragments:
    """Stores tasks up to a number of bytes; the least used is dropped first. Threads share it."""

    def __init__(self, most_bytes: int) -> None:
        self._lock = Lock()
        self._cache: LRUCache[tuple[int, bool], tuple[MadeFrom, bytes]] = LRUCache(
            most_bytes, getsizeof=lambda cached: OVERHEAD + len(cached[1])
        )
        self._most = most_bytes

    def find(self, wanted: dict[int, MadeFrom], *, with_states: bool) -> dict[int, bytes]:
        """The cached tasks that are still valid."""
        found: dict[int, bytes] = {}
        if not self._cache:
            return found
        with self._lock:
            for task_id, made_from in wanted.items():
                try:
                    stored_from, json = self._cache[task_id, with_states]
                except KeyError:  # the cache's `get` looks up twice
                    continue
                if stored_from == made_from:
                    found[task_id] = json
        return found

    def find_earlier(self, wanted: dict[int, MadeFrom], *, with_states: bool) -> dict[int, tuple[str, bytes]]:
        """The tasks cached with another head of their checklist, and no other difference: that head, and the task."""
        if not self._cache:
            return {}
        with self._lock:
            stored = {task_id: self._cache.get((task_id, with_states)) for task_id in wanted}
        return {
            task_id: (one[0].head, one[1])
            for task_id, one in stored.items()
            if one is not None and one[0]._replace(head=wanted[task_id].head) == wanted[task_id]
        }

    def store(self, shaped: dict[int, bytes], made_from: dict[int, MadeFrom], *, with_states: bool) -> None:
        if not self._most:
            return
        with self._lock:
            for task_id, json in shaped.items():
                self._cache.pop((task_id, with_states), None)
                if OVERHEAD + len(json) <= self._most:
                    self._cache[task_id, with_states] = (made_from[task_id], json)


def _fragments_of(request: Request) -> TaskFragments:
    fragments: TaskFragments = request.app.state.task_fragments
    return fragments


FragmentsDep = Annotated[TaskFragments, Depends(_fragments_of)]
