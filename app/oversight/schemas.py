from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.clock import Moment
from app.obligations.schemas import TaskInObligation, UnitInObligation
from app.obligations.states import ObligationState
from app.paging import PageQuery
from app.shapes import MAX_NUMBER, Day, JurisdictionPrefix, OutputShape, RowId

AsOf = Annotated[Day | None, Field(description="as things stood at the end of this day in Shanghai; today without it")]
# Which of two last days is counted from.
CountedFrom = Annotated[
    Literal["granted", "first"],
    Field(description="which last day counts: the one that holds, granted or not, or the first"),
]


class OverdueQuery(PageQuery):
    as_of: AsOf = None
    due: CountedFrom = "granted"
    unit: RowId | None = None
    checklist: RowId | None = None
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="of the unit: GB/T 2260 code or a prefix")] = (
        None
    )
    min_days_overdue: Annotated[int | None, Field(ge=1, le=100_000, description="overdue for as many days or more")] = (
        None
    )


class OverduePublic(OutputShape):
    obligation_id: int
    checklist_id: int
    task: TaskInObligation
    unit: UnitInObligation
    period: str
    due_on: date = Field(description="the last day that is counted from, as `due` asks for")
    days_overdue: int
    state: ObligationState


class StreamPublic(OutputShape):
    name: str
    jurisdiction: str
    head_seq: int
    head_hash: str = Field(description="keep it elsewhere: `duban verify --head NAME=HASH` then shows a cut tail")
    head_at: Moment | None


class StreamQuery(PageQuery):
    pass


class EntryPublic(OutputShape):
    seq: int
    hash: str
    prev_hash: str
    at: str = Field(description="as the envelope says it, in UTC", json_schema_extra={"format": "date-time"})
    who: str
    verb: str
    subject: str
    payload_hash: str
    envelope: str = Field(description="the text whose SHA-256 is `hash`")
    salt: str | None = Field(description="payload_hash is SHA-256(salt ‖ payload)")
    payload: str | None = Field(description="the text that was recorded; null if it was redacted")


class EntryQuery(PageQuery):
    after_seq: Annotated[int, Field(alias="after", ge=0, le=MAX_NUMBER, description="entries behind this seq")] = 0


def entry_public(entry: Any, envelope: dict[str, Any]) -> EntryPublic:
    members = {name: envelope[name] for name in ("prev_hash", "at", "who", "verb", "subject", "payload_hash")}
    return EntryPublic(
        seq=entry.seq, hash=entry.hash, envelope=entry.envelope, salt=entry.salt, payload=entry.payload, **members
    )
