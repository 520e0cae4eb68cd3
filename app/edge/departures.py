"""The detection of a client that disconnects during a request."""

import asyncio

from starlette.types import Receive

from app.database.waiting import Wait

SECONDS = 0.2  # most requests end before the first check


class Watched:
    """A block during which it is recorded in `wait` if the client disconnects. Its body has been read already."""

    def __init__(self, wait: Wait, receive: Receive) -> None:
        self._wait, self._receive = wait, receive
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SECONDS, self._begin)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._wait.is_gone = True
