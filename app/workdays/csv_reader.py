"""The reader of days in a CSV file: day, is_working, name and an optional note."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from app.errors import UnreadableCalendar
from app.languages.messages import Message, say
from app.workdays.lines import CalendarLine

_HEADS = {
    "day": "day",
    "日期": "day",
    "is_working": "is_working",
    "班/休": "is_working",
    "班休": "is_working",
    "name": "name",
    "名称": "name",
    "note": "note",
    "备注": "note",
}
_WORKING = {"班": True, "上班": True, "true": True, "1": True, "休": False, "放假": False, "false": False, "0": False}
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|年(\d{1,2})月)(\d{1,2})日?")  # also as spreadsheets save it


def read_csv(text: str) -> Iterator[CalendarLine]:
    """Raises:
    UnreadableCalendar: the first line does not name the columns, or the quotes do not match.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="", restval="")
    try:
        names = [_HEADS.get(head.strip().lower(), head.strip()) for head in rows.fieldnames or []]
        if names[:3] != ["day", "is_working", "name"] or names[3:] not in ([], ["note"]):
            raise UnreadableCalendar(
                say(
                    "the first line must be day,is_working,name (and, if wanted, note); it is {found}",
                    found=",".join(names),
                )
            )
        rows.fieldnames = names
        for row in rows:
            yield CalendarLine(rows.line_num, _said(row))
    except csv.Error as broken:
        raise UnreadableCalendar(
            say(
                "line {line} is not CSV ({reason}); check its quotation marks", line=rows.reader.line_num, reason=broken
            )
        ) from broken


def _said(row: dict[str, str]) -> list[dict[str, object]] | Message:
    if row.get(""):
        return say("has more cells than the first line; put a name that contains a comma in quotes")
    day, mark = _day(row["day"].strip()), row["is_working"].strip()
    if day is None:
        return say("'{text}' is not a day; write it as 2027-02-13", text=row["day"].strip())
    if mark.lower() not in _WORKING:
        return say("is_working is '{mark}'; give 班 or 休 (or true or false)", mark=mark)
    name, note = row["name"].strip() or None, row.get("note", "").strip() or None
    return [{"day": day, "is_working": _WORKING[mark.lower()], "name": name, "note": note}]


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
