"""The table of an obligation's states and last days over time."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, func, or_, text
from sqlmodel import Field, col

from app import clock
from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.obligations.alike import alike_index
from app.obligations.states import CLOSED_STATES, ObligationState, counted_until, open_index, waits_in_time
from app.obligations.verbs import OF_SPAN


class ObligationSpan(ChecklistRow, table=True):
    """An obligation's state from one moment to another: the source of every response for a past day.

    It repeats the obligation's unit and checklist, so that such a query uses one index.
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
        alike_index("ix_obligation_span_alike", "from_at", "to_at", "starts_on"),
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="runs_forward"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "claimed_on": None,
        "has_missed": False,
        "finding_due_on": None,
        "starts_on": None,
        "first_due_on": None,
        "report_every_days": None,
        "held_on": None,
        "finding_answered_on": None,
        "suspended_on": None,
        "voided_at": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = OF_SPAN
    journal_moments: ClassVar[Mapping[str, str]] = {"recorded_at": "from_at", "end_recorded_at": "to_at"}

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
    finding_answered_on: date | None = None
    starts_on: date | None = None  # null in rows older than the column: those count from `from_at`
    first_due_on: date | None = None
    report_every_days: int | None = None
    held_on: date | None = None
    suspended_on: date | None = None
    voided_at: datetime | None = None  # voided at this moment
    from_at: datetime
    to_at: datetime | None = None
    recorded_at: datetime | None = None  # when it was recorded; null where that is `from_at`
    end_recorded_at: datetime | None = None  # when its end was recorded; null where that is `to_at`

    def is_overdue(self, on: date) -> bool:
        """Whether it was overdue on a day in this state."""
        waits = waits_in_time(self.state, self.due_on, self.claimed_on)
        owed = self.state not in CLOSED_STATES and self.held_on is None and not waits
        return owed and self.due_on is not None and self.due_on < counted_until(on, self.suspended_on)

    def is_in_force_at(self, day: date, known_on: date | None = None) -> bool:
        """Whether the span was in force at the end of a day in Shanghai, as known at the end of another.

        Args:
            known_on: not before `day`; without it, all that is known now.
        """
        end = clock.end_of(day)
        begun = self.from_at < end and (self.starts_on is None or self.starts_on <= day)
        if known_on is None:
            return begun and (self.to_at is None or self.to_at >= end) and self.voided_at is None
        known = clock.end_of(known_on)
        ended = self.to_at is not None and self.to_at < end and (self.end_recorded_at or self.to_at) < known
        voided = self.voided_at is not None and self.voided_at < known
        return begun and (self.recorded_at or self.from_at) < known and not ended and not voided

    @classmethod
    def at_end_of(cls, day: date, known_on: date | None = None) -> ColumnElement[bool]:
        """`is_in_force_at`, in SQL."""
        end = clock.end_of(day)
        begun = and_(col(cls.from_at) < end, or_(col(cls.starts_on).is_(None), col(cls.starts_on) <= day))
        stands = or_(col(cls.to_at).is_(None), col(cls.to_at) >= end)
        if known_on is None:
            return and_(begun, stands, col(cls.voided_at).is_(None))
        known = clock.end_of(known_on)
        return and_(
            begun,
            func.coalesce(col(cls.recorded_at), col(cls.from_at)) < known,
            or_(stands, func.coalesce(col(cls.end_recorded_at), col(cls.to_at)) >= known),
            or_(col(cls.voided_at).is_(None), col(cls.voided_at) >= known),
        )

    @classmethod
    def known_before(cls, moment: datetime) -> ColumnElement[bool]:
        """Whether it was an obligation's last span by what had been recorded before a moment."""
        recorded_at = func.coalesce(col(cls.recorded_at), col(cls.from_at))
        ended_at = func.coalesce(col(cls.end_recorded_at), col(cls.to_at))
        return and_(recorded_at < moment, or_(ended_at.is_(None), ended_at >= moment))
