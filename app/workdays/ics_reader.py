"""The reader of days in an iCalendar (RFC 5545): all-day events whose summaries say 班 or 休."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import Calendar as ICalendar
from icalendar import Event

from app.errors import UnreadableCalendar
from app.languages.messages import Message, say
from app.workdays.lines import CalendarLine

_LONGEST = 60  # days that one event may cover; the longest holiday so far had 9
_MARK = re.compile(r"补班|上班|放假|休假|休息|假期|第\d+天|共\d+天|[班休假]")
_BROKEN = (ValueError, TypeError, LookupError, OverflowError)  # what the library raises for what it cannot read
_EDGES = " \t()（）[]【】:：-—/、,，·"


def read_ics(text: str) -> Iterator[CalendarLine]:
    """Events in the order of the file, each by the number of its first line. One that says neither 班 nor 休, such as
    元宵节, says nothing about work.

    Raises:
        UnreadableCalendar: it is not an iCalendar.
    """
    try:
        events = [part for part in ICalendar.from_ical(text).walk("VEVENT") if isinstance(part, Event)]
    except (*_BROKEN, AttributeError) as broken:  # the last where a parameter such as VALUE has two values
        raise UnreadableCalendar(
            say("this is not an iCalendar file (RFC 5545): {reason}; export it anew", reason=broken)
        ) from broken
    begins = [number for number, line in enumerate(text.split("\n"), 1) if line.strip().upper() == "BEGIN:VEVENT"]
    if len(begins) != len(events):
        raise UnreadableCalendar(say("an event does not begin with BEGIN:VEVENT on one line; export the file anew"))
    for number, event in zip(begins, events, strict=True):
        yield CalendarLine(number, _said(event))


def _said(event: Event) -> list[dict[str, object]] | Message:
    summary = str(event.get("SUMMARY", "")).strip()
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    marks = summary.replace("调休", "")
    is_working, is_off = "班" in marks, "休" in marks or "假" in marks
    if not is_working and not is_off:
        if marks == summary:
            return []
        return say("{summary} does not say which: write 班 or 休", summary=summary)
    if is_working and is_off:
        return say("{summary} says both 班 and 休; make two events of it", summary=summary)
    days = _days(event)
    if isinstance(days, Message):
        return days
    return [{"day": day, "is_working": is_working, "name": _name(summary)} for day in days]


def _days(event: Event) -> list[date] | Message:
    if "RRULE" in event or "RDATE" in event:
        return say("is repeated; each year's notice names its own days, so write each as an event of its own")
    try:
        first, end = event.start, event.end
    except _BROKEN:
        return say("its first and last day cannot be read; write DTSTART;VALUE=DATE:20270213")
    if isinstance(first, datetime) or isinstance(end, datetime):
        return say("has hours; make it an all-day event (DTSTART;VALUE=DATE:20270213)")
    length = (end - first).days
    if not 0 < length <= _LONGEST:
        return say(
            "covers {length} days; the end is the day after the last, and at most {most} days after the start",
            length=length,
            most=_LONGEST,
        )
    return [first + timedelta(days=passed) for passed in range(length)]


def _name(summary: str) -> str | None:
    return _MARK.sub("", summary.replace("调休", "")).strip(_EDGES) or None
