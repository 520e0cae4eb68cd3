"""When a request had arrived. The day of that decides whether a unit acted in time, however long its request then
waited in this server; what is recorded of it has the moment at which it was written."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from app import clock

ARRIVED = "arrived_at"  # in a request's state


def note_arrival(state: dict[str, Any]) -> None:
    """The whole body has arrived: now, unless the protocol saw its last byte before somebody read it."""
    if ARRIVED not in state:
        state[ARRIVED] = clock.now()


def arrived_at(request: Request) -> datetime:
    """The moment of the last byte of a request that changes something; of one that only reads it is now."""
    return request.scope["state"].get(ARRIVED) or clock.now()


def _arrived_on(request: Request) -> date:
    return clock.local_day(min(arrived_at(request), clock.now()))  # the clock may have been set back since then


ArrivedOn = Annotated[date, Depends(_arrived_on)]
