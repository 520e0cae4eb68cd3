"""The actions on events from which last days are counted, and on corrections of the calendar."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, literal, or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.actions import lock_stream
from app.checklists.models import Checklist, ChecklistState, Task
from app.clock import local_day
from app.errors import InvalidRequest, NoEventSchedule, NotFound, NotYourUnit, OnlyOfficeEnters
from app.journal.recorder import lock, record
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.period_models import Period, TaskEvent
from app.obligations.periods import is_owed, nothing_owed
from app.obligations.queries import count_overdue
from app.obligations.settlement import settle
from app.tasks.event_periods import period_of, recount, schedule_of, touched_by
from app.tasks.period_schemas import TaskEventCreate
from app.units.models import Membership
from app.workdays.actions import change_calendar
from app.workdays.models import CALENDAR
from app.workdays.queries import load_calendar
from app.workdays.schemas import CalendarReport, DayWanted, YearWanted


class Entered(NamedTuple):
    event: TaskEvent
    period: Period
    overdue_at_once: int


def enter_event(
    session: Session, task: Task, wanted: TaskEventCreate, *, by: Actor, at: datetime, roll: bool
) -> Entered:
    """Enter that something happened: its period begins on that day, and every unit of the task owes it.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NoEventSchedule: the task is not counted from events;
        OnlyOfficeEnters, NotYourUnit: a unit enters it, and the task does not let units, or it has no part in the task,
            or other units would be overdue at once;
        NothingOwed: its last day lies before the day from which the task is owed;
        InvalidRequest: the day lies in the future or outside the checklist's span.
    """
    checklist = session.get_one(Checklist, task.checklist_id)
    if by.is_officer:
        by.require_scope(checklist.jurisdiction_code)
    moment = _lock_for_event(session, task, checklist, at)
    schedule = schedule_of(task)
    if schedule is None:
        raise NoEventSchedule()
    if not by.is_officer:
        if not schedule.entered_by_units:
            raise OnlyOfficeEnters()
        _require_part(session, task, by, wanted.happened_on)
    latest = min(local_day(moment), checklist.last_on)
    if not checklist.starts_on <= wanted.happened_on <= latest:
        detail = say("give a day from {first} to {last}", first=checklist.starts_on, last=latest)
        raise InvalidRequest(detail, fields=[("body.happened_on", detail)])
    event = TaskEvent(
        checklist_id=checklist.id,
        task_id=task.id,
        happened_on=wanted.happened_on,
        title=wanted.title,
        entered_at=moment,
    )
    session.add(event)
    session.flush()
    period = period_of(session, event, schedule, roll=roll)
    if not is_owed(task, period):
        raise nothing_owed(task, task.starts_on, [period], "happened_on")
    session.add(period)
    session.flush()
    rows = [event, period, *settle(session, task, moment)]
    of_period, today = col(Obligation.period_id) == period.id, local_day(moment)
    others = count_overdue(session, and_(of_period, col(Obligation.unit_id).not_in(by.unit_ids)), today)
    if others and not by.is_officer:
        raise OnlyOfficeEnters(
            say(
                "its last day was {day}, and {count} obligations of other units would be overdue at once; "
                "the office enters it",
                day=period.due_on,
                count=others,
            )
        )
    record(session, checklist.stream, by=by.who, verb="event.entered", subject=f"task:{task.id}", at=moment, rows=rows)
    return Entered(event, period, count_overdue(session, of_period, today))


def withdraw_event(
    session: Session, task: Task, event_id: int, reason: str, *, by: Actor, at: datetime
) -> tuple[TaskEvent, Period]:
    """Withdraw an event that did not happen so: open obligations of its period are waived, completed ones stay.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NotFound: the task does not have this event.
    """
    checklist = session.get_one(Checklist, task.checklist_id)
    by.require_scope(checklist.jurisdiction_code)
    moment = _lock_for_event(session, task, checklist, at)
    query = (
        select(TaskEvent, Period)
        .join(Period, col(Period.event_id) == col(TaskEvent.id))
        .where(col(TaskEvent.id) == event_id, col(TaskEvent.task_id) == task.id)
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(say("task {task} has no event {event}; GET /tasks/{task}/events", task=task.id, event=event_id))
    event, period = found
    if event.withdrawn_on is None:
        event.withdrawn_on, event.withdrawn_reason = local_day(moment), reason
        period.withdraw(local_day(moment))
        session.flush()
        rows = [event, period, *settle(session, task, moment)]
        subject = f"task:{task.id}"
        record(session, checklist.stream, by=by.who, verb="event.withdrawn", subject=subject, at=moment, rows=rows)
    return event, period


def correct_calendar(
    session: Session,
    days: Sequence[DayWanted],
    years: Sequence[YearWanted] = (),
    *,
    by: Actor,
    at: datetime,
    roll: bool,
    verb: str = "calendar.changed",
) -> CalendarReport:
    """Enter or correct days of the calendar, and recount every last day that passed over one of them and is still
    open. Each checklist's journal has what moved, and why.

    Raises:
        OutsideScope: the calendar belongs to every jurisdiction; the key's scope is smaller.
    """
    lock(session, at, CALENDAR)
    before = load_calendar(session)
    report = change_calendar(session, days, years, by=by, at=at, verb=verb)
    if not report.affected:
        return report
    ids = {period.checklist_id for period, _ in touched_by(session, report.affected)}
    changeable = (col(Checklist.id).in_(ids), col(Checklist.state) != ChecklistState.ARCHIVED)
    checklists = {checklist.id: checklist for checklist in session.exec(select(Checklist).where(*changeable))}
    moment = lock(session, at, *(checklist.stream for checklist in checklists.values()))
    of_task: dict[int, list[tuple[Period, TaskEvent]]] = defaultdict(list)
    for period, event in touched_by(session, report.affected):  # again: they are locked now
        if period.checklist_id in checklists:
            of_task[period.task_id].append((period, event))
    for task_id, counted in of_task.items():
        task = session.get_one(Task, task_id, populate_existing=True)
        schedule = schedule_of(task)
        rows = recount(session, schedule, counted, roll=roll, at=moment, before=before) if schedule else []
        if rows:
            record(
                session,
                checklists[task.checklist_id].stream,
                by=by.who,
                verb="calendar.followed",
                subject=f"task:{task_id}",
                at=moment,
                rows=rows,
                facts={"days": [day.isoformat() for day in report.affected]},
            )
    return report


def _lock_for_event(session: Session, task: Task, checklist: Checklist, at: datetime) -> datetime:
    """Lock the calendar too, so that it does not change while a last day is counted; heads by name."""
    moment = lock_stream(session, checklist, lock(session, at, CALENDAR, checklist.stream))
    session.refresh(task)
    task.require_not_withdrawn()
    return moment


def _require_part(session: Session, task: Task, by: Actor, on: date) -> None:
    """Raises:
    NotYourUnit: none of the caller's units has a part in the task on a day, by name or through a collective.
    """
    through = select(Membership.collective_id).where(
        col(Membership.unit_id).in_(by.unit_ids), Membership.owing(literal(on), literal(on))
    )
    part = select(Assignment.id).where(
        col(Assignment.task_id) == task.id,
        col(Assignment.ended_on).is_(None),
        or_(col(Assignment.unit_id).in_(by.unit_ids), col(Assignment.unit_id).in_(through)),
    )
    if session.exec(part.limit(1)).first() is None:
        raise NotYourUnit(
            say("your unit has no part in task {id}; the office or one of its units enters this", id=task.id)
        )
