"""The table of reminder rules."""

from collections.abc import Mapping, Set
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, identity, reference


class ReminderRules(ChecklistRow, table=True):
    """The reminder ladder of a checklist. Without a row it is the default ladder, and off."""

    __tablename__: ClassVar[Any] = "reminder_rules"
    __table_args__ = (UniqueConstraint("checklist_id"), IDENTITY)
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"reminder_rules.set": {"is_on", "rungs"}}
    not_personal: ClassVar[frozenset[str]] = frozenset({"rungs"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    is_on: bool
    rungs: list[dict[str, Any]] = Field(sa_type=JSON)
