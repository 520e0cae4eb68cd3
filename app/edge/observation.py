"""The record of one request and its response, for the log and the metrics."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

CLIENT_GONE = 499  # no response was sent, since the client disconnected first; nginx's number for it


class Observation(NamedTuple):
    """One request and its response, without headers and query string, which may contain keys and names."""

    method: str
    path: str
    template: str
    status: int
    seconds: float
    bytes: int
    client: str | None
    key_id: int | None
    request_id: str


Observers = Sequence[Callable[[Observation], None]]
