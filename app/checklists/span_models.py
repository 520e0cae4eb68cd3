"""The tables of what a checklist was: its audience and light settings over time, and the former days of its page."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Index, and_, or_, text
from sqlmodel import Field, col

from app import clock
from app.checklists.models import Audience, Checklist
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.journal.rows import Journaled


class ChecklistSpan(Journaled, table=True):
    """A checklist's audience and light settings from one moment to another."""

    __tablename__: ClassVar[Any] = "checklist_span"
    __table_args__ = (
        Index("ix_checklist_span_checklist_id", "checklist_id", "from_at"),
        Index(
            "uq_checklist_span_current",
            "checklist_id",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
        IDENTITY,
    )
    journal_kind: ClassVar[str] = "catalogue"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "checklist.changed": {"to_at"},
        "checklist.published": {"to_at"},
        "checklist.unpublished": {"to_at"},
    }
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    jurisdiction_code: str = Field(max_length=12)
    audience: Audience | None = Field(default=None, sa_type=enum_type(Audience, "audience"), nullable=True)
    yellow_days: int
    red_days: int | None = None
    from_at: datetime | None = None  # null: since always
    to_at: datetime | None = None

    @classmethod
    def at_end_of(cls, day: date) -> ColumnElement[bool]:
        """Whether this span was in force at the end of a day in Shanghai."""
        end = clock.end_of(day)
        begun = or_(col(cls.from_at).is_(None), col(cls.from_at) < end)
        return and_(begun, or_(col(cls.to_at).is_(None), col(cls.to_at) >= end))


class FormerSource(Journaled, table=True):
    """The date of the page that a checklist was imported from, until a newer edition came."""

    __tablename__: ClassVar[Any] = "former_source"
    __table_args__ = (Index("ix_former_source_checklist_id", "checklist_id", "until_at"), IDENTITY)
    journal_kind: ClassVar[str] = "catalogue"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    jurisdiction_code: str = Field(max_length=12)
    source_on: date | None = None  # null: it was not imported, or its page had no date
    until_at: datetime

    @classmethod
    def of(cls, checklist: Checklist, until_at: datetime) -> "FormerSource":
        return cls(
            checklist_id=checklist.id,
            jurisdiction_code=checklist.jurisdiction_code,
            source_on=checklist.source_on,
            until_at=until_at,
        )
