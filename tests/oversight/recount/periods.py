"""Which periods a schedule has within a register's year, found by looking at each day of it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


@dataclass
class Register:
    """The days of a checklist."""

    year: int
    first: date
    last: date


@dataclass
class Period:
    key: str
    starts: date
    ends: date
    due: date | None
    share: date | None = None  # of so many times a year: the last day of this one
    event: int | None = None
    is_gone: bool = False  # another schedule took its place, or its event was taken back

    @property
    def latest_start(self) -> date | None:
        """The latest day from which it can be owed."""
        return self.share or self.due


def planned(schedule: dict[str, Any], register: Register) -> list[Period]:
    """The periods that a schedule has, the first first; `after_event` has none until something happens."""
    kind, year, first, last = schedule["kind"], register.year, register.first, register.last
    if kind in ("on", "default", "standing"):
        due = {"on": schedule.get("due_on"), "default": str(last), "standing": None}[kind]
        return [Period(str(year), first, last, date.fromisoformat(due) if due else None)]
    if kind == "milestones":
        return _steps(schedule, register)
    if kind == "times_per_year":
        return _shares(schedule["times"], register)
    if kind == "after_event":
        return []
    found: dict[str, Period] = {}
    for number in range((last - first).days + 1):
        day = first + number * DAY
        key, due = _stretch(schedule, day)
        if key in found:
            found[key].ends = day
        elif due >= first:
            found[key] = Period(key, day, day, min(due, last))
    return [*found.values()]


def _stretch(schedule: dict[str, Any], day: date) -> tuple[str, date]:
    """The key of the week, third of a month or months in which a day lies, and by when these are due."""
    kind = schedule["kind"]
    if kind == "weekly":
        year, week, weekday = day.isocalendar()
        return f"{year}-W{week:02}", day + (schedule.get("weekday", 7) - weekday) * DAY
    if kind == "ten_days":
        third = min((day.day - 1) // 10, 2) + 1
        return f"{day:%Y-%m}-D{third}", day.replace(day=third * 10 if third < 3 else _length(day))
    months = MONTHS[kind]
    number = (day.month - 1) // months
    key = {1: f"{day:%Y-%m}", 3: f"{day.year}-Q{number + 1}", 6: f"{day.year}-H{number + 1}", 12: f"{day.year}"}[months]
    month = date(day.year, number * months + (1 if months == 1 else schedule.get("month", months)), 1)
    return key, month.replace(day=min(schedule.get("day") or 31, _length(month)))


def _length(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def _shares(times: int, register: Register) -> list[Period]:
    """So many even shares of a whole year, all due by its last day."""
    begins, days = register.first, (register.last - register.first).days + 1
    if 12 % times == 0:
        starts = [begins.replace(month=12 // times * number + 1) for number in range(times)]
    else:
        starts = [begins + days * number // times * DAY for number in range(times)]
    ends = [start - DAY for start in starts[1:]] + [register.last]
    return [
        Period(f"{register.year}-{number}of{times}", start, end, register.last, share=end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _steps(schedule: dict[str, Any], register: Register) -> list[Period]:
    found, begins = [], register.first
    for number, step in enumerate(schedule["milestones"], 1):
        due = date.fromisoformat(step["due_on"])
        found.append(Period(f"{register.year}-M{number}", min(begins, due), due, due))
        begins = due + DAY
    return found
