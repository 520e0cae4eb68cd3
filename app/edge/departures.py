"""The detection of a client that disconnects during a request."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Receive

from app.database.waiting import Wait

SECONDS = 0.2  # most requests end before the first check


@contextmanager
def watched(wait: Wait, receive: Receive) -> Iterator[None]:
    """Record in `wait` if the client disconnects before the block ends. Its body has been read already."""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        wait.is_gone = True

    timer = loop.call_later(SECONDS, lambda: tasks.append(loop.create_task(watch())))
    try:
        yield
    finally:
        timer.cancel()
        for task in tasks:
            task.cancel()
