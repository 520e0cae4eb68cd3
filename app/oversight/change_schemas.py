"""The shapes of the list of changes."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.languages.messages import say
from app.oversight.schemas import StreamQuery
from app.shapes import OutputShape, explained

Subject = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]{1,30}(:[0-9]{1,19})?$"),
    explained(say("is not the subject of an entry; write its kind and number, such as obligation:64")),
    Field(description="entries about this subject, over all streams that you may read", examples=["obligation:64"]),
]


class JournalQuery(StreamQuery):
    subject: Subject | None = None


class ValueChange(OutputShape):
    name: str = Field(description="of the column", examples=["state"])
    old: Any = Field(examples=["in_progress"])
    new: Any = Field(examples=["completed"])


class RowChange(OutputShape):
    table: str = Field(examples=["obligation"])
    id: int | str = Field(examples=[64])
    is_new: bool = Field(description="the entry made it, so there are no old values")
    values: list[ValueChange] = Field(description="the values that differ from those recorded before")


class SubjectEntry(OutputShape):
    """A journal entry and the changes it made; GET /journal/{stream} shows it as evidence."""

    stream: str = Field(examples=["checklist:1"])
    seq: int
    hash: str
    at: str = Field(description="as the envelope says it, in UTC", json_schema_extra={"format": "date-time"})
    who: str
    verb: str
    subject: str
    facts: dict[str, Any] | None = Field(description="what its rows do not contain; null if it was redacted")
    changes: list[RowChange] | None = Field(description="null if it was redacted")
