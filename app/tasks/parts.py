"""All parts that a unit has in tasks, by name or through a collective: lock and settle them together."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist, ChecklistState, Task
from app.journal.recorder import lock, record
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.settlement import ASSIGNMENT_ENDED, nothing, settle
from app.units.models import Membership, Unit, directory_of


def lock_parts(session: Session, unit: Unit, at: datetime) -> tuple[datetime, list[Checklist]]:
    """Lock the directory and all checklists, except archived ones, in which a unit has a part, by name or through a
    collective, in the order of locks."""
    place = select(Membership.collective_id).where(
        col(Membership.unit_id) == unit.id, col(Membership.until_on).is_(None)
    )
    part = or_(col(Assignment.unit_id) == unit.id, col(Assignment.unit_id).in_(place))
    query = (
        select(Checklist)
        .where(
            col(Checklist.id).in_(select(Assignment.checklist_id).where(part)),
            col(Checklist.state) != ChecklistState.ARCHIVED,
        )
        .order_by(col(Checklist.id))
    )
    directory = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, directory, *(checklist.stream for checklist in session.exec(query).all()))
    checklists = list(session.exec(query).all())  # again: one may have been added before the directory was locked
    return lock(session, moment, *(checklist.stream for checklist in checklists)), checklists


def settle_parts(
    session: Session,
    unit_ids: Sequence[int],
    checklists: list[Checklist],
    *,
    by: Actor,
    at: datetime,
    verb: str = "members.followed",
    reason: str = ASSIGNMENT_ENDED,
    mistaken: Callable[[Obligation], bool] | None = None,
) -> int:
    """Settle the tasks in which units have a part, after members changed or a unit was dissolved. Returns how many
    changed.

    Args:
        reason, mistaken: as for `settle`.
    """
    changed = 0
    for checklist in checklists:
        tasks = select(Task).where(
            col(Task.checklist_id) == checklist.id,
            col(Task.id).in_(select(Assignment.task_id).where(col(Assignment.unit_id).in_(unit_ids))),
        )
        if mistaken is None:  # what a withdrawn task had owed till then may be a mistake too
            tasks = tasks.where(col(Task.withdrawn_on).is_(None))
        for task in session.exec(tasks.order_by(col(Task.id))).all():
            rows = settle(session, task, at, reason, mistaken or nothing)
            if rows:
                changed += 1
                subject = f"task:{task.id}"
                record(session, checklist.stream, by=by.who, verb=verb, subject=subject, at=at, rows=rows)
    return changed


def follow_members(session: Session, collective: Unit, *, by: Actor, at: datetime) -> int:
    """After members joined in bulk: settle the tasks of every open checklist. Returns how many tasks changed."""
    moment, checklists = lock_parts(session, collective, at)
    return settle_parts(session, [collective.id], checklists, by=by, at=moment)
