"""The tables of periods and events."""

import re
from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.obligations.verbs import OF_PERIOD

PERIOD_KEY = re.compile(r"\d{4}(-(W\d\d|\d\d(-D[1-3])?|Q[1-4]|H[12]|M\d+|\d+of\d+))?|event-\d+")


class DueSource(StrEnum):
    STATED = "stated"
    DEFAULT = "default"
    NONE = "none"


class Period(ChecklistRow, table=True):
    """期次: one dated occurrence of a task."""

    __tablename__: ClassVar[Any] = "period"
    __table_args__ = (
        UniqueConstraint("task_id", "key"),
        CheckConstraint("(due_source = 'none') = (due_on IS NULL)", name="due_has_source"),
        CheckConstraint("starts_on <= ends_on", name="runs_forward"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "ends_on": None,
        "title": "",
        "expected_on": None,
        "event_id": None,
        "provisional": None,
        "withdrawn_on": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = OF_PERIOD
    personal: ClassVar[frozenset[str]] = frozenset({"title"})
    codes: ClassVar[frozenset[str]] = frozenset({"key", "provisional"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    key: str = Field(max_length=20)  # 2023, 2023-W07, 2023-05-D2, 2023-05, 2023-Q2, 2023-M1, 2023-2of4, event-7
    title: str = Field(default="", max_length=200)  # a milestone's words, an event's title
    starts_on: date
    ends_on: date | None = None
    due_on: date | None = None
    due_source: DueSource = Field(sa_type=enum_type(DueSource, "due_source"))
    expected_on: date | None = None  # 进度要求: a soft day before the last one
    event_id: int | None = reference("task_event.id", optional=True)  # what it is counted from
    provisional: str | None = Field(default=None, max_length=400)  # why the last day may still move
    withdrawn_on: date | None = None  # replaced by another schedule

    @property
    def last_start(self) -> date | None:
        """The latest day from which it can be owed: its last day; for a share of a year, its own last day."""
        return self.expected_on or self.due_on

    def withdraw(self, on: date) -> bool:
        """Record that another schedule replaced it. Returns whether that changed it."""
        changed = self.withdrawn_on is None
        self.withdrawn_on = self.withdrawn_on or on
        return changed


class TaskEvent(ChecklistRow, table=True):
    """Something that happened, from which a task's days are counted: a document that was issued."""

    __tablename__: ClassVar[Any] = "task_event"
    __table_args__ = (
        Index("ix_task_event_task_id", "task_id", "id"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"event.withdrawn": {"withdrawn_on", "withdrawn_reason"}}
    personal: ClassVar[frozenset[str]] = frozenset({"title", "withdrawn_reason"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    happened_on: date
    title: str = Field(max_length=200)
    entered_at: datetime
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = Field(default=None, sa_type=Text)
