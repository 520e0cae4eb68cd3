"""The shapes of tallies, rates and rankings."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.obligations.lights import Light, LightReason
from app.obligations.schemas import AsOfQuery, TaskInObligation, UnitInObligation
from app.oversight.schemas import CountedFrom, Drafts
from app.shapes import JurisdictionPrefix, OutputShape, RowId
from app.tasks.schemas import SectionInTask

OfUnit = Annotated[JurisdictionPrefix | None, Field(description="of the unit: GB/T 2260 code or a prefix")]
Rate = Annotated[
    float | None,
    Field(
        description="按时完成率: completed_on_time ÷ (the same + completed_late + overdue); null when nothing counts",
        examples=[0.9],
    ),
]


FindingsOpen = Annotated[int, Field(description="整改: findings that no auditor has closed, whatever their last day")]
FindingsOverdue = Annotated[int, Field(description="整改逾期: of findings_open, those whose own last day has passed")]


class TallyQuery(AsOfQuery):
    """The obligations to count, and the day."""

    drafts: Drafts = False
    due: CountedFrom = "granted"
    checklist: RowId | None = None
    section: RowId | None = None
    unit: RowId | None = None
    jurisdiction: OfUnit = None


class ByUnitQuery(TallyQuery):
    pass


class ByTaskQuery(TallyQuery):
    pass


class BySectionQuery(TallyQuery):
    pass


class ByJurisdictionQuery(TallyQuery):
    digits: Annotated[
        int, Field(ge=2, le=6, multiple_of=2, description="of the unit's code: 2 province, 4 city, 6 county")
    ] = 6


class RankingQuery(TallyQuery):
    min_obligations: Annotated[
        int, Field(ge=1, le=1_000_000, description="with fewer that count, a unit comes last and has no rank")
    ] = 1


class TrendQuery(TallyQuery):
    pass


class Tally(OutputShape):
    """A group of obligations, each counted once: overdue + suspended + awaiting_review + due_soon + not_yet_due +
    no_last_day + completed_on_time + completed_late + completed + waived. Facts are those of the day, and so is what
    counts as soon, red or stale."""

    overdue: int = Field(description="逾期: open, and the last day has passed, or had when it began to rest")
    suspended: int = Field(description="暂停: suspended, and not overdue before")
    awaiting_review: int = Field(
        description="待审核: claimed by the last day, and the office has not said anything yet"
    )
    due_soon: int = Field(description="临期: open, and the last day is near")
    not_yet_due: int
    no_last_day: int
    stale: int = Field(description="of no_last_day: 长期推进, and silent for the report cycle")
    completed_on_time: int
    completed_late: int = Field(description="逾期完成: done, after its last day")
    completed: int = Field(description="done without a last day; not in the rate")
    waived: int
    red: int
    yellow: int
    green: int
    grey: int = Field(description="what is suspended, overdue before or not")
    light: Light | None = Field(description="红黄绿灯: the worst of what is not waived")
    light_reason: LightReason | None = Field(description="why the light shows")
    on_time_rate: Rate
    earliest_due_on: date | None = Field(description="the earliest last day among the overdue")
    findings_open: FindingsOpen
    findings_overdue: FindingsOverdue


class UnitTally(Tally):
    unit: UnitInObligation


class TaskTally(Tally):
    checklist_id: int
    task: TaskInObligation


class SectionTally(Tally):
    checklist_id: int
    section: SectionInTask


class JurisdictionTally(Tally):
    jurisdiction: str = Field(description="the first digits of its units' codes")
    name: str | None = Field(description="null if there is no jurisdiction of this code", examples=["霍邱县"])


class RankedUnit(OutputShape):
    rank: int | None = Field(
        description="among the units that you may read, for a unit among all of its jurisdiction; equal rates share "
        "one, the next is left out"
    )
    ranked_of: int | None = Field(description="how many units have a rank", examples=[30])
    unit: UnitInObligation
    on_time_rate: Rate
    counted: int = Field(description="of the rate: completed_on_time + completed_late + overdue")
    completed_on_time: int
    completed_late: int
    overdue: int
    findings_open: FindingsOpen
    findings_overdue: FindingsOverdue


class MonthTally(OutputShape):
    """The obligations whose last day falls in a month. What is waived is left out."""

    month: str = Field(examples=["2026-05"])
    completed_on_time: int
    completed_late: int
    overdue: int
    awaiting_review: int
    suspended: int
    not_yet_due: int = Field(description="also what is due soon")
    on_time_rate: Rate
    findings_open: FindingsOpen
    findings_overdue: FindingsOverdue
