"""The shapes of tasks in requests and responses."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, Strict, StrictBool, model_validator

from app.checklists.schedules import ByDefault, Schedule
from app.checklists.targets import Target, one_of_each_metric
from app.clock import Moment
from app.languages.messages import say
from app.obligations.lights import Light, LightReason
from app.obligations.period_models import DueSource
from app.obligations.roles import Role
from app.obligations.schemas import TargetReached
from app.obligations.states import ObligationState, Timeliness
from app.paging import PageQuery
from app.shapes import (
    BodyId,
    Day,
    InputShape,
    JurisdictionPrefix,
    Name,
    OutputShape,
    Prose,
    Reason,
    Revision,
    RowId,
    SearchText,
    WithReason,
    Words,
)
from app.units.models import UnitKind

AS_IF_NEVER = "it was a mistake: its obligations leave the responses for every day; past reports stay readable"
TaskNumber = Annotated[int, Strict(), Field(ge=1, le=100_000, examples=[12])]


StartsOn = Annotated[
    Day | None,
    Field(description="交办日: owed from this day; in a checklist that units were told of, today without it"),
]
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


class TaskEventCreate(InputShape):
    """Something that happened, from which the task's days are counted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"happened_on": "2026-03-02", "title": "霍政办〔2026〕12号印发"}]}
    )

    happened_on: Annotated[Day, Field(description="today or before; this day itself does not count")]
    title: Annotated[Name, Field(examples=["霍政办〔2026〕12号印发"])]


class TaskEventPublic(OutputShape):
    id: int
    task_id: int
    happened_on: date
    title: str = Field(examples=["霍政办〔2026〕12号印发"])
    period: str = Field(description="key of the period that it began", examples=["event-7"])
    due_on: date | None
    provisional: str | None = Field(
        description="why the last day may still move; null when it is settled",
        examples=["the working days of 2027 are not published"],
    )
    withdrawn_on: date | None
    withdrawn_reason: str | None = Field(examples=["重复登记"])


class Counts(OutputShape):
    """How far a group of obligations is: `completed` of `owed`."""

    owed: int = Field(description="obligations that are not waived", examples=[30])
    completed: int = Field(examples=[27])
    waived: int = 0


class PeriodPublic(OutputShape):
    """期次: one dated occurrence of a task, and how far its units are."""

    key: str = Field(examples=["2026-Q2"])
    title: str = Field(description="a milestone's words or an event's title", examples=["完成方案"])
    starts_on: date
    ends_on: date | None
    due_on: date | None
    due_source: DueSource
    expected_on: date | None = Field(description="进度要求: a soft day before the last one")
    provisional: str | None = Field(
        description="why the last day may still move", examples=["the working days of 2027 are not published"]
    )
    event_id: int | None
    withdrawn_on: date | None = Field(description="the day on which another schedule replaced it")
    counts: Counts
    together: list[TargetReached] = Field(
        description="the task's targets of all units together, and the sum of what each last reported"
    )


class TaskEventQuery(PageQuery):
    pass


class PeriodQuery(PageQuery):
    withdrawn: Annotated[bool, Field(description="also those that another schedule replaced")] = False


class AssignmentWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "lead"}]})

    role: Role = Role.RESPONSIBLE
    named_under: Annotated[
        BodyId | None,
        Field(description="the open collective of the task (县直有关单位) for which this unit is named"),
    ] = None
    starts_on: StartsOn = None


class MembershipWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-07-01"}]})

    from_on: Annotated[Day | None, Field(description="first day; today without it")] = None
    takes_part_in_current: Annotated[
        StrictBool, Field(description="it also owes the periods under way on its first day, from that day on")
    ] = False


class MembershipPublic(OutputShape):
    collective_id: int
    unit_id: int
    from_on: date | None = Field(description="null: it has always been a member")
    until_on: date | None = Field(description="first day on which it is no longer a member")
    takes_part_in_current: bool = Field(description="it also owes the periods under way on its first day")
    voided_at: Moment | None = Field(description="voided at this moment, as if it had never been")


class MemberJoined(MembershipPublic):
    """A unit's membership after a change."""

    overdue_at_once: int = Field(description="obligations that the change made overdue", examples=[0])


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


class ScheduleChange(OutputShape):
    """The effect of a new schedule on the periods of its task, by their keys."""

    changed_nothing: bool = Field(description="every period and every obligation is as it was")
    made: list[str] = Field(examples=[["2026-08"]])
    kept: list[str] = Field(description="they existed before and still exist", examples=[["2026-Q2"]])
    moved: list[str] = Field(
        description="of those kept: they have a new last day for open obligations", examples=[["2026-Q2"]]
    )
    withdrawn: list[str] = Field(description="what is open of them is waived", examples=[["2026-Q3"]])

    @classmethod
    def between(
        cls, before: Mapping[str, date | None], after: Mapping[str, date | None], *, changed_nothing: bool
    ) -> "ScheduleChange":
        """Args:
        before, after: the key of each period that stood then → its last day.
        """
        return cls(
            changed_nothing=changed_nothing,
            made=[key for key in after if key not in before],
            kept=[key for key in before if key in after],
            moved=[key for key in before if key in after and before[key] != after[key]],
            withdrawn=[key for key in before if key not in after],
        )


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


class Ending(InputShape):
    """Why a unit's part in a task, or its membership, ends."""

    reason: Annotated[Reason | None, Field(description="why; it is stored with what is waived")] = None
    as_if_never: Annotated[bool, Field(description=AS_IF_NEVER)] = False

    @model_validator(mode="after")
    def mistakes_are_explained(self) -> "Ending":
        if self.as_if_never and self.reason is None:
            raise ValueError(say("reason: say why, for as_if_never changes the responses for past days"))
        return self
