"""The shapes of contradictions."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.obligations.schemas import AsOfQuery, TaskInObligation, UnitInObligation
from app.oversight.schemas import Drafts
from app.oversight.tally_schemas import OfUnit
from app.shapes import OutputShape, RowId


class Contradiction(StrEnum):
    """The kinds of contradictions between reports and facts."""

    SUMMARY_SAYS_DONE = "summary_says_done"  # 完成情况 says 已完成, and obligations are open
    BELOW_TARGET = "below_target"  # claimed or completed, and what was last reported misses a target
    SILENT = "silent"  # 长期推进, and nobody reports


class ContradictionQuery(AsOfQuery):
    drafts: Drafts = False
    kind: Annotated[Contradiction | None, Field(description="only of this kind")] = None
    silent_days: Annotated[
        int | None, Field(ge=1, le=3660, description="silent for more days; each task's report cycle without it")
    ] = None
    checklist: RowId | None = None
    section: RowId | None = None
    unit: RowId | None = None
    jurisdiction: OfUnit = None


class ContradictionPublic(OutputShape):
    kind: Contradiction
    checklist_id: int
    task: TaskInObligation
    unit: UnitInObligation | None = Field(
        description="null if it is about the task: summary_says_done, and below_target of all units together"
    )
    obligation_id: int | None
    period: str | None
    summary: str | None = Field(description="summary_says_done: 完成情况, as it was on the day")
    open_obligations: int | None = Field(description="summary_says_done: how many you may read", examples=[3])
    update_id: int | None = Field(description="below_target: the report; null of all units together")
    silent_since: date | None = Field(
        description="silent: the last report's day, or the first on which it was owed and told"
    )
