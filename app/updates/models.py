"""The tables of updates, evidence, reviews, withdrawals and extensions."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, BigId, enum_type, identity, partial_index, reference
from app.errors import AlreadyDecided
from app.languages.messages import say


class Claim(StrEnum):
    """What a unit claims about its obligation. The obligation's state is another thing (`ObligationState`)."""

    IN_PROGRESS = "in_progress"  # 推进中
    COMPLETED = "completed"  # 已完成


class Report(ChecklistRow):
    """The columns for what a unit says in a report, whether it counts or waits inside the unit."""

    state: Claim = Field(sa_type=enum_type(Claim, "state_is_claimed"))
    percent: int | None = None
    narrative: str = Field(sa_type=Text)
    next_steps: str = Field(default="", sa_type=Text)
    figures: list[dict[str, Any]] = Field(default=[], sa_type=JSON)  # what was reached of the task's targets


SAID = frozenset(Report.model_fields)


class StatusUpdate(Report, table=True):
    """进展填报: what a unit reported at one moment. Append-only."""

    __tablename__: ClassVar[Any] = "status_update"
    __table_args__ = (
        Index("ix_status_update_obligation_id", "obligation_id", "id"),
        Index("ix_status_update_unit_id", "unit_id", "id"),
        Index("ix_status_update_task_id", "task_id", "id"),
        Index("ix_status_update_checklist_id", "checklist_id", "id"),
        Index(
            "ix_status_update_contradicts",
            "checklist_id",
            "obligation_id",
            sqlite_where=text("contradicts_target"),
            postgresql_where=text("contradicts_target"),
        ),
        partial_index("ix_status_update_whole_falls_short", "checklist_id", "id", where="whole_falls_short"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "figures": [],
        "contradicts_target": False,
        "whole_falls_short": False,
        "reported_by": "",
        "approved_by": "",
    }
    personal: ClassVar[frozenset[str]] = frozenset({"narrative", "next_steps", "reported_by", "approved_by"})
    not_personal: ClassVar[frozenset[str]] = frozenset({"figures"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    key_id: int | None = reference("api_key.id", optional=True)
    contradicts_target: bool = False  # it claims completion, and its figures miss a target that is each unit's
    whole_falls_short: bool = False  # with it, the sum of all units of the period misses a target of them together
    posted_at: datetime
    reported_by: str = Field(default="", max_length=100)  # 填报人: who filled it in
    approved_by: str = Field(default="", max_length=100)  # 审核人: who in the unit approved it


# the columns for the owner of a piece of evidence
EVIDENCE_OF = ("update_id", "finding_answer_id", "extension_id", "waiting_report_id")


class Evidence(ChecklistRow, table=True):
    """佐证: a link or a file for a report, for an answer to a finding, or for a request for a later day. Links are
    stored and never fetched; files lie in the storage folder. That of a waiting report moves to its update."""

    __tablename__: ClassVar[Any] = "evidence"
    __table_args__ = (
        Index("ix_evidence_update_id", "update_id"),
        Index("ix_evidence_finding_answer_id", "finding_answer_id"),
        Index("ix_evidence_extension_id", "extension_id"),
        Index("ix_evidence_waiting_report_id", "waiting_report_id"),
        CheckConstraint(
            " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in EVIDENCE_OF) + " = 1", name="of_one"
        ),
        CheckConstraint("(sha256 IS NULL) = (file_name IS NULL)", name="file_has_name"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "file_name": None,
        "media_type": None,
        "size": None,
        "sha256": None,
        "finding_answer_id": None,
        "extension_id": None,
        "waiting_report_id": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"report.released": {"update_id", "waiting_report_id"}}
    personal: ClassVar[frozenset[str]] = frozenset({"url", "title", "file_name"})
    codes: ClassVar[frozenset[str]] = frozenset({"media_type", "sha256"})
    erased: ClassVar[Mapping[str, Any]] = {
        **dict.fromkeys(("file_name", "media_type", "size", "sha256")),
        "url": "https://redacted.invalid/",
    }

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    update_id: int | None = reference("status_update.id", optional=True)
    finding_answer_id: int | None = reference("finding_answer.id", optional=True)
    extension_id: int | None = reference("extension.id", optional=True)
    waiting_report_id: int | None = reference("waiting_report.id", optional=True)
    url: str = Field(sa_type=Text)  # empty for a file
    title: str = Field(default="", max_length=200)
    file_name: str | None = Field(default=None, max_length=255)  # as it was sent
    media_type: str | None = Field(default=None, max_length=100)
    size: int | None = Field(default=None, sa_type=BigId)  # bytes
    sha256: str | None = Field(default=None, max_length=64)  # of the content, by which the storage names it


class Decision(StrEnum):
    """The office's decision on a request for a later day."""

    GRANTED = "granted"  # 批准
    REFUSED = "refused"  # 驳回


class Judgement(StrEnum):
    """The office's judgement of a claim of completion."""

    ACCEPTED = "accepted"  # 通过
    RETURNED = "returned"  # 退回


class Review(ChecklistRow, table=True):
    """审核: the office's judgement of one update that claimed completion. Every round stays."""

    __tablename__: ClassVar[Any] = "review"
    __table_args__ = (
        UniqueConstraint("update_id"),
        CheckConstraint("judgement <> 'returned' OR reason IS NOT NULL", name="returned_with_reason"),
        IDENTITY,
    )
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    update_id: int = reference("status_update.id")
    key_id: int | None = reference("api_key.id", optional=True)
    judgement: Judgement = Field(sa_type=enum_type(Judgement, "judgement"))
    reason: str | None = Field(default=None, sa_type=Text)
    reviewed_at: datetime


class ClaimWithdrawal(ChecklistRow, table=True):
    """撤回: a unit withdrew its claim of completion before the office judged it. The claim stays readable."""

    __tablename__: ClassVar[Any] = "claim_withdrawal"
    __table_args__ = (UniqueConstraint("update_id"), IDENTITY)
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    update_id: int = reference("status_update.id")
    key_id: int | None = reference("api_key.id", optional=True)
    reason: str = Field(sa_type=Text)
    withdrawn_at: datetime


class Extension(ChecklistRow, table=True):
    """延期申请: a later last day, requested by a unit and decided by the office. The period does not change."""

    __tablename__: ClassVar[Any] = "extension"
    __table_args__ = (
        Index("ix_extension_obligation_id", "obligation_id", "id"),
        Index("ix_extension_checklist_id", "checklist_id", "id"),
        Index(
            "uq_extension_pending",
            "obligation_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("decision <> 'granted' OR granted_to IS NOT NULL", name="granted_to_a_day"),
        CheckConstraint("decision <> 'refused' OR decision_reason IS NOT NULL", name="refused_with_reason"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "extension.granted": {"decision", "granted_to", "decision_reason", "decided_at"},
        "extension.refused": {"decision", "decision_reason", "decided_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"reason", "decision_reason"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    key_id: int | None = reference("api_key.id", optional=True)
    reason: str = Field(sa_type=Text)
    due_on: date  # the last day at the time of the request
    asked_for: date
    asked_at: datetime
    decision: Decision | None = Field(default=None, sa_type=enum_type(Decision, "decision"), nullable=True)
    granted_to: date | None = None
    decision_reason: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = None

    def is_decided(self, decision: Decision, to: date | None, reason: str | None) -> bool:
        """Whether the office has already decided the same.

        Raises:
            AlreadyDecided: it decided something else.
        """
        if self.decision is None:
            return False
        if (self.decision, self.granted_to, self.decision_reason) != (decision, to, reason):
            self.require_undecided()
        return True

    def require_undecided(self) -> None:
        """Raises:
        AlreadyDecided.
        """
        if self.decision is not None:
            raise AlreadyDecided(
                say("extension {id} is {decision} already; the unit can ask again", id=self.id, decision=self.decision)
            )

    def decide(self, decision: Decision, to: date | None, reason: str | None, at: datetime) -> None:
        """The office grants it to a day, or refuses it."""
        self.decision, self.granted_to, self.decision_reason, self.decided_at = decision, to, reason, at
