"""The hours in which messages to people are sent: working hours of working days, without quiet hours."""

from datetime import date, datetime, time, timedelta

from app.clock import SHANGHAI
from app.workdays.calendar import Calendar

OPENS, CLOSES = time(8, 30), time(17, 30)


def is_working_moment(calendar: Calendar, at: datetime) -> bool:
    local = at.astimezone(SHANGHAI)
    return calendar.is_working(local.date()) and OPENS <= local.time() < CLOSES


def next_moment(calendar: Calendar, at: datetime, quiet: tuple[str, str] | None = None) -> datetime:
    """The first moment, `at` or later, that is in working hours and not quiet; where all working hours are quiet, the
    first that is in working hours.

    Args:
        quiet: from and until, as 22:00; it may pass midnight.
    """
    local = at.astimezone(SHANGHAI)
    for passed in range(370):
        day = local.date() + timedelta(days=passed)
        if not calendar.is_working(day):
            continue
        for opens in _openings(day, quiet):
            moment = max(local, opens)
            if moment.date() == day and moment.time() < CLOSES and not (quiet and is_quiet(moment.time(), *quiet)):
                return moment
    return at


def _openings(day: date, quiet: tuple[str, str] | None) -> list[datetime]:
    """The moments of a day at which something may begin to be sent."""
    times = [OPENS, *([time.fromisoformat(quiet[1])] if quiet else [])]
    return sorted(datetime.combine(day, one, SHANGHAI) for one in times if OPENS <= one < CLOSES)


def is_quiet(now: time, since: str, until: str) -> bool:
    first, last = time.fromisoformat(since), time.fromisoformat(until)
    return first <= now < last if first <= last else now >= first or now < last
