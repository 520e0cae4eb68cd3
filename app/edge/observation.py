"""The record of one request and its response, for the log and the metrics."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

CLIENT_GONE = 499  # no answer went out, since the client went away first; nginx's number for it


class Observation(NamedTuple):
    """One request and its answer. Neither headers nor query string: those may hold keys and names."""

    method: str
    path: str
    template: str
    status: int
    seconds: float
    bytes: int
    client: str | None
    key_id: int | None
    request_id: str


Tell = Sequence[Callable[[Observation], None]]
