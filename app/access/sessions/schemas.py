"""The shapes of the list of sessions."""

from pydantic import Field

from app.clock import Moment
from app.paging import PageQuery
from app.shapes import OutputShape


class SessionPublic(OutputShape):
    id: int
    created_at: Moment
    last_used_at: Moment = Field(description="to the minute")
    ends_at: Moment = Field(description="at the latest; earlier where it is not used")
    ended_at: Moment | None


class SessionQuery(PageQuery):
    pass
