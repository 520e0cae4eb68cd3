"""The shapes of findings in requests and responses."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.clock import Moment
from app.obligations.schemas import AsOfQuery, ClaimHeld
from app.paging import PageQuery
from app.shapes import BodyId, Day, InputShape, Items, OutputShape, Prose, RowId, Words
from app.updates.finding_models import FindingKind, FindingState
from app.updates.schemas import EvidenceLinks, EvidencePublic


class FindingCreate(InputShape):
    """An auditor's finding, and the last day to put it right."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "look_back", "narrative": "公开页面已无法打开。", "due_on": "2027-01-15"}]
        }
    )

    kind: FindingKind
    narrative: Words = Field(description="what was found", examples=["公开页面已无法打开。"])
    due_on: Day = Field(description="the last day to put it right, today or later")
    claim_held: ClaimHeld = True


_ITEM: dict[str, Any] = {"obligation_id": 539, "kind": "spot_check", "narrative": "未公开。", "due_on": "2027-01-15"}


class FindingItem(FindingCreate):
    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    obligation_id: BodyId


class FindMany(InputShape):
    """An auditor's findings on a sample."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ITEM, {**_ITEM, "obligation_id": 540}]}]})

    items: Items[FindingItem]


class FindingAnswerCreate(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"narrative": "页面已恢复,并每日巡查。"}]})

    narrative: Words = Field(description="what has been put right", examples=["页面已恢复,并每日巡查。"])
    evidence: EvidenceLinks = []


class FindingExtension(InputShape):
    """A later last day for a finding, and what is still missing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"due_on": "2027-01-31", "reason": "仍有两个栏目未恢复。"}]}
    )

    due_on: Day = Field(description="the new last day, later than the one in force")
    reason: Words = Field(description="what is still missing", examples=["仍有两个栏目未恢复。"])


class FindingClosure(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"conclusion": "复查合格。"}]})

    conclusion: Words = Field(description="what the auditor saw", examples=["复查合格。"])
    claim_held: ClaimHeld | None = Field(default=None, description="left out: as when it was opened")


class ClosureItem(FindingClosure):
    model_config = ConfigDict(json_schema_extra={"examples": [{"finding_id": 3, "conclusion": "复查合格。"}]})

    finding_id: BodyId


class CloseMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"finding_id": 3, "conclusion": "复查合格。"}]}]}
    )

    items: Items[ClosureItem]


class FindingAnswerPublic(OutputShape):
    narrative: str
    evidence: list[EvidencePublic]
    posted_at: Moment


class FindingPublic(OutputShape):
    """整改 / 回头看: a re-check of an obligation, with a last day of its own. While it is not closed, the obligation is
    not completed. The obligation's last day and whether it was late do not change."""

    id: int
    checklist_id: int
    obligation_id: int
    unit_id: int
    kind: FindingKind
    narrative: str
    due_on: date
    has_reopened: bool = Field(description="the obligation was completed when it was opened")
    claim_held: bool | None = Field(
        description="the auditor's last judgement: whether the unit's first claim decides if it was late"
    )
    state: FindingState
    opened_at: Moment
    answered_on: date | None = Field(description="the day of the unit's last answer")
    closed_at: Moment | None
    conclusion: Prose | None = Field(examples=["复查合格。"])
    answers: list[FindingAnswerPublic]


class FoundMany(OutputShape):
    items: list[FindingPublic]


class ClosedMany(OutputShape):
    items: list[FindingPublic]


class FindingQuery(AsOfQuery):
    unit: RowId | None = None
    checklist: RowId | None = None
    task: RowId | None = None
    state: FindingState | None = None
    overdue: Annotated[bool | None, Field(description="not closed on the day, nor answered by its last day")] = None


class ObligationFindingQuery(PageQuery):
    pass
