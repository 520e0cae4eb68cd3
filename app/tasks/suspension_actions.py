"""The actions that suspend (暂停 / 中止) and resume an obligation, or all open ones of a task."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Task
from app.clock import local_day
from app.database.bulk import insert_all
from app.errors import AlreadySuspended, InvalidRequest, NotSuspended, ObligationClosed
from app.journal.recorder import StreamRef, record
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation
from app.obligations.spans import advance
from app.obligations.states import open_in
from app.obligations.suspension_models import Suspension, end_suspensions
from app.tasks.actions import lock_task
from app.tasks.event_periods import schedule_of
from app.tasks.suspended_days import later
from app.tasks.suspension_schemas import SuspensionWrite
from app.workdays.calendar import Calendar
from app.workdays.queries import load_calendar


def suspend(session: Session, locked: LockedObligation, wanted: SuspensionWrite, *, by: Actor) -> None:
    """Suspend an obligation.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; InvalidRequest: the day has passed;
        ObligationClosed; AlreadySuspended.
    """
    _require_changeable(locked, by)
    from_on = _coming(wanted, local_day(locked.moment))
    rows = suspend_all(session, [locked.obligation], from_on, wanted.reason, locked.moment)
    journal_change(session, locked, "obligation.suspended", by=by, rows=rows)


def resume(session: Session, locked: LockedObligation, *, by: Actor, roll: bool) -> None:
    """Resume an obligation: its last day moves by the calendar days of its suspension.

    Args:
        roll: whether a span of days that ends on a day off ends a working day later.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed; NotSuspended.
    """
    _require_changeable(locked, by)
    rows = resume_all(session, locked.task, [locked.obligation], load_calendar(session), locked.moment, roll=roll)
    journal_change(session, locked, "obligation.resumed", by=by, rows=rows)


def suspend_task(session: Session, task: Task, wanted: SuspensionWrite, *, by: Actor, at: datetime) -> None:
    """Suspend all open obligations of a task, all or none, and those added until it is resumed. One that is
    suspended already does not change.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; InvalidRequest: the day has passed;
        ObligationClosed: nothing is open; AlreadySuspended: all of it is suspended.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    found = _open_of(session, task)
    if not found:
        raise _nothing_open(task)
    owed = [one for one in found if one.suspended_on is None]
    if not owed:
        raise AlreadySuspended(say("all that is open of task {id} is suspended already", id=task.id))
    rows = suspend_all(session, owed, _coming(wanted, local_day(moment)), wanted.reason, moment)
    task.suspended_on = rows[-1].from_on
    _journal(session, checklist.stream, "task.suspended", task, owed, rows, by, moment)


def resume_task(session: Session, task: Task, *, by: Actor, at: datetime, roll: bool) -> None:
    """Resume all suspended obligations of a task, all or none.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed: nothing is open; NotSuspended.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    found = _open_of(session, task)
    suspended = [one for one in found if one.suspended_on is not None]
    if not found and task.suspended_on is None:
        raise _nothing_open(task)
    if not suspended and task.suspended_on is None:
        raise NotSuspended(say("nothing of task {id} is suspended; there is nothing to resume", id=task.id))
    rows = resume_all(session, task, suspended, load_calendar(session), moment, roll=roll)
    task.suspended_on = None
    _journal(session, checklist.stream, "task.resumed", task, suspended, rows, by, moment)


def _journal(
    session: Session,
    stream: StreamRef,
    verb: str,
    task: Task,
    owed: Sequence[Obligation],
    rows: Sequence[Suspension],
    by: Actor,
    at: datetime,
) -> None:
    changed = [task, *rows, *owed, *advance(session, owed, at)]
    record(session, stream, by=by.who, verb=verb, subject=f"task:{task.id}", at=at, rows=changed)


def _require_changeable(locked: LockedObligation, by: Actor) -> None:
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()


def _open_of(session: Session, task: Task) -> Sequence[Obligation]:
    of_task = col(Obligation.task_id) == task.id, col(Obligation.voided_at).is_(None)
    query = select(Obligation).where(*of_task, open_in("obligation"))
    return session.exec(
        query.order_by(col(Obligation.id)).with_for_update().execution_options(populate_existing=True)
    ).all()


def _nothing_open(task: Task) -> ObligationClosed:
    return ObligationClosed(say("nothing of task {id} is open; only what is open can be suspended", id=task.id))


def _coming(wanted: SuspensionWrite, today: date) -> date:
    """Raises:
    InvalidRequest: the day has passed.
    """
    from_on = wanted.from_on or today
    if from_on < today:
        raise InvalidRequest(fields=[("body.from_on", say("{day} has passed; give today or a later day", day=from_on))])
    return from_on


def suspend_all(
    session: Session, owed: Sequence[Obligation], from_on: date, reason: str, at: datetime
) -> Sequence[Suspension]:
    """Suspend open obligations that are not suspended. Returns their suspensions, for the journal."""
    for obligation in owed:
        obligation.suspend(from_on)
    unended = end_suspensions(session, [one.id for one in owed], at)  # by a claim, in an older version
    made = [
        Suspension.model_construct(
            checklist_id=one.checklist_id, obligation_id=one.id, from_on=from_on, reason=reason, suspended_at=at
        )
        for one in owed
    ]
    insert_all(session, made)
    return [*unended, *made]


def resume_all(
    session: Session, task: Task, suspended: Sequence[Obligation], calendar: Calendar, at: datetime, *, roll: bool
) -> Sequence[Suspension]:
    """Resume suspended obligations of a task. Returns their suspensions, for the journal."""
    days, schedule = {one.id: one.rested_days(local_day(at)) for one in suspended}, schedule_of(task)
    for obligation in suspended:
        if obligation.due_on is not None and days[obligation.id]:
            obligation.resume(later(calendar, schedule, obligation.due_on, days[obligation.id], roll=roll))
        else:
            obligation.resume(obligation.due_on)
    query = select(Suspension).where(col(Suspension.obligation_id).in_(days), col(Suspension.resumed_at).is_(None))
    ended = session.exec(query.order_by(col(Suspension.id))).all()
    for one in ended:
        one.resumed_at, one.rested_days = at, days[one.obligation_id]
    session.flush()
    return ended
