"""The table of urgings (催办) and its rules."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, identity, reference
from app.errors import AlreadyAnswered
from app.languages.messages import Message, say


class Urging(ChecklistRow, table=True):
    """催办: the office urges one unit about one obligation, and the unit answers. No last day and no state changes."""

    __tablename__: ClassVar[Any] = "urging"
    __table_args__ = (
        UniqueConstraint("obligation_id", "number"),
        Index("ix_urging_checklist_id", "checklist_id", "id"),
        Index("ix_urging_unit_id", "unit_id", "id"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_with_words"),
        CheckConstraint("answered_at IS NULL OR received_at IS NOT NULL", name="answered_after_receipt"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "urging.received": {"received_at"},
        "urging.answered": {"received_at", "answer", "answered_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"words", "answer"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    number: int  # 第几次催办 of the obligation
    key_id: int | None = reference("api_key.id", optional=True)
    words: str = Field(sa_type=Text)
    answer_by: date
    urged_at: datetime
    received_at: datetime | None = None  # when the unit said that it has read it, or answered
    answered_at: datetime | None = None
    answer: str | None = Field(default=None, sa_type=Text)

    @property
    def title(self) -> Message:
        """第2次催办, as its notice says it too."""
        return say("urging no. {number}", number=self.number)

    def receive(self, at: datetime) -> bool:
        """Record that the unit has read it. Returns whether that changed it."""
        is_news = self.received_at is None
        self.received_at = self.received_at or at
        return is_news

    def reply(self, words: str, at: datetime) -> None:
        """Record the unit's answer.

        Raises:
            AlreadyAnswered.
        """
        if self.answered_at is not None:
            raise AlreadyAnswered(say("urging {id} has an answer; report progress on the obligation", id=self.id))
        self.receive(at)
        self.answer, self.answered_at = words, at
