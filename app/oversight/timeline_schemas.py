"""The shapes of a timeline."""

from pydantic import Field

from app.clock import Moment
from app.oversight.change_schemas import ValueChange
from app.paging import PageQuery
from app.shapes import OutputShape


class TimelineQuery(PageQuery):
    pass


class Happening(OutputShape):
    """Something that happened to an obligation."""

    obligation_id: int
    at: Moment
    who: str = Field(description="the key, or the program")
    verb: str = Field(description="as the journal names it")
    what: str = Field(description="a sentence in the language that is asked for", examples=["the unit reported"])
    words: str | None = Field(
        description="what was said with it: a report, a reason, an answer; null if nothing was, or it was redacted",
        examples=["已公开。"],
    )
    changes: list[ValueChange] = Field(description="what it changed of the obligation, by the names of its members")
