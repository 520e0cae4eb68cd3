"""The action that changes the calendar."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import OutsideScope
from app.journal.recorder import lock, record
from app.languages.messages import say
from app.workdays.calendar import Calendar, Entry
from app.workdays.models import CALENDAR, CalendarDay, CalendarRow, CalendarYear
from app.workdays.notices import is_whole_year
from app.workdays.queries import load_calendar
from app.workdays.schemas import CalendarReport, DayWanted, YearWanted


def change_calendar(
    session: Session,
    days: Sequence[DayWanted],
    years: Sequence[YearWanted] = (),
    *,
    by: Actor,
    at: datetime,
    verb: str = "calendar.changed",
) -> CalendarReport:
    """Enter or correct days, each named once. A year that the days cover becomes complete, unless
    `years` says otherwise. Doing it again changes nothing.

    Returns:
        A report. `affected` are the days that deadlines depended on: the caller recounts, in the same transaction,
        the stored deadlines that pass over one of them.

    Raises:
        OutsideScope: the calendar belongs to every jurisdiction; the key's scope is smaller.
    """
    if by.jurisdiction_code:
        raise OutsideScope(
            say(
                "the calendar belongs to the whole installation: change it with a key that has no jurisdiction; yours "
                "has {scope}",
                scope=by.jurisdiction_code,
            )
        )
    moment = lock(session, at, CALENDAR)
    before = load_calendar(session)
    report = CalendarReport(entered=[], changed=[], unchanged=0, published_years=[], unpublished_years=[], affected=[])
    rows: list[CalendarRow] = [*_enter_days(session, days, report), *_enter_years(session, days, years)]
    if not rows:
        report.unpublished_years = _unpublished(before, days)
        return report
    record(session, CALENDAR, by=by.who, verb=verb, subject=CALENDAR.name, at=moment, rows=rows)
    after = load_calendar(session)
    touched = {row.year for row in rows if isinstance(row, CalendarYear)}
    report.published_years = sorted(
        year for year in touched if after.is_year_published(year) and not before.is_year_published(year)
    )
    report.unpublished_years = _unpublished(after, days)
    report.affected = _affected(before, after, (one.day for one in days), touched)
    return report


def _enter_days(session: Session, days: Sequence[DayWanted], report: CalendarReport) -> list[CalendarDay]:
    first, last = min((one.day for one in days), default=date.max), max((one.day for one in days), default=date.min)
    in_range = select(CalendarDay).where(col(CalendarDay.day).between(first, last))
    found = {row.day: row for row in session.exec(in_range.execution_options(populate_existing=True))}
    rows = []
    for one in sorted(days, key=lambda one: one.day):
        row = found.get(one.day)
        if row is None:
            rows.append(CalendarDay(**one.model_dump()))
            report.entered.append(one.day)
        elif (row.is_working, row.name, row.note) != (one.is_working, one.name, one.note):
            row.is_working, row.name, row.note = one.is_working, one.name, one.note
            rows.append(row)
            report.changed.append(one.day)
        else:
            report.unchanged += 1
    session.add_all(rows)
    return rows


def _enter_years(session: Session, days: Sequence[DayWanted], years: Sequence[YearWanted]) -> list[CalendarYear]:
    entries = {one.day: Entry(one.is_working, one.name) for one in days}
    wanted = {year: True for year in sorted({day.year for day in entries}) if is_whole_year(entries, year)}
    wanted |= {one.year: one.is_complete for one in years}
    found = {row.year: row for row in session.exec(select(CalendarYear).execution_options(populate_existing=True))}
    rows = []
    for year, is_complete in wanted.items():
        row = found.get(year) or CalendarYear(year=year, is_complete=False)
        if row.is_complete != is_complete:
            row.is_complete = is_complete
            rows.append(row)
    session.add_all(rows)
    return rows


def _unpublished(calendar: Calendar, days: Sequence[DayWanted]) -> list[int]:
    return sorted({one.day.year for one in days if not calendar.is_year_published(one.day.year)})


def _affected(before: Calendar, after: Calendar, named: Iterable[date], years: Iterable[int]) -> list[date]:
    """The days that now count differently, of those named and those that a year's notice decides on."""
    looked_at = set(named)
    for year in years:
        first = date(year - 1, 12, 29)
        looked_at |= {first + timedelta(days=passed) for passed in range((date(year, 12, 31) - first).days + 1)}
    return sorted(day for day in looked_at if _counts_as(before, day) != _counts_as(after, day))


def _counts_as(calendar: Calendar, day: date) -> tuple[bool, bool]:
    one = calendar.day(day)
    return one.is_working, one.is_published
