"""The marks for routes that the fast path can call. Each room sets them where it declares a route."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Mark(NamedTuple):
    """The way the fast path may call an endpoint."""

    writes: bool
    on_event_loop: bool = False  # tried there first; the endpoint may raise TakesLonger


MARKS: dict[Callable[..., Any], Mark] = {}


def fast_read(*, on_event_loop: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Let the fast path answer this list. It calls the endpoint with its declared parameters: a query model, the
    caller, a connection, and what a dependency takes from the request alone.

    Args:
        on_event_loop: on SQLite it is tried on the event loop first, for some milliseconds: handing it to a thread,
            which then competes with the loop for the interpreter's lock, takes longer than most such lists do.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        MARKS[endpoint] = Mark(writes=False, on_event_loop=on_event_loop)
        return endpoint

    return mark


def fast_write(endpoint: Endpoint) -> Endpoint:
    """Let the fast path answer this POST: a body model, numbers in the path, `OnceDep` and a connection."""
    MARKS[endpoint] = Mark(writes=True)
    return endpoint
