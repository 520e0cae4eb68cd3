"""The tables of the baseline, as a tutorial would have them, with relationships: those of Duban that its list and its
updates need."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlmodel import JSON, Field, Relationship, SQLModel


class Checklist(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    audience: str


class Section(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    position: int
    title: str


class Unit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    kind: str
    is_open: bool


class Obligation(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    checklist_id: int = Field(foreign_key="checklist.id")
    task_id: int = Field(foreign_key="task.id")
    unit_id: int = Field(foreign_key="unit.id")
    state: str
    percent: int
    due_on: date | None = None
    reported_on: date | None = None


class ApiKey(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    prefix: str
    secret_hash: str


class StatusUpdate(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "status_update"

    id: int | None = Field(default=None, primary_key=True)
    checklist_id: int = Field(foreign_key="checklist.id")
    task_id: int = Field(foreign_key="task.id")
    obligation_id: int = Field(foreign_key="obligation.id")
    unit_id: int = Field(foreign_key="unit.id")
    key_id: int | None = Field(foreign_key="api_key.id")
    state: str
    percent: int
    narrative: str
    next_steps: str = ""
    posted_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Assignment(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    unit_id: int = Field(foreign_key="unit.id")
    role: str
    text: str
    named_under_id: int | None = None
    closed_on: date | None = None
    unit: Unit = Relationship()


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    checklist_id: int = Field(foreign_key="checklist.id")
    section_id: int = Field(foreign_key="section.id")
    number: int
    requirement: str
    units_text: str
    units_unfinished: bool
    summary: str
    summary_on: date | None = None
    schedule: dict[str, Any] = Field(sa_type=JSON)
    targets: list[Any] = Field(sa_type=JSON)
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = None
    revision: int
    checklist: Checklist = Relationship()
    section: Section = Relationship()
    assignments: list[Assignment] = Relationship()
    obligations: list[Obligation] = Relationship()
