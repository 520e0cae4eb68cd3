"""The periods that a schedule makes within a checklist's span, without database or clock."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from app.checklists.models import Checklist
from app.checklists.schedules import (
    AfterEvent,
    AnySchedule,
    ByDefault,
    HalfYearly,
    Milestones,
    Monthly,
    OnDay,
    Quarterly,
    Standing,
    TenDays,
    TimesPerYear,
    Weekly,
    Yearly,
)
from app.obligations.period_models import DueSource

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedPeriod:
    """One occurrence of a task from `starts_on` to `ends_on`."""

    key: str
    starts_on: date
    ends_on: date
    due_on: date | None
    due_source: DueSource
    title: str = ""
    expected_on: date | None = None  # 进度要求: a soft day before the last one

    @property
    def last_start(self) -> date | None:
        """As `Period.last_start`."""
        return self.expected_on or self.due_on


@dataclass(frozen=True)
class Span:
    """From a checklist's first day to its last, both included; `default_due_on` is the day where none is stated."""

    starts_on: date
    ends_on: date
    default_due_on: date
    year: int


def span_of(checklist: Checklist) -> Span:
    return Span(checklist.starts_on, checklist.last_on, checklist.default_due_on, checklist.year)


def plan(schedule: AnySchedule, span: Span) -> list[PlannedPeriod]:
    """The periods of a schedule, in their order. `AfterEvent` has none until an event is entered."""
    match schedule:
        case OnDay(due_on=due_on):
            return [_whole(span, due_on, DueSource.STATED)]
        case ByDefault():
            return [_whole(span, span.default_due_on, DueSource.DEFAULT)]
        case Standing():
            return [_whole(span, None, DueSource.NONE)]
        case Weekly(weekday=weekday):
            return list(_cut(span, _weeks(span, weekday)))
        case TenDays():
            return list(_cut(span, _thirds(span)))
        case Monthly(day=day):
            return list(_cut(span, _months(span, months=1, month=1, day=day)))
        case Quarterly(month=month, day=day):
            return list(_cut(span, _months(span, months=3, month=month, day=day)))
        case HalfYearly(month=month, day=day):
            return list(_cut(span, _months(span, months=6, month=month, day=day)))
        case Yearly(month=month, day=day):
            return list(_cut(span, _months(span, months=12, month=month, day=day)))
        case TimesPerYear(times=times):
            return list(_times_per_year(span, times))
        case Milestones():
            return list(_milestones(span, schedule))
        case AfterEvent():
            return []


def _whole(span: Span, due_on: date | None, source: DueSource) -> PlannedPeriod:
    return PlannedPeriod(str(span.year), span.starts_on, span.ends_on, due_on, source)


class _Stretch(NamedTuple):
    """One repetition of a cadence, before it is cut to the span."""

    key: str
    first: date
    last: date
    due_on: date


def _cut(span: Span, stretches: Iterable[_Stretch]) -> Iterator[PlannedPeriod]:
    """Cut the stretches to the span.

    A stretch whose last day lies before the span begins or after it ends is cut to the span: its last day is then at
    most the span's. A stretch is left out if its own last day had passed before the span began.
    """
    for one in stretches:
        starts_on, ends_on = max(one.first, span.starts_on), min(one.last, span.ends_on)
        if one.due_on >= span.starts_on:
            yield PlannedPeriod(one.key, starts_on, ends_on, min(one.due_on, span.ends_on), DueSource.STATED)


def _weeks(span: Span, weekday: int) -> Iterator[_Stretch]:
    """Weeks of ISO 8601, each of the year in which its Thursday lies."""
    first = span.starts_on - timedelta(days=span.starts_on.weekday())
    while first <= span.ends_on:
        year, week, _ = first.isocalendar()
        last = first + timedelta(days=6)
        yield _Stretch(f"{year}-W{week:02}", first, last, first + timedelta(days=weekday - 1))
        first = last + ONE_DAY


def _thirds(span: Span) -> Iterator[_Stretch]:
    """上旬 (D1), 中旬 (D2) and 下旬 (D3) of each month."""
    month = span.starts_on.replace(day=1)
    while month <= span.ends_on:
        days = pairwise([*(month.replace(day=day) for day in (1, 11, 21)), _months_later(month, 1)])
        for number, (first, following) in enumerate(days, 1):
            last = following - ONE_DAY
            if first <= span.ends_on:
                yield _Stretch(f"{month:%Y-%m}-D{number}", first, last, last)
        month = _months_later(month, 1)


def _months(span: Span, *, months: int, month: int, day: int | None) -> Iterator[_Stretch]:
    """Stretches of a number of months, due by a day of one of them."""
    first = date(span.starts_on.year, (span.starts_on.month - 1) // months * months + 1, 1)
    while first <= span.ends_on:
        following = _months_later(first, months)
        yield _Stretch(_key(first, months), first, following - ONE_DAY, _day_of(_months_later(first, month - 1), day))
        first = following


def _key(first: date, months: int) -> str:
    match months:
        case 1:
            return f"{first:%Y-%m}"
        case 3:
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case 6:
            return f"{first.year}-H{1 if first.month == 1 else 2}"
        case _:
            return str(first.year)


def _times_per_year(span: Span, times: int) -> Iterator[PlannedPeriod]:
    for year in range(span.starts_on.year, span.ends_on.year + 1):
        begins, ends = max(date(year, 1, 1), span.starts_on), min(date(year, 12, 31), span.ends_on)
        number_of = min(times, (ends - begins).days + 1)  # there cannot be more periods than days
        shares = [*_shares(begins, ends, number_of), ends + ONE_DAY]
        for number, (first, following) in enumerate(pairwise(shares), 1):
            last = following - ONE_DAY
            yield PlannedPeriod(f"{year}-{number}of{times}", first, last, ends, DueSource.STATED, expected_on=last)


def _shares(begins: date, ends: date, number_of: int) -> Iterator[date]:
    """The first days of a number of even shares: whole months if they divide a whole year."""
    whole_year = (begins, ends) == (date(begins.year, 1, 1), date(begins.year, 12, 31))
    length = (ends - begins).days + 1
    for number in range(number_of):
        if whole_year and 12 % number_of == 0:
            yield _months_later(begins, 12 // number_of * number)
        else:
            yield begins + timedelta(days=length * number // number_of)


def _milestones(span: Span, schedule: Milestones) -> Iterator[PlannedPeriod]:
    begins = span.starts_on
    for number, step in enumerate(schedule.milestones, 1):
        # steps of one day share it
        starts_on = min(begins, step.due_on)
        yield PlannedPeriod(f"{span.year}-M{number}", starts_on, step.due_on, step.due_on, DueSource.STATED, step.words)
        begins = step.due_on + ONE_DAY


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _day_of(first: date, day: int | None) -> date:
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=min(day or last, last))
