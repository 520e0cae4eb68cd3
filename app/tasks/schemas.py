"""The shapes of tasks in requests and responses."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, Strict, StrictBool

from app.checklists.schedules import ByDefault, Schedule
from app.checklists.targets import Target, one_of_each_metric
from app.obligations.lights import Light, LightReason
from app.obligations.period_models import DueSource
from app.obligations.roles import Role
from app.obligations.states import ObligationState, Timeliness
from app.paging import PageQuery
from app.shapes import (
    BodyId,
    Day,
    InputShape,
    JurisdictionPrefix,
    OutputShape,
    Prose,
    Revision,
    RowId,
    SearchText,
    WithReason,
    Words,
)
from app.tasks.part_schemas import AS_IF_NEVER, StartsOn
from app.tasks.period_schemas import Counts, ScheduleChange
from app.units.models import UnitKind

TaskNumber = Annotated[int, Strict(), Field(ge=1, le=100_000, examples=[12])]
Targets = Annotated[
    list[Target],
    Field(max_length=20, description="quantities to be reached in each period; each metric once"),
    AfterValidator(one_of_each_metric),
]


class TaskItem(InputShape):
    """A task to be added to a checklist."""

    section_id: BodyId
    number: Annotated[TaskNumber | None, Field(description="its number in the register; last without it")] = None
    requirement: Words = Field(examples=["按月公开就业、住房、教育等领域的动态信息。"])
    units_text: Annotated[Prose, Field(description="responsible units as printed, stored verbatim")] = ""
    due_text: Annotated[Prose | None, Field(description="完成时限 as printed; the schedule decides")] = None
    summary: Annotated[Prose, Field(description="完成情况 in the office's words")] = ""
    schedule: Annotated[Schedule, Field(description="default is the checklist's default last day")] = ByDefault()
    starts_on: StartsOn = None
    targets: Targets = []


class TaskCreate(TaskItem):
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


class TaskChange(InputShape):
    """What is left out stays. A new last day counts from now on, for open obligations."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 1, "schedule": {"kind": "on", "due_on": "2026-12-15"}}]}
    )

    revision: Revision
    section_id: BodyId | None = None
    number: TaskNumber | None = None
    requirement: Words | None = None
    units_text: Prose | None = None
    due_text: Prose | None = None
    summary: Prose | None = None
    schedule: Schedule | None = None
    starts_on: Annotated[
        Day | None,
        Field(description="an earlier day makes missing obligations, a later one waives open unreported ones"),
    ] = None
    targets: Targets | None = None


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


class TaskUnit(OutputShape):
    """A unit's part in a task. For a collective the counts are its members'."""

    unit_id: int
    name: str
    kind: UnitKind
    role: Role
    text: str = Field(description="as printed")
    is_open: bool = Field(description="名单待定: the office has to name its members")
    named_under: int | None = Field(description="the open collective for which it was named")
    starts_on: date | None = Field(description="交办日: its part is owed from this day; null: as the task")
    list_closed: bool = Field(description="an open collective: no further unit will be named")
    counts: Counts
    state: ObligationState | None = Field(
        description="of its own obligations, `in_progress` where they differ; null for collectives and without a key"
    )


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
    due_text: str | None = Field(description="完成时限 as printed; the schedule decides", examples=["6月底前"])
    units_unfinished: bool = Field(description="the printed list ends in 等")
    summary: str = Field(description="完成情况 as published; not a claim by one unit")
    summary_on: date | None
    schedule: Schedule
    starts_on: date = Field(description="交办日: owed from this day")
    due_on: date | None = Field(description="the next last day of what is open; of the last period when nothing is")
    due_source: DueSource = Field(description="stated by the register, the checklist's default, or none (standing)")
    standing: bool = Field(description="长期推进: without a last day")
    targets: list[Target]
    state: TaskState
    counts: Counts
    overdue: int = Field(description="obligations that are overdue today")
    light: Light | None = Field(description="红黄绿灯: the worst of its obligations'; null where nothing is owed yet")
    light_reason: LightReason | None = Field(description="why the light shows")
    unnamed: bool = Field(description="nobody accountable yet: an open collective with nobody named under it")
    withdrawn_on: date | None
    withdrawn_reason: str | None
    as_if_never: bool = Field(description="voided as if it had never been: it was entered by mistake")
    units: list[TaskUnit]
    revision: int


class TaskWritten(TaskPublic):
    """A task after a change."""

    obligations_made: int = Field(
        default=0, description="what a part newly makes somebody owe; 0 where every last day had passed", examples=[30]
    )
    overdue_at_once: int = Field(default=0, description="obligations that the change made overdue", examples=[30])


class TaskChanged(TaskPublic):
    """A task after a change of its content."""

    schedule_change: ScheduleChange | None = Field(
        default=None, description="what another schedule did; null where none was sent"
    )
    overdue_at_once: int = Field(default=0, description="obligations that the change made overdue", examples=[0])


class TaskSort(StrEnum):
    NUMBER = "number"
    DUE = "due_on"
    DUE_LAST = "-due_on"
    MOST_OVERDUE = "-overdue"
    PROGRESS = "progress"
    PROGRESS_LAST = "-progress"


class TaskQuery(PageQuery):
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="GB/T 2260 code or a prefix of it")] = None
    checklist: RowId | None = None
    section: RowId | None = None
    unit: Annotated[
        RowId | None,
        Field(description="has a part in it, by name or through a collective, or has something open of it"),
    ] = None
    role: Annotated[Role | None, Field(description="with `unit`: that unit's part")] = None
    state: TaskState | None = None
    standing: bool | None = None
    overdue: Annotated[bool | None, Field(description="some unit is overdue with it today")] = None
    light: Annotated[Light | None, Field(description="the worst light of its obligations today")] = None
    timeliness: Annotated[
        Timeliness | None, Field(description="what the dates say of at least one of its obligations today")
    ] = None
    unassigned: Annotated[bool | None, Field(description="nobody has a part in it")] = None
    unnamed: Annotated[bool | None, Field(description="nobody accountable yet under an open collective")] = None
    withdrawn: Annotated[bool, Field(description="withdrawn tasks instead of the others")] = False
    q: Annotated[SearchText | None, Field(description="part of the requirement")] = None
    due_from: Annotated[Day | None, Field(description="its last day is this one or a later")] = None
    due_until: Annotated[Day | None, Field(description="its last day is this one or an earlier")] = None
    sort: Annotated[
        TaskSort, Field(description="-overdue: by how many units are overdue; progress: by how much is completed")
    ] = TaskSort.NUMBER


class Withdrawal(WithReason):
    """Why a task is withdrawn."""

    as_if_never: Annotated[StrictBool, Field(description=AS_IF_NEVER)] = False
