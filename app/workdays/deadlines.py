"""Functions that compute the last day of a period from a calendar.

Rules: 民法典 art. 201 (the day of the event does not count), art. 203 (a period that ends on a day off ends on the day
after it), art. 1259 (以内 and 届满 include the day itself, and so "before X" includes X); 政府信息公开条例 and its like
count in working days. Time is up at 24:00 in Shanghai (art. 203): overdue starts at 00:00 of the next day.
"""

from datetime import date, timedelta
from typing import NamedTuple

from app.languages.messages import Message, listed, say
from app.workdays.calendar import Calendar, Day

_DAY = timedelta(days=1)


class Deadline(NamedTuple):
    """A last day. Every day after the event until `due_on` was either counted or skipped."""

    due_on: date
    counted: tuple[Day, ...] = ()
    skipped: tuple[Day, ...] = ()
    missing_years: tuple[int, ...] = ()  # years that are not published and that this last day depends on

    @property
    def provisional(self) -> bool:
        """Whether a notice may still change the last day."""
        return bool(self.missing_years)

    @property
    def reason(self) -> Message | None:
        """Why it is provisional, for a clerk."""
        if not self.missing_years:
            return None
        return say(
            "the working days of {years} are not published: where they matter, Monday to Friday were taken as working "
            "days, except the fixed holidays; load the State Council's notice to settle it",
            years=listed(self.missing_years),
        )


def working_days_after(calendar: Calendar, event_on: date, number: int) -> Deadline:
    """The last of so many working days after an event. Zero is the day itself, or the first working day after it.

    Raises:
        ValueError: a negative number.
    """
    if number <= 0:
        return calendar_days_after(calendar, event_on, number)
    counted: list[Day] = []
    skipped: list[Day] = []
    day = event_on
    while len(counted) < number:
        day += _DAY
        one = calendar.day(day)
        (counted if one.is_working else skipped).append(one)
    return Deadline(day, tuple(counted), tuple(skipped), calendar.missing_years([*counted, *skipped]))


def calendar_days_after(calendar: Calendar, event_on: date, number: int, *, roll: bool = True) -> Deadline:
    """The last of so many days after an event. If it is a day off, the period ends on the next working day instead
    (art. 203), which then counts for it; without `roll` it stays where it is and depends on no calendar.

    Raises:
        ValueError: a negative number.
    """
    if number < 0:
        raise ValueError(say("a period is counted forward, not {number} days", number=number))
    due_on = event_on + number * _DAY
    skipped: list[Day] = []
    while roll and not (one := calendar.day(due_on)).is_working:
        skipped.append(one)
        due_on += _DAY
    counted = [calendar.day(event_on + passed * _DAY) for passed in range(1, number)]
    last = [calendar.day(due_on)] if number else []
    looked_at = [*skipped, calendar.day(due_on)] if roll else []
    return Deadline(due_on, (*counted, *last), tuple(skipped), calendar.missing_years(looked_at))
