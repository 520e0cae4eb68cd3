"""The only reader of the time. All other code gets the moment or the day as an argument."""

import time as time_module
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

if TYPE_CHECKING:
    from sqlalchemy import Connection

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, in Shanghai."""
    return datetime.now(SHANGHAI)


def elapsed() -> float:
    """Seconds that have passed since some moment, whatever is done to the clock; also while the machine slept, where
    the system counts that."""
    return time_module.clock_gettime(getattr(time_module, "CLOCK_BOOTTIME", time_module.CLOCK_MONOTONIC))


def reference(connection: "Connection") -> datetime | None:
    """The present moment by the database's own clock; None on SQLite, which has none."""
    if connection.dialect.name == "sqlite":
        return None
    moment: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return moment


class DatedAhead(datetime):
    """The last moment of a journal that was dated ahead: its next entries get it too, as moments never fall. The
    days of such a change, and what stands from it on, are still by the clock."""

    by_clock: datetime

    @classmethod
    def of(cls, last: datetime, at: datetime) -> "DatedAhead":
        made = cls.combine(last.date(), last.timetz())
        made.by_clock = by_clock(at)
        return made


def by_clock(moment: datetime) -> datetime:
    """The clock's time at a change."""
    return moment.by_clock if isinstance(moment, DatedAhead) else moment


def today() -> date:
    """The present day in Shanghai, whatever the server's time zone."""
    return now().date()


def local_day(moment: datetime) -> date:
    """The day in Shanghai on which a moment falls."""
    return by_clock(moment).astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """00:00 of a day in Shanghai, as a moment in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to a day in Shanghai."""
    return start_of(day + timedelta(days=1))


def days(number: int) -> timedelta:
    """So many times 24 hours. Shanghai has had no summer time since 1991."""
    return timedelta(days=number)


def shown(moment: datetime) -> str:
    """A moment in responses: ISO 8601 with Shanghai's offset. The database stores UTC."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


Moment = Annotated[
    datetime,
    PlainSerializer(shown, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-31T17:00:00+08:00"]}),
]
