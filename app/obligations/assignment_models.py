"""The table of assignments (分派), and the rule which units owe a period."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from app.checklists.models import ChecklistRow, Task
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.obligations.period_models import Period
from app.obligations.roles import Role
from app.units.models import Membership


class Assignment(ChecklistRow, table=True):
    """分派: a unit's part in a task. The unit may be a collective."""

    __tablename__: ClassVar[Any] = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_current",
            "task_id",
            "unit_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_assignment_unit_id", "unit_id", "task_id"),
        CheckConstraint("(ended_on IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
        CheckConstraint("(closed_on IS NULL) = (closed_reason IS NULL)", name="closed_with_reason"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"starts_on": None}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "task.changed": {"starts_on"},  # with the year of its checklist
        "assignment.changed": {"role", "named_under_id", "starts_on"},
        "assignment.ended": {"ended_on", "ended_reason"},
        "list.closed": {"closed_on", "closed_reason"},
        "list.reopened": {"closed_on", "closed_reason"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"text", "closed_reason", "ended_reason"})

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    unit_id: int = reference("unit.id")
    role: Role = Field(sa_type=enum_type(Role, "role"))
    text: str = Field(default="", max_length=200)  # as printed
    named_under_id: int | None = reference("unit.id", optional=True)  # the open collective for which it was named
    starts_on: date | None = None  # 交办日: owed from this day; null in rows older than the column
    closed_on: date | None = None  # an open collective: no further unit will be named
    closed_reason: str | None = Field(default=None, sa_type=Text)
    ended_on: date | None = None
    ended_reason: str | None = Field(default=None, sa_type=Text)

    def owed_from(self, task: Task, period: Period, joined_on: date | None = None) -> date:
        """交办日: the day from which a period is owed.

        Args:
            joined_on: the first day of the member of a collective who owes it.
        """
        return max(day for day in (period.starts_on, task.starts_on, self.starts_on, joined_on) if day is not None)

    def owes(self, task: Task, period: Period, joined_on: date | None = None) -> bool:
        """Whether a period is owed at all: its last day does not lie before that. A unit named later under an open
        collective owes all shares of a year."""
        last = period.last_start if self.named_under_id is None else period.due_on
        return last is None or self.owed_from(task, period, joined_on) <= last


class Part(NamedTuple):
    """A unit's part in a period: the strongest of its parts that owe it, and their earliest day."""

    assignment: Assignment
    starts_on: date
    is_owed: bool


def owing_units(
    task: Task,
    assignments: Sequence[Assignment],
    members: Mapping[int, Sequence[Membership]],
    period: Period,
    dissolved: Mapping[int, date],
) -> dict[int, Part]:
    """The units that have a part in a period, and whether they owe it.

    The members of a collective owe a period as their membership says. A unit reached twice owes once, with the stronger
    role; of two equal ones, through the assignment that names it.

    Args:
        members: collective's unit id → its memberships; a unit that is not in it is not a collective.
        dissolved: unit id → the first day on which the unit does not exist.
    """
    owing: dict[int, Part] = {}
    by_name_first = sorted(assignments, key=lambda one: (one.role.rank, one.unit_id in members, one.id))
    for assignment in by_name_first:
        reached: list[tuple[int, date | None]] = [(assignment.unit_id, None)]
        if assignment.unit_id in members:
            owe = [m for m in members[assignment.unit_id] if m.owes(period.starts_on, period.last_start)]
            reached = [(m.unit_id, m.from_on) for m in owe]
        for unit_id, joined_on in reached:
            if unit_id not in dissolved or period.starts_on < dissolved[unit_id]:
                since, is_owed = assignment.owed_from(task, period, joined_on), assignment.owes(task, period, joined_on)
                part = Part(assignment, since, is_owed)
                owing[unit_id] = _stronger(owing.get(unit_id, part), part)
    return owing


def _stronger(one: Part, other: Part) -> Part:
    """The stronger of two parts; of equal ones the first."""
    if one.is_owed and other.is_owed:
        return one._replace(starts_on=min(one.starts_on, other.starts_on))
    return other if other.is_owed else one
