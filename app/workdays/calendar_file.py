"""A file of days off and make-up days, as an operator has it: CSV, or the iCalendar of an office."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from app.errors import UnreadableCalendar
from app.workdays.csv_reader import read_csv
from app.workdays.ics_reader import read_ics
from app.workdays.lines import CalendarLine
from app.workdays.schemas import DayWanted


class CalendarFile(NamedTuple):
    days: list[DayWanted]
    ignored: int  # events of an iCalendar that say neither 班 nor 休


def read_calendar(data: bytes) -> CalendarFile:
    """Read a file in UTF-8 (with or without BOM) or GB18030: an iCalendar if it begins like one, else CSV.

    Raises:
        UnreadableCalendar: with every line that is wrong, and what would be right.
    """
    text = _decoded(data)
    lines = list(read_ics(text) if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR" else read_csv(text))
    said = [line for line in lines if line.said]
    days, wrong = _days(said)
    if wrong:
        raise UnreadableCalendar("; ".join(f"{place}: {detail}" for place, detail in wrong[:10]), fields=wrong)
    if not days:
        raise UnreadableCalendar("the file says of no day whether it is worked; mark days with 班 or 休")
    return CalendarFile(days, len(lines) - len(said))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableCalendar("the file is neither UTF-8 nor GB18030 text; save it as UTF-8")


def _days(lines: Iterable[CalendarLine]) -> tuple[list[DayWanted], list[tuple[str, str]]]:
    days: dict[date, DayWanted] = {}
    places: dict[date, int] = {}
    wrong = []
    for line in lines:
        place = f"line {line.number}"
        if isinstance(line.said, str):
            wrong.append((place, line.said))
            continue
        for values in line.said:
            try:
                one = DayWanted.model_validate(values)
            except ValidationError as broken:
                first = broken.errors()[0]
                wrong.append((place, f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}"))
                break
            if one.day in days:
                wrong.append((place, f"{one.day} stands in line {places[one.day]} already; name each day once"))
                break
            days[one.day], places[one.day] = one, line.number
    return list(days.values()), wrong
