"""The shapes of a timeline."""

from pydantic import Field

from app.clock import Moment
from app.oversight.change_schemas import ValueChange
from app.paging import PageQuery
from app.shapes import OutputShape


class TimelineQuery(PageQuery):
    pass


class Happening(OutputShape):
    """An event of an obligation."""

    obligation_id: int
    at: Moment
    who: str = Field(description="the key, or the program")
    verb: str = Field(description="as the journal names it")
    what: str = Field(description="a sentence in the requested language", examples=["the unit reported"])
    words: str | None = Field(
        description="the words with it: a report, a reason, an answer; null if there are none, or they were redacted",
        examples=["已公开。"],
    )
    changes: list[ValueChange] = Field(description="its changes of the obligation, by the names of its members")
