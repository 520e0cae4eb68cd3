"""The test whether a list of days is a whole year's notice and not a part of it."""

import calendar as months
from collections.abc import Mapping
from datetime import date

from app.workdays.calendar import Entry

# 全国年节及纪念日放假办法 art. 2: every yearly notice arranges these seven, by one of these words.
_HOLIDAYS = (("元旦", "新年"), ("春节",), ("清明",), ("劳动", "五一"), ("端午",), ("中秋",), ("国庆",))


def is_whole_year(days: Mapping[date, Entry], year: int) -> bool:
    """Whether the days cover a year: every single day of it, or the seven holidays by name with the weekends
    that are worked for them. Seven bare holidays are not enough: no notice since 2004 has been without a make-up day.
    """
    mine = {day: entry for day, entry in days.items() if day.year == year}
    if len(mine) == 365 + months.isleap(year):
        return True
    names_off = [entry.name or "" for entry in mine.values() if not entry.is_working]
    named = all(any(word in name for word in words for name in names_off) for words in _HOLIDAYS)
    return named and any(entry.is_working and day.weekday() > 4 for day, entry in mine.items())
