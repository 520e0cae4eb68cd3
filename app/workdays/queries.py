"""The queries for the calendar's days and deadlines."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import Session

from app.journal.rows import table_of
from app.languages.catalogue import Language, translated
from app.paging import Page
from app.workdays.calendar import Calendar, Entry
from app.workdays.deadlines import calendar_days_after, working_days_after
from app.workdays.models import CalendarDay, CalendarYear
from app.workdays.schemas import DayPublic, DayQuery, DeadlinePublic, DeadlineQuery


def load_calendar(session: Session, since: date = date.min) -> Calendar:
    """The calendar from a day on, in two statements. Load it once in a transaction, from the earliest event. It has no
    upper end, so that no count runs past it."""
    table = table_of(CalendarDay)
    days = select(table.c.day, table.c.is_working, table.c.name).where(table.c.day >= since)
    complete = table_of(CalendarYear)
    years = select(complete.c.year).where(complete.c.is_complete)
    entries = {day: Entry(is_working, name) for day, is_working, name in session.execute(days)}
    return Calendar(entries, frozenset(session.scalars(years)), since)


def list_days(session: Session, query: DayQuery, *, today: date) -> Page[DayPublic]:
    """Each day of a range, in its order."""
    year = query.year or today.year
    first, last = query.since or date(year, 1, 1), query.until or date(year, 12, 31)
    total = query.total(partial(min, (last - first).days + 1))
    if after := query.after(date):
        first = max(first, min(after[0], last) + timedelta(days=1))
    calendar = load_calendar(session, first)
    wanted = min((last - first).days + 1, query.limit + 1)
    days, cursor = query.cut([calendar.day(first + timedelta(days=passed)) for passed in range(wanted)], ["day"])
    return Page(items=[DayPublic.model_validate(one) for one in days], next_cursor=cursor, **total)


def deadline(session: Session, query: DeadlineQuery, *, roll: bool, language: Language) -> DeadlinePublic:
    """The last day of a period after an event, and what it was counted from."""
    calendar = load_calendar(session, query.event_on)
    if query.working_days is not None:
        found = working_days_after(calendar, query.event_on, query.working_days)
    else:
        found = calendar_days_after(calendar, query.event_on, query.days or 0, roll=roll)
    reason = found.reason and translated(found.reason, language)
    return DeadlinePublic.of(found, event_on=query.event_on, reason=reason)
