"""The reader of an operator's file of days off and make-up days: CSV or iCalendar."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from app.errors import UnreadableCalendar
from app.languages.messages import Message, say, sentences
from app.languages.validation import sentence
from app.workdays.csv_reader import read_csv
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
    lines = list(_read_ics(text) if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR" else read_csv(text))
    said = [line for line in lines if line.said]
    days, wrong = _days(said)
    if wrong:
        first = [say("line {line}: {detail}", line=number, detail=detail) for number, detail in wrong[:10]]
        raise UnreadableCalendar(sentences(first), fields=[(f"line {number}", detail) for number, detail in wrong])
    if not days:
        raise UnreadableCalendar(say("the file marks no day as worked or off; mark days with 班 or 休"))
    return CalendarFile(days, len(lines) - len(said))


def _read_ics(text: str) -> Iterable[CalendarLine]:
    from app.workdays.ics_reader import read_ics

    return read_ics(text)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableCalendar(say("the file is neither UTF-8 nor GB18030 text; save it as UTF-8"))


def _days(lines: Iterable[CalendarLine]) -> tuple[list[DayWanted], list[tuple[int, Message]]]:
    days: dict[date, DayWanted] = {}
    line_of: dict[date, int] = {}
    wrong: list[tuple[int, Message]] = []
    for line in lines:
        if isinstance(line.said, Message):
            wrong.append((line.number, line.said))
            continue
        for values in line.said:
            try:
                one = DayWanted.model_validate(values)
            except ValidationError as broken:
                found = broken.errors()[0]
                wrong.append((line.number, say("{field}: {detail}", field=found["loc"][0], detail=sentence(found))))
                break
            if one.day in days:
                twice = say("{day} is already in line {line}; name each day once", day=one.day, line=line_of[one.day])
                wrong.append((line.number, twice))
                break
            days[one.day], line_of[one.day] = one, line.number
    return list(days.values()), wrong
