"""The holidays and make-up days of the package chinesecalendar.

They come from the yearly notices (国务院办公厅关于…部分节假日安排的通知) of the State Council. All other days of
a year that the package covers are Monday to Friday or a weekend.
"""

from datetime import date

from chinese_calendar import Holiday, holidays, workdays  # type: ignore[import-untyped]


def _named(days: dict[date, str], *, is_working: bool) -> dict[date, tuple[bool, str]]:
    return {day: (is_working, Holiday(name).chinese) for day, name in days.items()}


# Day → whether it is worked, and the holiday because of which it differs from a normal week.
ANNOUNCED: dict[date, tuple[bool, str]] = _named(holidays, is_working=False) | _named(workdays, is_working=True)
ANNOUNCED_YEARS = range(min(ANNOUNCED).year, max(ANNOUNCED).year + 1)
