"""The shapes of the change feed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.languages.messages import say
from app.oversight.timeline_schemas import Happening
from app.shapes import OutputShape, explained

After = Annotated[
    str,
    StringConstraints(max_length=4000, pattern=r"^([0-9]{1,18}:[0-9]{1,18}(-[0-9]{1,18}:[0-9]{1,18})*)?$"),
    explained(say("is not a position in a feed; give `after` of the last response, or leave it out")),
    Field(description="`after` of the last response; from the beginning without it", examples=["1:340-5:12"]),
]


class FeedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: After = ""
    limit: Annotated[int, Field(ge=1, le=200, description="the number of events")] = 50


class FeedItem(Happening):
    checklist_id: int


class FeedPublic(OutputShape):
    """The events on one's own obligations since the last response, of each checklist in its order."""

    items: list[FeedItem]
    after: str = Field(description="the position to continue from, now or later", examples=["1:342-5:12"])
    has_more: bool = Field(description="there may be more: ask again at once")
