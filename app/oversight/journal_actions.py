"""Erasing personal data from the journal and from what it records, on the record (个人信息保护法 art. 47)."""

import json
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.access.actors import Actor
from app.errors import NotFound
from app.journal.models import JournalEntry
from app.journal.recorder import StreamRef, lock, opened, record
from app.journal.rows import Journaled, journaled_tables, table_of
from app.journal.verification import REDACTED
from app.languages.messages import say
from app.oversight.journal_queries import get_stream
from app.oversight.schemas import EntryPublic, entry_public
from app.storage import Storage
from app.units.models import UnitContact
from app.updates.evidence_actions import forget_file, hold_files
from app.updates.finding_models import Finding, FindingAnswer
from app.updates.models import Evidence, Extension, Review, StatusUpdate

ERASED = "[redacted]"


def redact(
    session: Session, name: str, seq: int, reason: str, storage: Storage, *, by: Actor, at: datetime
) -> EntryPublic:
    """Erase an entry's payload, and what people wrote in the updates and extensions that it records, with the files of
    evidence and the contacts that it names. The envelope stays, so the chain still holds; a `payload.redacted` entry
    says who erased it and why, and keeps the rows as they are now. Erasing it again changes nothing.

    Raises:
        NotFound: no such stream in the actor's scope, or no such entry in it.
    """
    stream = get_stream(session, by, name)
    reference = StreamRef(stream.name, stream.jurisdiction_code)
    moment = lock(session, at, reference)
    entry = session.get(JournalEntry, (name, seq), with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound(say("the stream {stream} has no entry {seq}", stream=name, seq=seq))
    if entry.payload is not None:
        rows = _rows_of(session, json.loads(entry.payload))
        files = {row.sha256 for row in rows if isinstance(row, Evidence) and row.sha256}
        if files:
            hold_files(session)
        for row in rows:
            if isinstance(row, StatusUpdate):
                row.narrative, row.next_steps, row.reported_by, row.approved_by = ERASED, "", "", ""
            if isinstance(row, Evidence):
                row.url, row.title = "https://redacted.invalid/", ""
                row.file_name = row.media_type = row.size = row.sha256 = None
            if isinstance(row, UnitContact):
                row.name, row.position, row.phone = ERASED, "", ""
            if isinstance(row, Extension):
                row.reason, row.decision_reason = ERASED, row.decision_reason and ERASED
            if isinstance(row, Review):
                row.reason = row.reason and ERASED
            if isinstance(row, Finding):
                row.narrative, row.conclusion = ERASED, row.conclusion and ERASED
            if isinstance(row, FindingAnswer):
                row.narrative = ERASED
        entry.payload = entry.salt = None
        facts = {"seq": seq, "reason": reason}
        subject = f"entry:{seq}"
        record(session, reference, by=by.who, verb=REDACTED, subject=subject, at=moment, rows=rows, facts=facts)
        for sha256 in files:  # last, and before the commit: were that to fail, erasing again does no harm
            forget_file(session, storage, sha256)
    return entry_public(entry, opened(entry))


def _rows_of(session: Session, payload: dict[str, Any]) -> list[Journaled]:
    """The rows of which a payload holds images, as they are now."""
    models = {table_of(model).name: model for model in journaled_tables()}
    found: list[Journaled] = []
    for table, images in payload["rows"].items():
        for one in images:
            row = session.get(models[table], one["id"] if "id" in one else one["code"])
            if row is not None:
                found.append(row)
    return found
