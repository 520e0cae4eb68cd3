"""The shapes of the change feed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.languages.messages import say
from app.oversight.timeline_schemas import Happening
from app.shapes import OutputShape, explained

After = Annotated[
    str,
    StringConstraints(max_length=4000, pattern=r"^([0-9]{1,18}:[0-9]{1,18}(-[0-9]{1,18}:[0-9]{1,18})*)?$"),
    explained(say("is not where a feed stands; give `after` of the answer before, or leave it out")),
    Field(description="`after` of the answer before; from the beginning without it", examples=["1:340-5:12"]),
]


class FeedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: After = ""
    limit: Annotated[int, Field(ge=1, le=200, description="of what happened")] = 50


class FeedItem(Happening):
    checklist_id: int


class FeedPublic(OutputShape):
    """What happened to one's own obligations since the answer before, of each checklist in its order."""

    items: list[FeedItem]
    after: str = Field(description="where it goes on, now or later", examples=["1:342-5:12"])
    has_more: bool = Field(description="there may be more: ask again at once")
