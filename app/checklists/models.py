"""The tables of checklists, sections and tasks, with the rules of one record."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, Text, UniqueConstraint
from sqlmodel import Field, col

from app.database.columns import IDENTITY, enum_type, identity, reference
from app.errors import ChecklistArchived, InvalidRequest, OnlyOfficeEnds, TaskWithdrawn
from app.journal.recorder import StreamRef
from app.journal.rows import Journaled
from app.languages.messages import say


class ChecklistState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may read a published checklist: its jurisdiction's units, or everyone."""

    UNITS = "units"
    PUBLIC = "public"


def catalogue_of(jurisdiction_code: str) -> StreamRef:
    """The journal stream of a jurisdiction's checklists themselves: created, published, archived."""
    return StreamRef(f"catalogue:{jurisdiction_code}", jurisdiction_code)


def in_other_year(day: date, years: int) -> date:
    """The same day some years later; 28 February instead of a 29th that does not exist."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def last_day(ends_on: date | None, default_due_on: date, year: int) -> date:
    """The last day of a checklist's periods."""
    return ends_on or max(default_due_on, date(year, 12, 31))


class Checklist(Journaled, table=True):
    """清单: a register of one year or campaign."""

    __tablename__: ClassVar[Any] = "checklist"
    __table_args__ = (
        UniqueConstraint("jurisdiction_code", "title"),
        CheckConstraint("state <> 'published' OR audience IS NOT NULL", name="published_for_somebody"),
        CheckConstraint("state <> 'draft' OR audience IS NULL", name="draft_for_nobody"),
        CheckConstraint("starts_on <= default_due_on", name="starts_before_due"),
        CheckConstraint("default_due_on <= ends_on", name="due_before_end"),
        CheckConstraint("yellow_days BETWEEN 0 AND 366", name="yellow_days_in_range"),
        CheckConstraint("red_days BETWEEN 0 AND 366", name="red_days_in_range"),
        IDENTITY,
    )
    journal_kind: ClassVar[str] = "catalogue"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_added: ClassVar[Mapping[str, Any]] = {
        "ends_on": None,
        "asks_for_review": False,
        "asks_for_release": False,
        "yellow_days": None,
        "red_days": None,
        "completion_template": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "checklist.changed": {
            "title",
            "year",
            "starts_on",
            "default_due_on",
            "ends_on",
            "asks_for_review",
            "asks_for_release",
            "yellow_days",
            "red_days",
            "completion_template",
            "revision",
        },
        "checklist.published": {"state", "audience", "published_at", "revision"},
        "checklist.unpublished": {"state", "audience", "published_at", "revision"},
        "checklist.archived": {"state", "revision"},
        "checklist.restored": {"state", "revision"},
        "checklist.upgraded": {"yellow_days"},
        "edition.imported": {"title", "source_on", "source_fingerprint", "revision"},
    }
    not_personal: ClassVar[frozenset[str]] = frozenset({"title", "completion_template"})
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code", "source_fingerprint"})

    id: int = identity()
    jurisdiction_code: str = Field(foreign_key="jurisdiction.code", max_length=12)
    title: str = Field(max_length=200)
    year: int
    starts_on: date  # the first day of its periods
    default_due_on: date  # the last day of tasks whose register states none
    ends_on: date | None = None  # the last day of its periods, where that is not the end of its year
    state: ChecklistState = Field(default=ChecklistState.DRAFT, sa_type=enum_type(ChecklistState, "state"))
    audience: Audience | None = Field(default=None, sa_type=enum_type(Audience, "audience"), nullable=True)
    published_at: datetime | None = None
    source_on: date | None = None  # the date of the page that it was imported from
    source_fingerprint: str | None = Field(default=None, max_length=64)
    created_at: datetime
    revision: int = 1
    asks_for_review: bool = False  # 审核: the office accepts or returns each claim of completion
    asks_for_release: bool = False  # 签发: a report waits inside its unit for its release
    yellow_days: int = Field(nullable=True)  # days before a last day from which it shows yellow
    red_days: int | None = None  # and from which it shows red; once it is overdue without them
    completion_template: str | None = Field(default=None, max_length=500)  # 完成情况 where the office wrote none

    @property
    def last_on(self) -> date:
        """The last day of its periods."""
        return last_day(self.ends_on, self.default_due_on, self.year)

    @classmethod
    def counts_against_units(cls) -> ColumnElement[bool]:
        """Whether units were told of it. Until then it counts in no list of overdue, rate, rank or light."""
        return col(cls.audience).is_not(None)

    @property
    def catalogue(self) -> StreamRef:
        return catalogue_of(self.jurisdiction_code)

    @property
    def stream(self) -> StreamRef:
        """The journal stream of everything in the checklist."""
        return StreamRef(f"checklist:{self.id}", self.jurisdiction_code)

    def move_to(self, year: int) -> None:
        """Move it to another year, with its own days."""
        years = year - self.year
        self.year = year
        self.starts_on = in_other_year(self.starts_on, years)
        self.default_due_on = in_other_year(self.default_due_on, years)
        self.ends_on = self.ends_on and in_other_year(self.ends_on, years)

    def require_changeable(self) -> None:
        """Raises:
        ChecklistArchived: it does not change any more.
        """
        if self.state is ChecklistState.ARCHIVED:
            raise ChecklistArchived(say("checklist {id} is archived; restore it to change it", id=self.id))

    def require_lights_in_order(self) -> None:
        """Raises:
        InvalidRequest: it would show red before it shows yellow.
        """
        if self.red_days is None or self.red_days <= self.yellow_days:
            return
        wrong = say(
            "{red} is more than yellow_days, {yellow}: red comes after yellow; give {yellow} or less",
            red=self.red_days,
            yellow=self.yellow_days,
        )
        raise InvalidRequest(fields=[("body.red_days", wrong)])

    def publish(self, audience: Audience, at: datetime) -> bool:
        """Show it to an audience. Returns whether that changed anything."""
        self.require_changeable()
        if self.audience is audience:
            return False
        self.state, self.audience, self.published_at = ChecklistState.PUBLISHED, audience, at
        return True

    def unpublish(self) -> bool:
        self.require_changeable()
        if self.state is ChecklistState.DRAFT:
            return False
        self.state, self.audience, self.published_at = ChecklistState.DRAFT, None, None
        return True

    def archive(self) -> bool:
        """Close it: the same callers can read it, and nothing in it changes any more."""
        changed = self.state is not ChecklistState.ARCHIVED
        self.state = ChecklistState.ARCHIVED
        return changed

    def restore(self) -> bool:
        changed = self.state is ChecklistState.ARCHIVED
        self.state = ChecklistState.PUBLISHED if self.audience else ChecklistState.DRAFT
        return changed


class ChecklistRow(Journaled):
    """A row that belongs to one checklist, and to its stream."""

    journal_kind: ClassVar[str] = "checklist"
    journal_key: ClassVar[str | None] = "checklist_id"


class Section(ChecklistRow, table=True):
    """工作内容: a titled group of tasks."""

    __tablename__: ClassVar[Any] = "section"
    __table_args__ = (UniqueConstraint("checklist_id", "position"), IDENTITY)
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"section.changed": {"position", "title", "revision"}}
    not_personal: ClassVar[frozenset[str]] = frozenset({"title"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    position: int
    title: str = Field(max_length=200)
    revision: int = 1


class FormerSummary(ChecklistRow, table=True):
    """What a task's 完成情况 said until a moment, so that a past day is shown with its own words."""

    __tablename__: ClassVar[Any] = "former_summary"
    __table_args__ = (Index("ix_former_summary_task_id", "task_id", "until_at"), IDENTITY)
    personal: ClassVar[frozenset[str]] = frozenset({"summary"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    summary: str = Field(sa_type=Text)
    until_at: datetime


class FormerSection(ChecklistRow, table=True):
    """A task's section until a moment, so that counts by section for a past day do not change."""

    __tablename__: ClassVar[Any] = "former_section"
    __table_args__ = (Index("ix_former_section_task_id", "task_id", "until_at"), IDENTITY)

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    section_id: int = reference("section.id")
    until_at: datetime


class Task(ChecklistRow, table=True):
    """任务: one thing to be done, whoever does it. What was printed stays verbatim beside its reading."""

    __tablename__: ClassVar[Any] = "task"
    __table_args__ = (
        UniqueConstraint("checklist_id", "number"),
        Index("ix_task_section_id", "section_id"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "targets": [],
        "starts_on": None,
        "voided_at": None,
        "due_text": None,
        "suspended_on": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "task.changed": {
            "section_id",
            "number",
            "requirement",
            "units_text",
            "due_text",
            "units_unfinished",
            "summary",
            "summary_on",
            "schedule",
            "starts_on",
            "targets",
            "revision",
        },
        "task.withdrawn": {"withdrawn_on", "withdrawn_reason", "voided_at", "revision"},
        "task.suspended": {"suspended_on"},
        "task.resumed": {"suspended_on"},
        "task.rests": {"suspended_on"},
        "tasks.renumbered": {"number", "revision"},
    }
    personal: ClassVar[frozenset[str]] = frozenset(
        {"requirement", "units_text", "due_text", "summary", "withdrawn_reason"}
    )
    not_personal: ClassVar[frozenset[str]] = frozenset({"schedule", "targets"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    section_id: int = reference("section.id")
    number: int  # its position in the register
    requirement: str = Field(sa_type=Text)
    units_text: str = Field(default="", sa_type=Text)  # responsible units as printed
    due_text: str | None = Field(default=None, sa_type=Text)  # 完成时限 as printed; the schedule decides
    units_unfinished: bool = False  # the printed list ends in 等: there are more than it names
    summary: str = Field(default="", sa_type=Text)  # 完成情况 as published; not a claim by one unit
    summary_on: date | None = None
    schedule: dict[str, Any] = Field(sa_type=JSON)
    starts_on: date | None = None  # 交办日: owed from this day; null in rows older than the column
    targets: list[dict[str, Any]] = Field(default=[], sa_type=JSON)
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = Field(default=None, sa_type=Text)
    voided_at: datetime | None = None  # voided at this moment: it never was a task
    suspended_on: date | None = None  # 暂停: all that was open is suspended from this day on, and so is what is added
    created_at: datetime
    revision: int = 1

    def require_not_withdrawn(self) -> None:
        """Raises:
        TaskWithdrawn: the task was withdrawn.
        """
        if self.withdrawn_on is not None:
            raise TaskWithdrawn(
                say(
                    "task {id} was withdrawn on {day}: {reason}",
                    id=self.id,
                    day=self.withdrawn_on,
                    reason=self.withdrawn_reason,
                )
            )

    def require_claimable(self) -> None:
        """Raises:
        OnlyOfficeEnds: it is a standing duty (长期推进), which no report completes.
        """
        if self.schedule["kind"] == "standing":
            raise OnlyOfficeEnds(
                say("task {id} is a standing duty; report it as in progress, the office ends it", id=self.id)
            )

    def rest_of_added(self, today: date) -> date | None:
        """The day from which obligations added today are suspended with it; None if it is not suspended."""
        return None if self.suspended_on is None else max(self.suspended_on, today)

    def withdraw(self, reason: str, on: date, *, never: datetime | None = None) -> None:
        """End it on a day. `never` is the moment at which it was voided, as if it had never been; a task that was
        withdrawn before can be voided later.

        Raises:
            TaskWithdrawn: it is withdrawn already, and is not being voided for the first time.
        """
        if never is None or self.voided_at is not None:
            self.require_not_withdrawn()
        self.withdrawn_on, self.withdrawn_reason, self.voided_at = self.withdrawn_on or on, reason, never
