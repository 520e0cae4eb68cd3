"""The shapes of overdue obligations and of the journal."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, Strict

from app.clock import Moment
from app.obligations.schemas import AsOfQuery, TaskInObligation, UnitInObligation
from app.obligations.states import ObligationState
from app.paging import PageQuery
from app.shapes import MAX_NUMBER, InputShape, JurisdictionPrefix, Name, OutputShape, Reason, RowId

# The last day that counts: the one in force, or the first.
CountedFrom = Annotated[
    Literal["granted", "first"],
    Field(description="which last day counts: the one in force, granted or not, or the first"),
]


Drafts = Annotated[bool, Field(description="also checklists that no unit was told of; for the office and the auditors")]


class OverdueQuery(AsOfQuery):
    drafts: Drafts = False
    due: CountedFrom = "granted"
    task: RowId | None = None
    section: RowId | None = None
    unit: RowId | None = None
    checklist: RowId | None = None
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="of the unit: GB/T 2260 code or a prefix")] = (
        None
    )
    min_days_overdue: Annotated[int | None, Field(ge=1, le=100_000, description="overdue for so many days or more")] = (
        None
    )


class OverduePublic(OutputShape):
    obligation_id: int
    checklist_id: int
    task: TaskInObligation
    unit: UnitInObligation
    period: str
    due_on: date = Field(description="the last day that counts, as chosen by `due`")
    days_overdue: int
    state: ObligationState


class StreamPublic(OutputShape):
    name: str
    jurisdiction: str
    head_seq: int
    head_hash: str = Field(description="store it elsewhere: `duban verify --head NAME=HASH` then shows a cut tail")
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


class WordsToErase(InputShape):
    """Words that stand for a person, such as an ID number, and why they are erased."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"words": "34152219800101123X", "reason": "当事人要求删除", "dry_run": True}]}
    )

    words: Annotated[Name, Field(min_length=2, examples=["34152219800101123X"])]
    reason: Reason
    dry_run: Annotated[bool, Strict(), Field(description="only say what would be erased")] = False


class ErasedFile(OutputShape):
    place: str = Field(examples=["register_import 3"])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])


class WordsErased(OutputShape):
    """The places where the words were."""

    entries: list[str] = Field(description="of the journal, erased whole", examples=[["checklist:1 entry 57"]])
    rows: list[str] = Field(description="the words were taken out of them", examples=[["status_update 7"]])
    files: list[ErasedFile] = Field(description="imports and evidence, erased whole")
    answers: int = Field(description="the responses stored for an Idempotency-Key")
    dry_run: bool


class EntryQuery(PageQuery):
    after_seq: Annotated[int, Field(alias="after", ge=0, le=MAX_NUMBER, description="entries after this seq")] = 0


def entry_public(entry: Any, envelope: dict[str, Any]) -> EntryPublic:
    members = {name: envelope[name] for name in ("prev_hash", "at", "who", "verb", "subject", "payload_hash")}
    return EntryPublic(
        seq=entry.seq, hash=entry.hash, envelope=entry.envelope, salt=entry.salt, payload=entry.payload, **members
    )
