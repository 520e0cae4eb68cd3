from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.checklists.schedules import ByDefault, Schedule
from app.obligations.models import DueSource, ObligationState, Role, Timeliness
from app.paging import PageQuery
from app.shapes import Day, InputShape, OutputShape, Prose, Reason, Revision, RowId, SearchText, Words
from app.units.models import UnitKind

TaskNumber = Annotated[int, Field(ge=1, le=100_000)]


class TaskCreate(InputShape):
    checklist_id: RowId
    section_id: RowId
    number: Annotated[TaskNumber | None, Field(description="its place in the register; last without it")] = None
    requirement: Words = Field(examples=["按月公开就业、住房、教育等领域的动态信息。"])
    units_text: Annotated[Prose, Field(description="responsible units as printed, kept verbatim")] = ""
    summary: Annotated[Prose, Field(description="完成情况 in the office's words")] = ""
    schedule: Schedule = ByDefault()


class TaskChange(InputShape):
    """What is left out stays. Another last day holds from now on, for what is open."""

    revision: Revision
    section_id: RowId | None = None
    number: TaskNumber | None = None
    requirement: Words | None = None
    units_text: Prose | None = None
    summary: Prose | None = None
    schedule: Schedule | None = None


class AssignmentWrite(InputShape):
    role: Role = Role.RESPONSIBLE
    named_under: Annotated[
        RowId | None, Field(description="id of the task's open collective (县直有关单位) that this unit makes concrete")
    ] = None


class MembershipWrite(InputShape):
    from_on: Annotated[Day | None, Field(description="first day; without it the unit has always been a member")] = None


class MembershipPublic(OutputShape):
    collective_id: int
    unit_id: int
    from_on: date | None
    until_on: date | None = Field(description="first day on which it is no longer a member")


class MemberQuery(PageQuery):
    pass


class MemberPublic(MembershipPublic):
    name: str
    kind: UnitKind


class TaskState(StrEnum):
    """A task's state, computed from its units' obligations."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    WAIVED = "waived"


def task_state(*, total: int, waived: int, completed: int, begun: int, unnamed: bool) -> TaskState:
    """The state of a task.

    Args:
        total: its obligations. waived, completed, begun: how many of them are waived, completed, or not `not_started`
            (waived ones apart).
        unnamed: whether it has an open collective under which nobody is named, and whose list nobody closed.
    """
    owed = total - waived
    if owed and completed == owed and not unnamed:
        return TaskState.COMPLETED
    if total and not owed and not unnamed:
        return TaskState.WAIVED
    return TaskState.IN_PROGRESS if begun else TaskState.NOT_STARTED


class Counts(OutputShape):
    """How far a group of obligations is: `completed` of `owed`."""

    owed: int = Field(description="obligations that are not waived", examples=[30])
    completed: int = Field(examples=[27])
    waived: int = 0


class TaskUnit(OutputShape):
    """A unit's part in a task. For a collective the counts are its members'."""

    unit_id: int
    name: str
    kind: UnitKind
    role: Role
    text: str = Field(description="as printed")
    is_open: bool = Field(description="名单待定: the office has to name who is meant")
    named_under: int | None = Field(description="the open collective that it makes concrete")
    list_closed: bool = Field(description="an open collective: nobody more will be named")
    counts: Counts
    state: ObligationState | None = Field(description="of its own obligation; null for collectives and without a key")


class SectionInTask(OutputShape):
    id: int
    position: int
    title: str


class ChecklistInTask(OutputShape):
    id: int
    title: str


class TaskPublic(OutputShape):
    id: int
    checklist: ChecklistInTask
    section: SectionInTask
    number: int
    requirement: str
    units_text: str = Field(description="responsible units as printed")
    units_unfinished: bool = Field(description="the printed list ends in 等")
    summary: str = Field(description="完成情况 as published; no claim by any one unit")
    summary_on: date | None
    schedule: Schedule
    due_on: date | None
    due_source: DueSource = Field(description="stated by the register, the checklist's default, or none (standing)")
    standing: bool = Field(description="长期推进: without a last day")
    state: TaskState
    counts: Counts
    overdue: int = Field(description="obligations that are overdue today")
    unnamed: bool = Field(description="nobody accountable yet: an open collective with nobody named under it")
    withdrawn_on: date | None
    withdrawn_reason: str | None
    units: list[TaskUnit]
    revision: int


class TaskSort(StrEnum):
    NUMBER = "number"
    DUE = "due_on"
    DUE_LAST = "-due_on"


class TaskQuery(PageQuery):
    checklist: RowId | None = None
    section: RowId | None = None
    unit: Annotated[RowId | None, Field(description="has a part in it, by name or through a collective")] = None
    role: Annotated[Role | None, Field(description="with `unit`: that unit's part")] = None
    state: TaskState | None = None
    standing: bool | None = None
    unassigned: Annotated[bool | None, Field(description="nobody has a part in it")] = None
    unnamed: Annotated[bool | None, Field(description="nobody accountable yet under an open collective")] = None
    withdrawn: Annotated[bool, Field(description="withdrawn tasks instead of the others")] = False
    q: Annotated[SearchText | None, Field(description="part of the requirement")] = None
    due_from: Day | None = None
    due_until: Day | None = None
    sort: TaskSort = TaskSort.NUMBER


class UnitInObligation(OutputShape):
    id: int
    name: str


class TaskInObligation(OutputShape):
    id: int
    number: int
    requirement: str


class ObligationPublic(OutputShape):
    id: int
    checklist_id: int
    task: TaskInObligation
    unit: UnitInObligation
    role: Role
    period: str = Field(examples=["2026"])
    starts_on: date
    due_on: date | None
    due_source: DueSource
    state: ObligationState
    percent: int | None = Field(description="as last reported; null in an answer for a past day")
    completed_on: date | None
    reason: str | None = Field(description="why it was waived or reopened; null in an answer for a past day")
    timeliness: Timeliness = Field(description="what the dates say, on the day of the answer")
    days_overdue: int = Field(description="0 unless overdue")


class ObligationQuery(PageQuery):
    unit: RowId | None = None
    checklist: RowId | None = None
    task: RowId | None = None
    state: ObligationState | None = None
    due_from: Day | None = None
    due_until: Day | None = None
    overdue: Annotated[bool | None, Field(description="open, and the last day has passed")] = None
    as_of: Annotated[
        Day | None, Field(description="what stood at the end of this day in Shanghai; today without it")
    ] = None


class UnitObligationQuery(PageQuery):
    """As for all obligations, of one unit."""

    checklist: RowId | None = None
    task: RowId | None = None
    state: ObligationState | None = None
    due_from: Day | None = None
    due_until: Day | None = None
    overdue: bool | None = None
    as_of: Day | None = None


class Ending(InputShape):
    """Why a unit's part in a task ends."""

    reason: Reason | None = None
