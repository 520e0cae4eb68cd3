"""The actions that archive a checklist and restore it: its units cannot report meanwhile, so no day counts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists import actions as checklist_actions
from app.checklists.models import Checklist, ChecklistState, Task
from app.checklists.queries import lock_checklist
from app.clock import local_day
from app.errors import AwaitingReview, FindingOpen
from app.journal.recorder import Change, lock, record_all
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.spans import advance
from app.obligations.states import ObligationState, open_in
from app.obligations.suspension_models import CHECKLIST_ARCHIVED, Suspension
from app.tasks.suspension_actions import resume_all, suspend_all
from app.workdays.queries import load_calendar

TASKS_AT_ONCE = 20  # so that memory does not grow with the register


def archive(session: Session, checklist: Checklist, *, by: Actor, at: datetime) -> Checklist:
    """Close a checklist for all changes. What units were told of and is open is suspended from today on. Doing it again
    changes nothing.

    Raises:
        OutsideScope; FindingOpen: only an auditor ends that; AwaitingReview: a claim waits for the office.
    """
    checklist, moment = _lock(session, checklist, by, at)
    if checklist.state is ChecklistState.PUBLISHED:
        _require_nothing_waits(session, checklist)
        for some in _open_of(session, checklist, col(Obligation.suspended_on).is_(None)):
            rows = suspend_all(session, some, local_day(moment), CHECKLIST_ARCHIVED, moment)
            _journal(session, checklist, "archival.followed", some, rows, by, moment)
    return checklist_actions.archive(session, checklist, by=by, at=moment)


def restore(session: Session, checklist: Checklist, *, by: Actor, at: datetime, roll: bool) -> Checklist:
    """Make an archived checklist changeable again. What was suspended with it is resumed: its last days move by the
    calendar days that it was archived. Doing it again changes nothing.

    Args:
        roll: whether a span of days that ends on a day off ends a working day later.

    Raises:
        OutsideScope.
    """
    checklist, moment = _lock(session, checklist, by, at)
    with_it = select(col(Suspension.obligation_id)).where(
        col(Suspension.checklist_id) == checklist.id,
        col(Suspension.reason) == CHECKLIST_ARCHIVED,
        col(Suspension.resumed_at).is_(None),
    )
    calendar = load_calendar(session)
    for some in _open_of(session, checklist, col(Obligation.id).in_(with_it)):
        ended: list[Suspension] = []
        for task_id, of_task in groupby(some, key=attrgetter("task_id")):
            task = session.get_one(Task, task_id)
            ended += resume_all(session, task, list(of_task), calendar, moment, roll=roll)
        _journal(session, checklist, "restoration.followed", some, ended, by, moment)
    return checklist_actions.restore(session, checklist, by=by, at=moment)


def _lock(session: Session, checklist: Checklist, by: Actor, at: datetime) -> tuple[Checklist, datetime]:
    by.require_scope(checklist.jurisdiction_code)
    moment = lock(session, at, checklist.catalogue, checklist.stream)
    return lock_checklist(session, checklist.id), moment


def _open_of(session: Session, checklist: Checklist, which: ColumnElement[bool]) -> Iterator[Sequence[Obligation]]:
    """What is open of a checklist, by its tasks, some tasks at a time: a large register has 60,000."""
    of_it = col(Obligation.checklist_id) == checklist.id, col(Obligation.voided_at).is_(None), open_in("obligation")
    task_id = col(Obligation.task_id)
    tasks = session.exec(select(task_id).where(*of_it, which).distinct().order_by(task_id)).all()
    for start in range(0, len(tasks), TASKS_AT_ONCE):
        query = select(Obligation).where(*of_it, which, task_id.in_(tasks[start : start + TASKS_AT_ONCE]))
        query = query.order_by(task_id, col(Obligation.id)).with_for_update()
        yield session.exec(query.execution_options(populate_existing=True)).all()


def _require_nothing_waits(session: Session, checklist: Checklist) -> None:
    """Raises:
    FindingOpen, AwaitingReview.
    """
    of_it = select(col(Obligation.id)).where(col(Obligation.checklist_id) == checklist.id).order_by(col(Obligation.id))
    found = session.exec(of_it.where(col(Obligation.finding_due_on).is_not(None)).limit(1)).first()
    if found is not None:
        raise FindingOpen(say("a finding is open on obligation {id}; an auditor closes it first", id=found))
    submitted = col(Obligation.state) == ObligationState.SUBMITTED, col(Obligation.voided_at).is_(None)
    claimed = session.exec(of_it.where(*submitted)).all()
    if claimed:
        raise AwaitingReview(
            say("{count} claims wait for the office, the first on obligation {id}", count=len(claimed), id=claimed[0])
        )


def _journal(
    session: Session,
    checklist: Checklist,
    verb: str,
    owed: Sequence[Obligation],
    rows: Sequence[Suspension],
    by: Actor,
    at: datetime,
) -> None:
    """An entry for each task of which something changed."""
    task_of = {one.id: one.task_id for one in owed}
    changed = defaultdict[int, list[Journaled]](list)
    for one in owed:
        changed[one.task_id].append(one)
    for row in [*rows, *advance(session, owed, at)]:
        changed[task_of[row.obligation_id]].append(row)
    changes = [Change(verb, f"task:{task_id}", some) for task_id, some in changed.items()]
    if changes:
        record_all(session, checklist.stream, changes, by=by.who, at=at)
