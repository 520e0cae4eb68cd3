"""The last days that a suspension (暂停) moved, and their recount when the calendar is corrected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from app.checklists.schedules import AfterEvent, SpanUnit
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.span_models import ObligationSpan
from app.obligations.states import open_in
from app.obligations.suspension_models import Suspension
from app.workdays.calendar import Calendar
from app.workdays.deadlines import calendar_days_after

Moved = tuple[date, int]  # the last day before a suspension, and the days by which that moved it


def later(calendar: Calendar, schedule: AfterEvent | None, due_on: date, days: int, *, roll: bool) -> date:
    """A last day moved by calendar days. Only one counted from an event never ends on a day off."""
    if schedule is None or not (roll or schedule.unit is SpanUnit.WORKING_DAYS):
        return due_on + timedelta(days=days)
    return calendar_days_after(calendar, due_on, days).due_on


def moved_again(
    session: Session,
    schedule: AfterEvent,
    periods: Sequence[Period],
    former: Mapping[int, date],
    before: Calendar,
    after: Calendar,
    *,
    roll: bool,
) -> dict[int, date]:
    """Recount, by a corrected calendar, the last days of a task's periods, or granted ones, that suspensions moved.
    A last day that the former calendar does not give stays.

    Args:
        former: id of a period → its last day by the calendar of before.

    Returns:
        id of an obligation → its last day, of those that moved.
    """
    by_id, moves, moved = {period.id: period for period in periods}, _moves(session, periods), dict[int, date]()
    found = select(Obligation).where(col(Obligation.id).in_(moves), open_in("obligation"))
    for obligation in session.exec(found.execution_options(populate_existing=True)):
        period, of_it = by_id[obligation.period_id], moves[obligation.id]
        granted = [(due_on, due_on, of_it[place:]) for place, (due_on, _) in enumerate(of_it)]
        for was, now, following in [(former[period.id], period.due_on or date.max, of_it), *granted]:
            if obligation.due_on == _after_suspensions(before, schedule, was, following, roll=roll):
                due_on = _after_suspensions(after, schedule, now, following, roll=roll)
                moved |= {obligation.id: due_on} if due_on != obligation.due_on else {}
                break
    return moved


def _after_suspensions(
    calendar: Calendar, schedule: AfterEvent, due_on: date, moves: Sequence[Moved], *, roll: bool
) -> date:
    for _, days in moves:
        due_on = later(calendar, schedule, due_on, days, roll=roll)
    return due_on


def _moves(session: Session, periods: Sequence[Period]) -> Mapping[int, list[Moved]]:
    """id of an obligation → its suspensions that had days, oldest first."""
    ended = func.coalesce(col(ObligationSpan.end_recorded_at), col(ObligationSpan.to_at)) == col(Suspension.resumed_at)
    query = (
        select(col(Suspension.obligation_id), col(ObligationSpan.due_on), col(Suspension.rested_days))
        .join(Obligation, col(Obligation.id) == col(Suspension.obligation_id))
        .join(ObligationSpan, (col(ObligationSpan.obligation_id) == col(Suspension.obligation_id)) & ended)
        .where(col(Obligation.period_id).in_([period.id for period in periods]), col(Suspension.rested_days) > 0)
        .where(col(ObligationSpan.suspended_on).is_not(None))
        .order_by(col(Suspension.id))
    )
    found: defaultdict[int, list[Moved]] = defaultdict(list)
    for obligation_id, due_on, days in session.exec(query):
        if due_on is not None:
            found[obligation_id].append((due_on, days))
    return found
