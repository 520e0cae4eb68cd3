"""The action that publishes a checklist: its units are told of it, and owe its tasks from a given day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, true
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists import actions as checklist_actions
from app.checklists.models import Audience, Checklist, Task
from app.checklists.queries import lock_checklist, shown_until
from app.clock import local_day
from app.errors import StartsOnNeeded
from app.journal.recorder import Change, lock, record_all
from app.languages.messages import listed, say
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.periods import withdraw_unowed
from app.obligations.settlement import settle_all
from app.obligations.span_models import ObligationSpan
from app.obligations.starts import require_within


class Published(NamedTuple):
    checklist: Checklist
    overdue_at_once: int = 0


class _Late(NamedTuple):
    """Obligations of a task that are overdue, and the latest day from which they could be owed."""

    task_id: int
    number: int
    last_start: date
    overdue: int


def publish(
    session: Session,
    checklist: Checklist,
    audience: Audience,
    *,
    by: Actor,
    at: datetime,
    starts_on: date | None = None,
) -> Published:
    """Show a checklist to its units or to everyone.

    Args:
        starts_on: the day from which tasks without a day of their own are owed; the checklist's first day without it.
            If units saw it before, the earliest day from which tasks are owed that were entered since.

    Raises:
        OutsideScope, ChecklistArchived; InvalidRequest: the day lies outside the checklist's;
        StartsOnNeeded: units would be overdue at once, and no day is given.
    """
    by.require_scope(checklist.jurisdiction_code)
    moment = lock(session, at, checklist.catalogue, checklist.stream)
    checklist = lock_checklist(session, checklist.id)
    checklist.require_changeable()
    overdue_at_once = 0
    if checklist.audience is None:
        told_until = shown_until(session, checklist)
        if starts_on is not None:
            require_within(checklist, starts_on)
            _begin(session, checklist, starts_on, told_until, by, moment)
        late = _late(session, checklist, told_until, local_day(moment))
        if late and starts_on is None:
            raise _needed(checklist, late, local_day(moment))
        overdue_at_once = _newly_overdue(session, checklist, told_until, local_day(moment))
    checklist = checklist_actions.publish(session, checklist, audience, by=by, at=moment)
    return Published(checklist, overdue_at_once)


def _begin(
    session: Session, checklist: Checklist, starts_on: date, told_until: datetime | None, by: Actor, at: datetime
) -> None:
    """Set the first day of tasks that have none, or that were entered after units were last told of the checklist and
    have an earlier one. Obligations due before that day are voided, since no unit was told of them."""
    begins: ColumnElement[bool] = col(Task.starts_on).is_(None)
    if told_until is not None:
        begins = and_(col(Task.created_at) >= told_until, col(Task.starts_on) < starts_on)
    query = select(Task).where(col(Task.checklist_id) == checklist.id, begins, col(Task.withdrawn_on).is_(None))
    tasks = session.exec(query.order_by(col(Task.id)).execution_options(populate_existing=True)).all()
    if starts_on == checklist.starts_on:
        tasks = []  # as it is without a day; that it was said stands in the journal
    for task in tasks:
        task.starts_on = starts_on
        task.revision += 1
    settled = settle_all(session, tasks, at, untold=True)
    withdrawn = withdraw_unowed(session, tasks, local_day(at))
    facts = {"starts_on": starts_on.isoformat()}
    changes = [Change("publication.dated", f"checklist:{checklist.id}", [], facts)]
    changes += [
        Change("task.changed", f"task:{task.id}", [task, *withdrawn[task.id], *settled[task.id]]) for task in tasks
    ]
    record_all(session, checklist.stream, changes, by=by.who, at=at)


def _late(session: Session, checklist: Checklist, told_until: datetime | None, today: date) -> list[_Late]:
    """The overdue obligations of a checklist by a last day of which no unit was told, by task."""
    last_start: Any = func.coalesce(col(Period.expected_on), col(Period.due_on))
    if told_until is not None:
        # what was told of before keeps its first day: a later one leaves it overdue
        last_start = case((col(Task.created_at) >= told_until, last_start), else_=literal(today))
    query: Any = (
        select(col(Task.id), col(Task.number), last_start, func.count())
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(col(Task.checklist_id) == checklist.id, *_overdue(today), _was_not_told(told_until))
        .group_by(col(Task.id), col(Task.number), last_start)
        .order_by(col(Task.number))
    )
    return [_Late(*row) for row in session.execute(query)]


def _newly_overdue(session: Session, checklist: Checklist, told_until: datetime | None, today: date) -> int:
    """The number of overdue obligations that were not overdue when units last saw the checklist."""
    rows = select(func.count()).select_from(Obligation).where(col(Obligation.checklist_id) == checklist.id)
    rows = rows.where(*_overdue(today))
    if told_until is not None:
        rows = rows.where(or_(_was_not_told(told_until), col(Obligation.due_on) >= local_day(told_until)))
    return session.exec(rows).one()


def _overdue(today: date) -> Sequence[ColumnElement[bool]]:
    return Obligation.overdue(today), Obligation.begun(today), col(Obligation.voided_at).is_(None)


def _was_not_told(told_until: datetime | None) -> ColumnElement[bool]:
    """Whether no unit was told of an Obligation's last day, or of an earlier one, until a moment."""
    if told_until is None:
        return true()
    of_it = col(ObligationSpan.obligation_id) == col(Obligation.id), ObligationSpan.known_before(told_until)
    return not_(exists().where(*of_it, col(ObligationSpan.due_on) <= col(Obligation.due_on)))


def _needed(checklist: Checklist, late: Sequence[_Late], today: date) -> StartsOnNeeded:
    by_task: dict[tuple[int, int], int] = defaultdict(int)
    for one in late:
        by_task[one.task_id, one.number] += one.overdue
    offered = [
        {"starts_on": day.isoformat(), "overdue": sum(one.overdue for one in late if one.last_start >= day)}
        for day in _offered(checklist, today)
    ]
    detail = say(
        "{count} obligations of {tasks} tasks would be overdue at once; say since when (starts_on), such as {days}",
        count=sum(by_task.values()),
        tasks=len(by_task),
        days=listed([one["starts_on"] for one in offered]),
    )
    return StartsOnNeeded(
        detail,
        fields=[("body.starts_on", detail)],
        overdue=sum(by_task.values()),
        tasks=[{"id": id_, "number": number, "overdue": count} for (id_, number), count in by_task.items()],
        days=offered,
    )


def _offered(checklist: Checklist, today: date) -> list[date]:
    """The days to offer: the checklist's first day, the day of its page, and today. The checklist's first day comes
    first if its year is over, and last if not."""
    days = [today, checklist.source_on, checklist.starts_on]
    if checklist.last_on < today:
        days.reverse()
    within = [day for day in days if day is not None and checklist.starts_on <= day <= checklist.last_on]
    return list(dict.fromkeys(within))
