"""The shapes of reports that wait inside a unit."""

from typing import Annotated

from pydantic import Field

from app.checklists.targets import Figure
from app.clock import Moment
from app.paging import PageQuery
from app.shapes import OutputShape, RowId
from app.updates.models import Claim
from app.updates.review_schemas import WithdrawalPublic
from app.updates.schemas import EvidencePublic, StatusUpdatePublic


class WaitingReportPublic(OutputShape):
    """待签发: a report inside its unit. It counts once it is released, and `update_id` is the update that it became."""

    id: int
    obligation_id: int
    unit_id: int
    checklist_id: int
    state: Claim = Field(description="what it claims")
    percent: int | None
    narrative: str
    next_steps: str
    figures: list[Figure]
    evidence: list[EvidencePublic] = Field(description="of a released one the update has it")
    reported_by: str = Field(description="填报人", examples=["张三"])
    reported_at: Moment
    update_id: int | None = Field(description="null until it is released")
    withdrawal: WithdrawalPublic | None = Field(description="撤回: the unit took it back; null if not")


Reported = StatusUpdatePublic | WaitingReportPublic


class PostedMany(OutputShape):
    items: list[Reported]


class WaitingReportQuery(PageQuery):
    obligation: RowId | None = None
    waits: Annotated[bool | None, Field(description="neither released nor withdrawn")] = None
    to_release: Annotated[bool, Field(description="待签发: only those that wait for you to release them")] = False
