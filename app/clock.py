"""The only reader of time. Everything else is handed the moment or the day as an argument."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, in Shanghai."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """The present day in Shanghai, whatever the server's time zone."""
    return now().date()


def local_day(moment: datetime) -> date:
    """The day in Shanghai on which a moment falls."""
    return moment.astimezone(SHANGHAI).date()


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
    """A moment as answers show it: ISO 8601 with Shanghai's offset. Storage keeps UTC."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


Moment = Annotated[
    datetime,
    PlainSerializer(shown, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-31T17:00:00+08:00"]}),
]
