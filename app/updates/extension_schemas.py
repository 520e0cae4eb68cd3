"""The shapes of extensions in requests and responses."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from app.clock import Moment
from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import BodyId, Day, InputShape, Items, OutputShape, Reason, RowId
from app.updates.models import Decision
from app.updates.schemas import EvidencePublic


class ExtensionCreate(InputShape):
    """A later last day that a unit asks for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "招标延后,需顺延一个月。", "due_on": "2027-01-31"}]}
    )

    reason: Reason
    due_on: Day = Field(description="the last day that is asked for, later than the one in force")


class DecisionWrite(InputShape):
    """The office's decision on a request."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "granted"}, {"decision": "refused", "reason": "理由不充分。"}]}
    )

    decision: Decision
    due_on: Annotated[Day | None, Field(description="granted: the new last day; the requested day without it")] = None
    reason: Annotated[
        Reason | None,
        Field(description="required for a refusal, and for a day after the requested one or the register's last"),
    ] = None

    @model_validator(mode="after")
    def says_what_it_needs(self) -> "DecisionWrite":
        if self.decision is Decision.REFUSED and self.reason is None:
            raise ValueError(say("reason: a refusal has to be explained; write why"))
        if self.decision is Decision.REFUSED and self.due_on is not None:
            raise ValueError(say("due_on: a refusal leaves the last day as it is; leave it out"))
        return self


class DecisionItem(DecisionWrite):
    model_config = ConfigDict(json_schema_extra={"examples": [{"extension_id": 3, "decision": "granted"}]})

    extension_id: BodyId


class DecideMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"extension_id": 3, "decision": "granted"},
                        {"extension_id": 4, "decision": "refused", "reason": "理由不充分。"},
                    ]
                }
            ]
        }
    )

    items: Items[DecisionItem]


class ExtensionPublic(OutputShape):
    id: int
    checklist_id: int
    obligation_id: int
    unit_id: int
    reason: str
    due_on: date = Field(description="the last day at the time of the request")
    asked_for: date
    asked_at: Moment
    evidence: list[EvidencePublic] = Field(description="files that show why a later day is needed")
    decision: Decision | None = Field(description="null while the office has not decided")
    granted_to: date | None
    decision_reason: str | None
    decided_at: Moment | None


class DecidedMany(OutputShape):
    items: list[ExtensionPublic]


class ObligationExtensionQuery(PageQuery):
    pass


class ExtensionQuery(PageQuery):
    decided: Annotated[bool | None, Field(description="whether the office has decided")] = None
    decided_since: Annotated[Day | None, Field(description="decided on this day or later")] = None
    checklist: RowId | None = None
    task: RowId | None = None
    unit: RowId | None = None
