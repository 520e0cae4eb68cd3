"""The table of suspensions (暂停), and the functions that write it."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, Index, Text, case, null
from sqlmodel import Field, Session, col, select

from app.checklists.models import ChecklistRow, Task
from app.clock import local_day
from app.database.bulk import insert_all
from app.database.columns import IDENTITY, identity, partial_index, reference
from app.languages.messages import template
from app.obligations.models import Obligation
from app.obligations.verbs import OF_SUSPENSION

CHECKLIST_ARCHIVED = template("the checklist was archived")  # the reason of suspensions that end when it is restored


class Suspension(ChecklistRow, table=True):
    """暂停: an obligation is suspended from a day on. No row is deleted."""

    __tablename__: ClassVar[Any] = "suspension"
    __table_args__ = (
        partial_index("uq_suspension_current", "obligation_id", where="resumed_at IS NULL", unique=True),
        Index("ix_suspension_obligation_id", "obligation_id", "id"),
        CheckConstraint("rested_days >= 0", name="rested_forward"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = OF_SUSPENSION
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    ours: ClassVar[frozenset[str]] = frozenset({CHECKLIST_ARCHIVED})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    from_on: date
    reason: str = Field(sa_type=Text)
    suspended_at: datetime
    resumed_at: datetime | None = None  # resumed, or closed while it was suspended
    rested_days: int = 0  # until it was resumed; 0 where it was closed instead

    @classmethod
    def current_reason(cls, suspended_on: Any) -> ColumnElement[str]:
        """The reason of a suspension, in a statement that joins Obligation; read only for suspended ones."""
        current = select(col(cls.reason)).where(
            col(cls.obligation_id) == col(Obligation.id), col(cls.resumed_at).is_(None)
        )
        return case((suspended_on.is_not(None), current.correlate(Obligation).scalar_subquery()), else_=null())


def end_suspensions(session: Session, obligation_ids: Sequence[int], at: datetime) -> list[Suspension]:
    """End the open suspensions of obligations. Returns them, for the journal."""
    if not obligation_ids:
        return []
    of_these = col(Suspension.obligation_id).in_(obligation_ids), col(Suspension.resumed_at).is_(None)
    ended = [*session.exec(select(Suspension).where(*of_these).order_by(col(Suspension.id)))]
    for one in ended:
        one.resumed_at = at
    session.flush()
    return ended


def suspend_with_task(session: Session, task: Task, obligation: Obligation, at: datetime) -> list[Suspension]:
    """Suspend an obligation that is open again with its task, from the task's day on."""
    if task.suspended_on is None:
        return []
    obligation.suspend(task.suspended_on)
    ended, suspensions = end_suspensions(session, [obligation.id], at), suspensions_with_task(session, [obligation], at)
    session.flush()
    insert_all(session, suspensions)
    return [*ended, *suspensions]


def suspensions_with_task(session: Session, suspended: Sequence[Obligation], at: datetime) -> list[Suspension]:
    """The suspensions of obligations added to suspended tasks, with each task's reason."""
    reasons: dict[int, str] = {}
    of_tasks = col(Obligation.task_id).in_({one.task_id for one in suspended})
    given: Any = select(col(Obligation.task_id), col(Suspension.reason)).join(
        Suspension, col(Suspension.obligation_id) == col(Obligation.id)
    )
    if suspended:
        with_task = col(Suspension.from_on) == col(Task.suspended_on)
        query = given.join(Task, col(Task.id) == col(Obligation.task_id)).where(of_tasks, with_task)
        reasons = dict(session.exec(query.order_by(col(Suspension.id))).all())
    return [
        Suspension.model_construct(
            checklist_id=one.checklist_id,
            obligation_id=one.id,
            from_on=one.suspended_on or local_day(at),
            reason=reasons[one.task_id],
            suspended_at=at,
        )
        for one in suspended
    ]
