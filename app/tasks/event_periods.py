"""The periods of events: their last days, and the recount when the calendar is corrected."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.checklists.models import Task
from app.checklists.schedules import AfterEvent, SpanUnit, loaded
from app.journal.rows import Journaled
from app.obligations.models import Obligation
from app.obligations.period_models import DueSource, Period, TaskEvent
from app.obligations.periods import follow
from app.obligations.states import open_in
from app.tasks.suspended_days import moved_again
from app.workdays.calendar import Calendar
from app.workdays.deadlines import Deadline, calendar_days_after, working_days_after
from app.workdays.queries import load_calendar


def deadline_of(schedule: AfterEvent, happened_on: date, calendar: Calendar, *, roll: bool) -> Deadline:
    """The last day of a number of days after an event (rules: `workdays.deadlines`)."""
    if schedule.unit is SpanUnit.WORKING_DAYS:
        return working_days_after(calendar, happened_on, schedule.days)
    return calendar_days_after(calendar, happened_on, schedule.days, roll=roll)


def period_of(session: Session, event: TaskEvent, schedule: AfterEvent, *, roll: bool) -> Period:
    """The period that an event begins: on its day, for the members of that day."""
    counted = deadline_of(schedule, event.happened_on, load_calendar(session, event.happened_on), roll=roll)
    period = Period(
        checklist_id=event.checklist_id,
        task_id=event.task_id,
        key=f"event-{event.id}",
        title=event.title,
        starts_on=event.happened_on,
        due_source=DueSource.STATED,
        event_id=event.id,
    )
    _fit(period, counted)
    return period


def event_periods(session: Session, task: Task) -> list[tuple[Period, TaskEvent]]:
    """The periods of a task's events that still have open obligations, in the order of their ids."""
    query = _with_something_open().where(col(Period.task_id) == task.id)
    return [(period, event) for period, event in session.exec(query).all()]


def touched_by(session: Session, days: Sequence[date]) -> list[tuple[Period, TaskEvent]]:
    """The periods with open obligations that were counted over one of these days, or were suspended beyond one."""
    of_period = select(func.max(Obligation.due_on)).where(col(Obligation.period_id) == col(Period.id))
    rested_until = func.coalesce(of_period.where(open_in("obligation")).scalar_subquery(), col(Period.due_on))
    query = _with_something_open().where(
        col(TaskEvent.happened_on) < max(days), or_(col(Period.due_on) >= min(days), rested_until >= min(days))
    )
    found = session.exec(query.add_columns(rested_until).execution_options(populate_existing=True)).all()
    return [
        (period, event)
        for period, event, until in found
        if any(event.happened_on < day <= max(_last(period), until) for day in days)
    ]


def recount(
    session: Session,
    schedule: AfterEvent,
    counted: Sequence[tuple[Period, TaskEvent]],
    *,
    roll: bool,
    at: datetime,
    before: Calendar | None = None,
) -> list[Journaled]:
    """Recount the last days of periods. Open obligations follow; closed ones do not change.

    The caller has locked the streams of the calendar and the checklist.

    Args:
        before: the calendar before it was corrected. Last days moved by suspensions are then recounted too; one that
            it does not give comes from an earlier schedule, and stays.

    Returns:
        Every row that was changed, for the journal.
    """
    if before:
        counted = [
            (period, event)
            for period, event in counted
            if period.due_on == deadline_of(schedule, event.happened_on, before, roll=roll).due_on
        ]
    if not counted:
        return []
    calendar = load_calendar(session, min(event.happened_on for _, event in counted))
    periods = [period for period, _ in counted]
    former = {period.id: _last(period) for period in periods}
    changed = [
        period
        for period, event in counted
        if _fit(period, deadline_of(schedule, event.happened_on, calendar, roll=roll))
    ]
    session.flush()
    moved = moved_again(session, schedule, periods, former, before, calendar, roll=roll) if before else {}
    return [*changed, *follow(session, periods if moved else changed, at, moved)]


def schedule_of(task: Task) -> AfterEvent | None:
    """The task's schedule, if it is an `AfterEvent`."""
    schedule = loaded(task.schedule)
    return schedule if isinstance(schedule, AfterEvent) else None


def _with_something_open() -> Any:
    still_open = select(Obligation.id).where(col(Obligation.period_id) == col(Period.id), open_in("obligation"))
    return (
        select(Period, TaskEvent)
        .join(TaskEvent, col(TaskEvent.id) == col(Period.event_id))
        .where(col(Period.withdrawn_on).is_(None), still_open.exists())
        .order_by(col(Period.id))
    )


def _last(period: Period) -> date:
    return period.due_on or date.max


def _fit(period: Period, counted: Deadline) -> bool:
    before = (period.due_on, period.provisional)
    period.due_on = period.ends_on = counted.due_on
    period.provisional = str(counted.reason) if counted.reason else None
    return (period.due_on, period.provisional) != before
