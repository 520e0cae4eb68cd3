"""A request that arrives in the last second of a day and is written in the first of the next."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta

from sqlalchemy import Connection

from app.database.engine import Database
from tests.conftest import FakeClock

LAST_DAY, NEXT_DAY = "2023-12-31", "2024-01-01"  # of the sample register


def last_second(day: str) -> str:
    return f"{day}T23:59:59+08:00"


def first_second_after(day: str) -> str:
    return f"{date.fromisoformat(day) + timedelta(days=1)}T00:00:01+08:00"


@contextmanager
def written_at(database: Database, now: FakeClock, arrives: str, written: str) -> Iterator[None]:
    """The clock goes on when the first change gets its turn to write."""

    def turn(_: Connection) -> None:
        now.set(written)

    before, database.before_writing = database.before_writing, turn
    now.set(arrives)
    try:
        yield
    finally:
        database.before_writing = before


def written_after(database: Database, now: FakeClock, day: str = LAST_DAY) -> AbstractContextManager[None]:
    """What arrives is written after the day."""
    return written_at(database, now, last_second(day), first_second_after(day))
