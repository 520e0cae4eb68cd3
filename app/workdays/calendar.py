"""The calendar of working days: the table comes first, then the package, then an assumption marked as one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.languages.messages import say
from app.workdays.announced import ANNOUNCED, ANNOUNCED_YEARS

_WEEKEND = {5: "星期六", 6: "星期日"}
# 全国年节及纪念日放假办法 (State Council, as of 2025) art. 2: the holidays that need no notice.
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}


class Source(StrEnum):
    """Where the calendar has a day from."""

    PACKAGE = "package"
    TABLE = "table"
    ASSUMED = "assumed"


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"  # 调休: a weekend that is worked for a holiday
    HOLIDAY = "holiday"
    WEEKEND = "weekend"  # 国务院关于职工工作时间的规定 art. 7


class Entry(NamedTuple):
    """What the table says of a day."""

    is_working: bool
    name: str | None = None


class Day(NamedTuple):
    """What the calendar says of a day. A day off always has a name; a working day only if it is a make-up day."""

    day: date
    is_working: bool
    name: str | None
    source: Source
    is_published: bool  # false: a notice may still change it

    @property
    def kind(self) -> DayKind:
        if self.is_working:
            return DayKind.WORKING_DAY if self.day.weekday() not in _WEEKEND else DayKind.MAKE_UP_DAY
        return DayKind.WEEKEND if self.name == _WEEKEND.get(self.day.weekday()) else DayKind.HOLIDAY


@dataclass(frozen=True)
class Calendar:
    """The working days of mainland China, from one day on. It is immutable.

    A year is published if the package knows it or the table has all of it (`complete_years`). A day is published if
    the table names it, or if every notice that decides on it is published: its own year's and that of `decided_by`.
    """

    entries: Mapping[date, Entry] = field(default_factory=dict)
    complete_years: frozenset[int] = frozenset()
    since: date = date.min

    def is_year_published(self, year: int) -> bool:
        return year in ANNOUNCED_YEARS or year in self.complete_years

    def is_working(self, day: date) -> bool:
        return self.day(day).is_working

    def day(self, day: date) -> Day:
        """Raises:
        ValueError: a day before those that were loaded.
        """
        if day < self.since:
            raise ValueError(
                say("{day} lies before {since}, from which on the calendar was loaded", day=day, since=self.since)
            )
        if day in self.entries:
            is_working, name = self.entries[day]
            return Day(day, is_working, name if is_working else _name_off(day, name), Source.TABLE, True)
        is_working, name = _by_rule(day)
        return Day(day, is_working, name, self._source(day.year), not self._missing(day))

    def missing_years(self, days: Iterable[Day]) -> tuple[int, ...]:
        """The years that are not published and that decide on some of these days."""
        return tuple(sorted({year for one in days if not one.is_published for year in self._missing(one.day)}))

    def _missing(self, day: date) -> set[int]:
        return {year for year in (day.year, decided_by(day)) if not self.is_year_published(year)}

    def _source(self, year: int) -> Source:
        if year in ANNOUNCED_YEARS:
            return Source.PACKAGE
        return Source.TABLE if year in self.complete_years else Source.ASSUMED


def decided_by(day: date) -> int:
    """The year whose notice is the last that may decide on a day.

    The notice of a year whose 1 January is a Sunday, Monday or Tuesday can reach back to 29 December: those of 2007,
    2008, 2012 and 2019 moved working days there (2018-12-29, a Saturday, was worked for Monday the 31st). No other has
    since 2004.
    """
    reaches_back = date(day.year + 1, 1, 1).weekday() in (6, 0, 1) if (day.month, day.day) >= (12, 29) else False
    return day.year + reaches_back


def _by_rule(day: date) -> tuple[bool, str | None]:
    if day in ANNOUNCED:
        return ANNOUNCED[day]
    fixed = None if day.year in ANNOUNCED_YEARS else _FIXED.get((day.month, day.day))
    is_working = fixed is None and day.weekday() not in _WEEKEND
    return is_working, None if is_working else _name_off(day, fixed)


def _name_off(day: date, name: str | None) -> str:
    return name or _WEEKEND.get(day.weekday(), "放假")
