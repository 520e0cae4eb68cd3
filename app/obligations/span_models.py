from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, text
from sqlmodel import Field, col

from app import clock
from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.obligations.states import CLOSED_STATES, ObligationState, open_index, waits_in_time


class ObligationSpan(ChecklistRow, table=True):
    """What stood of an obligation from one moment to another: the source of every answer as of a day.

    It repeats the obligation's unit and checklist, so that such an answer comes from one index.
    """

    __tablename__: ClassVar[Any] = "obligation_span"
    __table_args__ = (
        Index("ix_obligation_span_obligation_id", "obligation_id", "from_at"),
        open_index("ix_obligation_span_open_due", "due_on", "obligation_id"),
        open_index("ix_obligation_span_open_unit_due", "unit_id", "due_on", "obligation_id"),
        open_index("ix_obligation_span_open_checklist_due", "checklist_id", "due_on", "obligation_id"),
        Index(
            "uq_obligation_span_current",
            "obligation_id",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
        Index("ix_obligation_span_checklist_id", "checklist_id", "from_at"),
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="runs_forward"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"claimed_on": None, "has_missed": False, "finding_due_on": None}

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    state: ObligationState = Field(sa_type=enum_type(ObligationState, "state"))
    due_on: date | None = None
    completed_on: date | None = None
    claimed_on: date | None = None
    has_missed: bool = False
    finding_due_on: date | None = None
    from_at: datetime
    to_at: datetime | None = None

    def is_overdue(self, on: date) -> bool:
        """Whether what stood was overdue on a day."""
        waits = waits_in_time(self.state, self.due_on, self.claimed_on)
        return self.state not in CLOSED_STATES and self.due_on is not None and self.due_on < on and not waits

    def holds_at_end_of(self, day: date) -> bool:
        """Whether this is what stood at the end of a day in Shanghai."""
        end = clock.end_of(day)
        return self.from_at < end and (self.to_at is None or self.to_at >= end)

    @classmethod
    def at_end_of(cls, day: date) -> ColumnElement[bool]:
        """`holds_at_end_of`, in SQL."""
        end = clock.end_of(day)
        return and_(col(cls.from_at) < end, (col(cls.to_at).is_(None)) | (col(cls.to_at) >= end))
