from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, Strict

from app.checklists.schedules import ByDefault, Schedule
from app.obligations.models import DueSource, ObligationState, Role, Timeliness
from app.paging import PageQuery
from app.shapes import BodyId, Day, InputShape, OutputShape, Prose, Reason, Revision, RowId, SearchText, Words
from app.units.models import UnitKind

TaskNumber = Annotated[int, Strict(), Field(ge=1, le=100_000, examples=[12])]


class TaskCreate(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "checklist_id": 1,
                    "section_id": 1,
                    "requirement": "按月公开就业、住房、教育等领域的动态信息。",
                    "units_text": "人社局、住建局、教育局",
                    "schedule": {"kind": "on", "due_on": "2026-11-30"},
                }
            ]
        }
    )

    checklist_id: BodyId
    section_id: BodyId
    number: Annotated[TaskNumber | None, Field(description="its place in the register; last without it")] = None
    requirement: Words = Field(examples=["按月公开就业、住房、教育等领域的动态信息。"])
    units_text: Annotated[Prose, Field(description="responsible units as printed, kept verbatim")] = ""
    summary: Annotated[Prose, Field(description="完成情况 in the office's words")] = ""
    # client generators know no default that is an object, so the document says it in words
    schedule: Annotated[
        Schedule,
        Field(
            description='without it {"kind": "default"}: the checklist\'s default last day',
            json_schema_extra=lambda schema: schema.pop("default"),
        ),
    ] = ByDefault()


class TaskChange(InputShape):
    """What is left out stays. Another last day holds from now on, for what is open."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 1, "schedule": {"kind": "on", "due_on": "2026-12-15"}}]}
    )

    revision: Revision
    section_id: BodyId | None = None
    number: TaskNumber | None = None
    requirement: Words | None = None
    units_text: Prose | None = None
    summary: Prose | None = None
    schedule: Schedule | None = None


class AssignmentWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "lead"}]})

    role: Role = Role.RESPONSIBLE
    named_under: Annotated[
        BodyId | None,
        Field(description="the open collective of the task (县直有关单位) that this unit makes concrete"),
    ] = None


class MembershipWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-07-01"}]})

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
    due_from: Annotated[Day | None, Field(description="its last day is this one or a later")] = None
    due_until: Annotated[Day | None, Field(description="its last day is this one or an earlier")] = None
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
    due_from: Annotated[Day | None, Field(description="its last day is this one or a later")] = None
    due_until: Annotated[Day | None, Field(description="its last day is this one or an earlier")] = None
    overdue: Annotated[bool | None, Field(description="open, and the last day has passed")] = None
    as_of: Annotated[
        Day | None, Field(description="what stood at the end of this day in Shanghai; today without it")
    ] = None


class UnitObligationQuery(PageQuery):
    """As for all obligations, of one unit."""

    checklist: RowId | None = None
    task: RowId | None = None
    state: ObligationState | None = None
    due_from: Annotated[Day | None, Field(description="its last day is this one or a later")] = None
    due_until: Annotated[Day | None, Field(description="its last day is this one or an earlier")] = None
    overdue: Annotated[bool | None, Field(description="open, and the last day has passed")] = None
    as_of: Annotated[
        Day | None, Field(description="what stood at the end of this day in Shanghai; today without it")
    ] = None


class Ending(InputShape):
    """Why a unit's part in a task ends."""

    reason: Annotated[Reason | None, Field(description="why; it is kept with what is waived")] = None
