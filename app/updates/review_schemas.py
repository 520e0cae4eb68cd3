"""The shapes of reviews."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from app.clock import Moment
from app.languages.messages import say
from app.shapes import BodyId, InputShape, Items, OutputShape, Reason
from app.updates.models import Judgement


class ReviewWrite(InputShape):
    """The office's judgement of a claim of completion."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"judgement": "accepted"}, {"judgement": "returned", "reason": "佐证不足,请补充公开页面。"}]
        }
    )

    judgement: Judgement
    reason: Annotated[Reason | None, Field(description="required for a return")] = None

    @model_validator(mode="after")
    def says_why_it_is_returned(self) -> "ReviewWrite":
        if self.judgement is Judgement.RETURNED and self.reason is None:
            raise ValueError(say("reason: what is returned has to be explained; write what is missing"))
        return self


class ReviewPublic(OutputShape):
    """审核: the office's judgement of one claim."""

    judgement: Judgement
    reason: str | None
    reviewed_at: Moment


class WithdrawalPublic(OutputShape):
    """撤回: why the unit withdrew its claim."""

    reason: str
    withdrawn_at: Moment


class ReviewItem(ReviewWrite):
    model_config = ConfigDict(json_schema_extra={"examples": [{"update_id": 7, "judgement": "accepted"}]})

    update_id: BodyId


class ReviewedPublic(ReviewPublic):
    update_id: int
    obligation_id: int


class ReviewMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"update_id": 7, "judgement": "accepted"},
                        {"update_id": 9, "judgement": "returned", "reason": "佐证不足。"},
                    ]
                }
            ]
        }
    )

    items: Items[ReviewItem]


class ReviewedMany(OutputShape):
    items: list[ReviewedPublic]
