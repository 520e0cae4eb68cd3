"""The table of reports that wait inside a unit (待签发) until its 审核人 releases them."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from app.database.columns import IDENTITY, identity, partial_index, reference
from app.errors import NotWaiting
from app.languages.messages import say
from app.updates.models import Report

WAITS = "update_id IS NULL AND withdrawn_at IS NULL"
INSIDE = "report."  # the verbs of which only the unit is told begin so


class WaitingReport(Report, table=True):
    """待签发: what a unit reported, before its release makes it an update. Until then it is in no other table, so that
    no list, count or day can have it."""

    __tablename__: ClassVar[Any] = "waiting_report"
    __table_args__ = (
        partial_index("uq_waiting_report_waits", "obligation_id", where=WAITS, unique=True),
        Index("ix_waiting_report_unit_id", "unit_id", "id"),
        UniqueConstraint("update_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason IS NULL)", name="withdrawn_with_reason"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "report.released": {"update_id"},
        "report.withdrawn": {"withdrawn_at", "reason"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"narrative", "next_steps", "reported_by", "reason"})
    not_personal: ClassVar[frozenset[str]] = frozenset({"figures"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    key_id: int | None = reference("api_key.id", optional=True)
    reported_by: str = Field(max_length=100)  # 填报人, as of an update
    reported_at: datetime
    update_id: int | None = reference("status_update.id", optional=True)  # what its release posted
    withdrawn_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)  # why it was withdrawn

    @property
    def waits(self) -> bool:
        return self.update_id is None and self.withdrawn_at is None

    @property
    def subject(self) -> str:
        """As the journal names what it is about: the feed of a unit and the timeline find it by that."""
        return f"obligation:{self.obligation_id}"

    def require_waits(self) -> None:
        """Raises:
        NotWaiting: it was released or withdrawn.
        """
        if self.update_id is not None:
            raise NotWaiting(say("report {id} was released as update {update}", id=self.id, update=self.update_id))
        if self.withdrawn_at is not None:
            raise NotWaiting(say("report {id} was withdrawn: {reason}", id=self.id, reason=self.reason))

    def withdraw(self, reason: str, at: datetime) -> None:
        """撤回: the unit takes it back.

        Raises:
            NotWaiting: it was released or withdrawn.
        """
        self.require_waits()
        self.reason, self.withdrawn_at = reason, at
