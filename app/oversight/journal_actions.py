"""The actions that erase personal data from the journal and its rows (个人信息保护法 art. 47)."""

import json
from datetime import datetime
from operator import attrgetter

from sqlmodel import Session

from app.access.actors import Actor
from app.access.idempotency import forget
from app.errors import InvalidRequest, NotFound
from app.journal.erasing import as_json, erase, erase_words
from app.journal.models import JournalEntry
from app.journal.recorder import StreamRef, lock, opened
from app.languages.messages import say
from app.oversight.erasing import Erasing, entries_of, entries_with, texts_of, whole_rows
from app.oversight.journal_queries import get_stream, visible_streams
from app.oversight.schemas import EntryPublic, WordsErased, WordsToErase, entry_public
from app.storage import Storage

MOST_ENTRIES = 500  # of one request: words in more entries are not those of a person


def redact(
    session: Session, name: str, seq: int, reason: str, storage: Storage, *, by: Actor, at: datetime
) -> EntryPublic:
    """Erase an entry's payload, and what people wrote in the rows that it records, with the files of evidence and the
    responses stored for an Idempotency-Key. The envelope stays, so the chain is still valid; a `payload.redacted` entry
    says who erased it and why, and contains the rows in their new state. Erasing it again changes nothing.

    Raises:
        NotFound: the stream or entry does not exist, or is not in the actor's scope.
        InvalidRequest: it records the texts of several tasks; use `redact_words` instead.
    """
    stream = get_stream(session, by, name)
    reference = StreamRef(stream.name, stream.jurisdiction_code)
    entry = session.get(JournalEntry, (name, seq))
    if entry is None:
        raise NotFound(say("the stream {stream} has no entry {seq}", stream=name, seq=seq))
    if entry.payload is not None:
        forget(session.connection(), map(as_json, texts_of(session, json.loads(entry.payload))))
    moment = lock(session, at, reference)
    session.refresh(entry, with_for_update=True)
    if entry.payload is not None:
        erasing = Erasing(session, erase, reason, by=by, at=moment)
        erasing.all_of(reference, [entry])
        erasing.forget_files(storage)
    return entry_public(entry, opened(entry))


def redact_words(session: Session, wanted: WordsToErase, storage: Storage, *, by: Actor, at: datetime) -> WordsErased:
    """Erase words everywhere in the actor's scope: the payloads of entries, the words themselves in today's
    rows, imports whole, and the responses stored for an Idempotency-Key.

    Raises:
        InvalidRequest: the reason repeats them, or too many entries contain them.
    """
    words = wanted.words
    if words in wanted.reason:
        raise InvalidRequest(fields=[("body.reason", say("repeats what is to be erased; give a reason without it"))])
    streams = [StreamRef(one.name, one.jurisdiction_code) for one in session.exec(visible_streams(by)).all()]
    counts = {stream: len(entries_with(session, stream, words, MOST_ENTRIES + 1)) for stream in streams}
    if sum(counts.values()) > MOST_ENTRIES:
        detail = say("is in more than {most} entries of the journal; give longer words", most=MOST_ENTRIES)
        raise InvalidRequest(fields=[("body.words", detail)])
    answers = forget(session.connection(), [as_json(words)[1:-1]])
    whole = [row for row in whole_rows(session, words) if by.covers(row.stream.jurisdiction_code)]
    found = sorted({*(stream for stream in streams if counts[stream]), *(row.stream for row in whole)})
    moment = lock(session, at, *found)
    erasing = Erasing(session, lambda row: erase_words(row, words), wanted.reason, by=by, at=moment)
    for stream in found:
        entries = entries_with(session, stream, words)  # again: the stream is locked now
        if rows := [row for row in whole if row.stream == stream]:
            entries += [entry for entry in entries_of(session, stream, rows) if entry not in entries]
        if entries:
            erasing.all_of(stream, sorted(entries, key=attrgetter("seq")))
    erased = WordsErased(
        entries=erasing.entries, rows=erasing.rows, files=erasing.files, answers=answers, dry_run=wanted.dry_run
    )
    if wanted.dry_run:
        session.rollback()
    else:
        erasing.forget_files(storage)
    return erased
