"""Functions that compute the day on which a rung of the ladder fires."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.notices.reminders.schemas import Rung
from app.workdays.calendar import Calendar
from app.workdays.deadlines import working_days_after

ONE_DAY = timedelta(days=1)


def fires_on(rung: Rung, starts_on: date, due_on: date, calendar: Calendar) -> date:
    """The working day on which a rung fires for a last day.

    A rung before the last day is counted back from it, so that it never comes after it, and a share of the time waits
    for the next working day.
    """
    if rung.share is not None:
        day = starts_on + timedelta(days=(due_on - starts_on).days * rung.share // 100)
        return min(working_days_after(calendar, day, 0).due_on, max(day, _working_days_before(calendar, due_on, 0)))
    number = rung.working_days or 0
    if number > 0:
        return working_days_after(calendar, due_on, number).due_on
    return _working_days_before(calendar, due_on, -number)


def _working_days_before(calendar: Calendar, day: date, number: int) -> date:
    """So many working days before a day; zero is the day itself, or the last working day before it."""
    while not calendar.is_working(day):
        day -= ONE_DAY
    for _ in range(number):
        day -= ONE_DAY
        while not calendar.is_working(day):
            day -= ONE_DAY
    return day


def reached(rungs: Sequence[Rung], starts_on: date, due_on: date, on: date, calendar: Calendar) -> Rung | None:
    """The last rung whose day has come. Those below it are passed, and never fire later."""
    days = [(fires_on(rung, starts_on, due_on, calendar), index) for index, rung in enumerate(rungs)]
    come = [(day, index) for day, index in days if day <= on]
    return rungs[max(come)[1]] if come else None
