"""The shapes of calendar feeds in requests and responses."""

from typing import ClassVar

from pydantic import Field

from app.clock import Moment
from app.paging import PageQuery
from app.shapes import OutputShape


class CalendarTokenPublic(OutputShape):
    id: int
    unit_id: int
    created_at: Moment
    revoked_at: Moment | None


class CalendarTokenCreated(CalendarTokenPublic):
    shown_once: ClassVar[frozenset[str]] = frozenset({"path"})

    path: str | None = Field(
        description="the calendar's address on this server; shown this once",
        examples=["/api/v1/units/24/due-days.ics?token=…"],
    )


class CalendarTokenQuery(PageQuery):
    pass
