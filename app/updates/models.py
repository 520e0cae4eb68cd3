from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database import IDENTITY, enum_type, identity, reference
from app.obligations.models import ObligationState


class StatusUpdate(ChecklistRow, table=True):
    """进展填报: what a unit reported at one moment. Append-only."""

    __tablename__: ClassVar[Any] = "status_update"
    __table_args__ = (
        Index("ix_status_update_obligation_id", "obligation_id", "id"),
        Index("ix_status_update_unit_id", "unit_id", "id"),
        Index("ix_status_update_task_id", "task_id", "id"),
        Index("ix_status_update_checklist_id", "checklist_id", "id"),
        CheckConstraint("state IN ('in_progress', 'completed')", name="state_is_claimed"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        IDENTITY,
    )

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    key_id: int | None = reference("api_key.id", optional=True)
    state: ObligationState = Field(sa_type=enum_type(ObligationState, "state"))  # what the unit claims
    percent: int | None = None
    narrative: str = Field(sa_type=Text)
    next_steps: str = Field(default="", sa_type=Text)
    posted_at: datetime


class Evidence(ChecklistRow, table=True):
    """佐证: a link that shows it was done. Links are kept, never fetched."""

    __tablename__: ClassVar[Any] = "evidence"
    __table_args__ = (Index("ix_evidence_update_id", "update_id"), IDENTITY)

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    update_id: int = reference("status_update.id")
    url: str = Field(sa_type=Text)
    title: str = Field(default="", max_length=200)
