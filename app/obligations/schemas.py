"""The shapes of obligations in requests and responses."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from app.checklists.models import Audience
from app.checklists.schemas import ChecklistPublic
from app.checklists.targets import Quantity, Target
from app.clock import Moment
from app.languages.messages import say
from app.obligations.lights import Light, LightReason
from app.obligations.period_models import PERIOD_KEY, DueSource
from app.obligations.roles import Role
from app.obligations.states import ObligationState, Timeliness
from app.paging import PageQuery
from app.shapes import Day, InputShape, OutputShape, RowId, SearchText, WithReason

ClaimHeld = Annotated[
    bool,
    Strict(),
    Field(description="whether the unit's first claim decides if it was late; if not, the day it is corrected does"),
]


class Reopening(WithReason):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "抽查未见公开。", "claim_held": False}]})

    claim_held: ClaimHeld = True


class Publication(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"audience": "public", "starts_on": "2026-01-01"}]})

    audience: Audience
    starts_on: Annotated[
        Day | None,
        Field(
            description="交办日: at its first publication, tasks without a day of their own are owed from this day; "
            "else from its first day"
        ),
    ] = None


class ChecklistPublished(ChecklistPublic):
    overdue_at_once: int = Field(default=0, description="obligations that it made overdue", examples=[0])


class ChecklistChanged(ChecklistPublic):
    periods_remade: int = Field(default=0, description="periods that were remade for another year", examples=[116])


class UnitInObligation(OutputShape):
    id: int
    name: str


class TaskInObligation(OutputShape):
    id: int
    number: int
    requirement: str


class TargetReached(Target):
    """A target, and how much of it was last reported: by the unit, or by all units of a period."""

    reached: Quantity | None = Field(description="null before it was reported, and for a past day", examples=[8])


class LastUpdate(OutputShape):
    """What a unit reported last."""

    id: int
    state: ObligationState = Field(description="what the unit claimed")
    percent: int | None
    narrative: str
    posted_at: Moment


class ObligationPublic(OutputShape):
    id: int
    checklist_id: int
    task: TaskInObligation
    unit: UnitInObligation
    role: Role
    period: str = Field(examples=["2026"])
    starts_on: date = Field(description="交办日: owed from this day")
    due_on: date | None = Field(description="the last day in force")
    first_due_on: date | None = Field(description="the last day before any later one was granted")
    extended_to: date | None = Field(description="the later day last granted; null in an answer for a past day")
    due_source: DueSource
    state: ObligationState
    percent: int | None = Field(description="as last reported; null in an answer for a past day")
    completed_on: date | None
    reason: str | None = Field(description="why it was waived, reopened or returned; null in an answer for a past day")
    acknowledged_at: Moment | None = Field(description="签收: when the unit first acknowledged it")
    voided_at: Moment | None = Field(description="voided at this moment, as if it had never been")
    timeliness: Timeliness = Field(description="what the dates say, on the day of the answer")
    days_overdue: int = Field(description="0 unless overdue")
    expected_on: date | None = Field(description="进度要求: a soft day before the last one")
    provisional: str | None = Field(
        description="why the last day may still move", examples=["the working days of 2027 are not published"]
    )
    targets: list[TargetReached] = Field(description="the targets, and the figures last reported")
    contradicts_target: bool = Field(description="claimed as completed below a target; false for a past day")
    stale: bool = Field(description="长期推进, and nobody has reported for its report cycle, as that is today")
    light: Light | None = Field(description="红黄绿灯; null where it is waived")
    light_reason: LightReason | None = Field(description="why the light shows")
    has_missed: bool = Field(description="a last day has passed while it was owed, whatever was caught up since")
    claimed_on: date | None = Field(description="the day of the claim that waits for review")
    finding_due_on: date | None = Field(description="整改: the last day of the finding that is open on it")
    finding_answered_on: date | None = Field(description="the day on which the unit first answered it")
    suspended_on: date | None = Field(description="暂停: suspended from this day on, which may be a coming one")
    suspension_reason: str | None = Field(
        description="why it is suspended; null in an answer for a past day", examples=["项目选址调整,暂停实施。"]
    )
    last_update: LastUpdate | None = Field(
        description="the last report by the day of the answer, without a withdrawn claim; null before the first"
    )


class DayQuery(BaseModel):
    """A query as of a day and as known on a day. Unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[
        Day | None,
        Field(description="as it stood at the end of this day in Shanghai; known_on or today without it"),
    ] = None
    known_on: Annotated[
        Day | None, Field(description="only what had been recorded by the end of this day; today without it")
    ] = None


class AsOfQuery(DayQuery, PageQuery):
    """A list as of a day and as known on a day."""


def _period_key(key: str | None) -> str | None:
    if key is not None and PERIOD_KEY.fullmatch(key) is None:
        raise ValueError(
            say("{key} names no period; give it as a list shows it, such as 2023, 2023-05 or 2023-Q2", key=key)
        )
    return key


class ObligationSort(StrEnum):
    DUE = "due_on"
    MOST_OVERDUE = "-days_overdue"
    UPDATED = "updated_at"
    UPDATED_LAST = "-updated_at"


class UnitObligationQuery(AsOfQuery):
    """The filters of one unit's obligations."""

    checklist: RowId | None = None
    task: RowId | None = None
    state: Annotated[
        list[ObligationState], Field(max_length=len(ObligationState), description="one of these; any without it")
    ] = []
    open: Annotated[bool | None, Field(description="neither completed nor waived")] = None
    timeliness: Timeliness | None = None
    light: Light | None = None
    period: Annotated[
        SearchText | None, Field(description="期次", examples=["2023-Q2"]), AfterValidator(_period_key)
    ] = None
    q: Annotated[SearchText | None, Field(description="part of the requirement")] = None
    due_from: Annotated[Day | None, Field(description="its last day is this one or a later")] = None
    due_until: Annotated[Day | None, Field(description="its last day is this one or an earlier")] = None
    overdue: Annotated[bool | None, Field(description="open, and the last day has passed")] = None
    acknowledged: Annotated[bool | None, Field(description="签收: whether the unit has acknowledged it")] = None
    suspended: Annotated[bool | None, Field(description="暂停: open, and suspended on the day")] = None
    stale: Annotated[bool | None, Field(description="长期推进, open, and silent for its report cycle")] = None
    upcoming: Annotated[bool, Field(description="also those whose period has not begun; only for today")] = False
    sort: Annotated[
        ObligationSort, Field(description="updated_at: by the last report, what has none before all others")
    ] = ObligationSort.DUE


class ObligationQuery(UnitObligationQuery):
    unit: RowId | None = None
