"""The time that a request may still wait for the database, and whether its client is still connected.

The edge begins a wait for each request. It bounds everything that is waited for one after the other: a connection slot,
the write queue, a lock. Commands have none, and wait as their database says.
"""

from contextvars import ContextVar
from time import monotonic

NEARLY = 0.9  # of the time: with more left, all of it is


class ClientGone(Exception):
    """The client disconnected before the response."""


class Wait:
    """The wait of one request."""

    __slots__ = ("is_gone", "until")

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + seconds
        self.is_gone = False  # whether its client went away

    @property
    def is_over(self) -> bool:
        return self.until <= monotonic()


_current: ContextVar[Wait | None] = ContextVar("wait", default=None)


def begin(seconds: float) -> Wait:
    """Begin the wait of the request that this task handles."""
    wait = Wait(seconds)
    _current.set(wait)
    return wait


def current() -> Wait | None:
    return _current.get()


class Waiting:
    """A block that waits for a request, in whichever thread."""

    def __init__(self, wait: Wait | None) -> None:
        self._wait = wait

    def __enter__(self) -> None:
        self._before = _current.set(self._wait)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._before)


def seconds_left(most: float) -> float:
    """How long to wait for one thing: `most`, or less if the request has waited already."""
    wait = _current.get()
    if wait is None:
        return most
    left = wait.until - monotonic()
    return most if left >= NEARLY * most else max(left, 0.0)


def require_client() -> None:
    """Raises:
    ClientGone: nobody waits for the answer any more. Who sends the same again would do it twice.
    """
    wait = _current.get()
    if wait is not None and wait.is_gone:
        raise ClientGone
