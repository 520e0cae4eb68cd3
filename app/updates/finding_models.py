"""The tables of findings and the answers to them."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.errors import FindingClosed, FindingNotAnswered
from app.languages.messages import say


class FindingKind(StrEnum):
    SPOT_CHECK = "spot_check"  # 抽查
    LOOK_BACK = "look_back"  # 回头看
    RECTIFICATION = "rectification"  # 整改


class FindingState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Finding(ChecklistRow, table=True):
    """整改 / 回头看: an auditor's re-check of an obligation, with a last day of its own. While it is open, the
    obligation is not completed. The obligation's last day and whether it was late do not change."""

    __tablename__: ClassVar[Any] = "finding"
    __table_args__ = (
        Index("ix_finding_obligation_id", "obligation_id", "id"),
        Index("ix_finding_checklist_id", "checklist_id", "id"),
        Index("ix_finding_unit_id", "unit_id", "id"),
        Index(
            "uq_finding_open",
            "obligation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_moment"),
        CheckConstraint("(closed_at IS NULL) = (conclusion IS NULL)", name="closed_with_conclusion"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"claim_held": None}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "finding.answered": {"state", "answered_on"},
        "finding.extended": {"state", "due_on"},
        "finding.closed": {"state", "closed_at", "conclusion", "claim_held"},
        "findings.followed": {"claim_held"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"narrative", "conclusion"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    key_id: int | None = reference("api_key.id", optional=True)
    kind: FindingKind = Field(sa_type=enum_type(FindingKind, "kind"))
    narrative: str = Field(sa_type=Text)  # what was found
    due_on: date
    has_reopened: bool  # the obligation was completed when it was opened
    claim_held: bool | None = None  # the auditor's view of the unit's first claim; null in rows older than the column
    state: FindingState = Field(default=FindingState.OPEN, sa_type=enum_type(FindingState, "state"))
    opened_at: datetime
    answered_on: date | None = None  # the day of the unit's last answer
    closed_at: datetime | None = None
    conclusion: str | None = Field(default=None, sa_type=Text)

    def answer(self, on: date) -> None:
        """Record the unit's answer.

        Raises:
            FindingClosed.
        """
        self.require_open()
        self.state, self.answered_on = FindingState.ANSWERED, on

    def extend(self, due_on: date) -> None:
        """Open it again with a later last day.

        Raises:
            FindingClosed.
        """
        self.require_open()
        self.state, self.due_on = FindingState.OPEN, due_on

    def close(self, conclusion: str, at: datetime) -> date:
        """Close it with the auditor's conclusion. Returns the day of the unit's last answer, from which it counts.

        Raises:
            FindingClosed; FindingNotAnswered.
        """
        self.require_open()
        if self.state is not FindingState.ANSWERED or self.answered_on is None:
            raise FindingNotAnswered(say("finding {id} has no answer yet; it is closed after one", id=self.id))
        self.state, self.conclusion, self.closed_at = FindingState.CLOSED, conclusion, at
        return self.answered_on

    def require_open(self) -> None:
        """Raises:
        FindingClosed.
        """
        if self.closed_at is not None:
            raise FindingClosed(say("finding {id} is closed; open another one where something is left", id=self.id))


class FindingAnswer(ChecklistRow, table=True):
    """A unit's answer to a finding. Every round stays."""

    __tablename__: ClassVar[Any] = "finding_answer"
    __table_args__ = (Index("ix_finding_answer_finding_id", "finding_id", "id"), IDENTITY)
    personal: ClassVar[frozenset[str]] = frozenset({"narrative"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    finding_id: int = reference("finding.id")
    key_id: int | None = reference("api_key.id", optional=True)
    narrative: str = Field(sa_type=Text)
    posted_at: datetime
