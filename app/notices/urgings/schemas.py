"""The shapes of urgings in requests and responses."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from app.clock import Moment
from app.paging import PageQuery
from app.shapes import BodyId, Day, InputShape, OutputShape, Reason, RowId

MOST = 500


class Pressed(InputShape):
    """An obligation whose unit is urged."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"obligation_id": 539}]})

    obligation_id: BodyId


class UrgingCreate(InputShape):
    """催办: urge the units of obligations."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"items": [{"obligation_id": 539}], "words": "请于周五前报送进展。", "answer_by": "2199-12-31"}
            ]
        }
    )

    items: Annotated[list[Pressed], Field(min_length=1, max_length=MOST, description="each once")]
    words: Reason = Field(examples=["请于周五前报送进展。"])
    answer_by: Day = Field(description="the last day for an answer, today or later; not a last day of the work")


class UrgingAnswer(InputShape):
    """The unit's answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "已完成招标,本周五前报送。"}]})

    answer: Reason = Field(examples=["已完成招标,本周五前报送。"])


class UrgingPublic(OutputShape):
    id: int
    checklist_id: int
    obligation_id: int
    unit_id: int
    number: int = Field(description="第几次催办 of this obligation")
    words: str = Field(examples=["请于周五前报送进展。"])
    answer_by: date
    urged_at: Moment
    received_at: Moment | None = Field(description="when the unit said that it has read it")
    answered_at: Moment | None
    answer: str | None = Field(examples=["本周报送。"])


class UrgedMany(OutputShape):
    items: list[UrgingPublic]


class UrgingQuery(PageQuery):
    answered: Annotated[bool | None, Field(description="whether the unit has answered")] = None
    waiting: Annotated[
        bool | None, Field(description="not answered, and its obligation is open, not claimed and not suspended")
    ] = None
    overdue: Annotated[bool | None, Field(description="waiting, and the day for the answer has passed")] = None
    obligation: Annotated[RowId | None, Field(description="id of an obligation")] = None
    checklist: RowId | None = None
    unit: RowId | None = None
