"""One redaction: it finds personal data in the journal, in rows and files, and erases it."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import InvalidRequest
from app.journal.erasing import ErasedWhole, contains, contains_in, written
from app.journal.models import JournalEntry
from app.journal.recorder import UNLINKED, StreamRef, record
from app.journal.rows import (
    REDACTED,
    Journaled,
    RowKey,
    canonical,
    digest,
    digest_of,
    image,
    journaled_tables,
    key_of,
    table_of,
)
from app.languages.messages import say
from app.oversight.schemas import ErasedFile
from app.storage import Storage
from app.updates.evidence_actions import forget_file, lock_files
from app.updates.models import Evidence

AT_ONCE = 500  # rows of one statement, or of one piece of its answer


class Erasing:
    """One redaction. The caller has locked the streams."""

    def __init__(
        self, session: Session, erase_row: Callable[[Journaled], None], reason: str, *, by: Actor, at: datetime
    ) -> None:
        self.session, self.erase_row, self.reason, self.by, self.at = session, erase_row, reason, by, at
        self.entries: list[str] = []
        self.rows: list[str] = []
        self.files: list[ErasedFile] = []
        self._evidence: set[str] = set()
        self._disagreed: set[RowKey] = set()

    def all_of(self, stream: StreamRef, entries: Sequence[JournalEntry]) -> None:
        """Erase entries of a stream and their rows, and every digest that would confirm a guess of the content."""
        following = self._following(stream, entries)
        for entry in entries:
            self._entry(stream, entry)
        for entry in following:
            entry.images_before = None
            self._record(stream, UNLINKED, f"entry:{entry.seq}", [], seq=entry.seq)

    def _following(self, stream: StreamRef, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
        """The entries that contain a digest of an erased one. It records rows that disagree with their last image, or
        are gone: verification cannot compare them with an image that is erased."""
        erased = {entry.seq for entry in entries}
        last: dict[RowKey, tuple[int, str]] = {}  # the entry with the last image of a row, and its digest
        following: list[JournalEntry] = []
        whose = col(JournalEntry.stream) == stream.name, col(JournalEntry.seq) >= min(erased)
        later = select(JournalEntry).where(*whose).order_by(col(JournalEntry.seq))
        for entry in self.session.exec(later.execution_options(yield_per=AT_ONCE)):
            found = {key_of(table_of(model).name, one): one for model, one in _images(_content(entry))}
            wanted = found if entry.seq in erased else found.keys() & last.keys()
            if entry.seq not in erased and any(last[key][0] in erased for key in wanted) and entry.images_before:
                following.append(entry)
            last |= {key: (entry.seq, digest(canonical(found[key]))) for key in wanted}
        rows = [row for entry in entries for row in _rows_of(self.session, _content(entry))]
        places = {key_of(table_of(type(row)).name, vars(row)): digest_of(type(row), vars(row)) for row in rows}
        gone = {key for key, (seq, _) in last.items() if seq in erased and key not in places}
        self._disagreed = gone | {key for key, now in places.items() if last[key][1] != now}
        return following

    def _entry(self, stream: StreamRef, entry: JournalEntry) -> None:
        rows = [*_rows_of(self.session, _content(entry))]
        whole = [self._whole(row) for row in rows if isinstance(row, ErasedWhole) and row.redacted_at is None]
        if any(isinstance(row, Evidence) and row.sha256 for row in rows):
            lock_files(self.session)
        for row in rows:
            if not isinstance(row, ErasedWhole):
                self._row(row)
        entry.payload = entry.salt = entry.images_before = None
        self.entries.append(f"{stream.name} entry {entry.seq}")
        changed = {"disagreed": sorted(map(str, self._disagreed))} if self._disagreed else {}
        self._disagreed = set()  # one entry says it
        self._record(stream, REDACTED, f"entry:{entry.seq}", rows, seq=entry.seq, **changed)
        for one in whole:
            self._record(stream, "file.redacted", one.place.replace(" ", ":"), [], sha256=one.sha256)

    def _whole(self, row: Any) -> ErasedFile:
        """Erase a row whole; only its hash stays."""
        self.files.append(erased := ErasedFile(place=_place(row), sha256=row.erase(self.at)))
        return erased

    def forget_files(self, storage: Storage) -> None:
        """Erase the stored files: last, before the commit. If that fails, erasing again does no harm."""
        for sha256 in self._evidence:
            forget_file(self.session, storage, sha256)

    def _row(self, row: Journaled) -> None:
        before, sha256 = image(row), getattr(row, "sha256", None)
        self.erase_row(row)
        if image(row) != before:
            self.rows.append(_place(row))
        if sha256 and not getattr(row, "sha256", None):
            self._evidence.add(sha256)
            self.files.append(ErasedFile(place=_place(row), sha256=sha256))

    def _record(self, stream: StreamRef, verb: str, subject: str, rows: Sequence[Journaled], **facts: Any) -> None:
        facts |= {"reason": self.reason}
        by = self.by.who
        record(self.session, stream, by=by, verb=verb, subject=subject, at=self.at, rows=rows, facts=facts)


def entries_with(session: Session, stream: StreamRef, words: str, most: int | None = None) -> list[JournalEntry]:
    """The entries of a stream that contain certain words, in their current state.

    Args:
        most: the limit, if only their number is needed.
    """
    payload = col(JournalEntry.payload)
    found = select(JournalEntry).where(col(JournalEntry.stream) == stream.name, contains_in(payload, words))
    found = found.order_by(col(JournalEntry.seq)).limit(most).execution_options(populate_existing=True)
    return [entry for entry in session.exec(found) if _says(_content(entry), words)]


def entries_of(session: Session, stream: StreamRef, rows: Sequence[Any]) -> list[JournalEntry]:
    """The entries of a stream that record certain rows, in their current state."""
    subjects = or_(*(col(JournalEntry.envelope).contains(f'"subject":"{row.subject}"') for row in rows))
    found = select(JournalEntry).where(col(JournalEntry.stream) == stream.name, col(JournalEntry.payload).is_not(None))
    return [*session.exec(found.where(subjects).execution_options(populate_existing=True))]


def texts_of(session: Session, payload: dict[str, Any]) -> set[str]:
    """The texts of people in an entry and in the current state of its rows.

    Raises:
        InvalidRequest: that of several tasks.
    """
    rows = [*_rows_of(session, payload)]
    tasks = [row for row in rows if row.personal and hasattr(row, "revision")]
    if len(tasks) > 1:
        raise InvalidRequest(
            fields=[
                (
                    "path.seq",
                    say(
                        "records the texts of {count} tasks; give the words to be erased to PUT /redaction",
                        count=len(tasks),
                    ),
                )
            ]
        )
    said = [*_images(payload), *((type(row), image(row)) for row in rows)]
    texts = [one.get(name) for model, one in said for name in model.personal if one.get(name) not in model.ours]
    return {text for text in [*texts, *payload["facts"].values()] if isinstance(text, str) and text}


def whole_rows(session: Session, words: str) -> Iterator[Any]:
    """The rows of the tables beside the journal that contain certain words, locked."""
    for model in ErasedWhole.__subclasses__():
        containing = or_(*(contains_in(getattr(model, name), words) for name in sorted(model.personal)))
        rows = select(model).where(containing).order_by(*table_of(model).primary_key.columns).with_for_update()
        for row in session.exec(rows.execution_options(populate_existing=True)).all():
            if contains([getattr(row, name) for name in model.personal], words):
                yield row


def _content(entry: JournalEntry) -> dict[str, Any]:
    """An entry's payload; empty if it was erased."""
    content: dict[str, Any] = json.loads(entry.payload or '{"facts":{},"rows":{}}')
    return content


def _models() -> dict[str, type[Journaled]]:
    return {table_of(model).name: model for model in journaled_tables()}


def _images(payload: dict[str, Any]) -> Iterator[tuple[type[Journaled], dict[str, Any]]]:
    models = _models()
    return ((models[table], one) for table, images in payload["rows"].items() for one in images)


def _says(payload: dict[str, Any], words: str) -> bool:
    texts = (written(model, one) for model, one in _images(payload))
    return contains(payload["facts"], words) or any(contains(one, words) for one in texts)


def _place(row: Any) -> str:
    """A row as verification names it: `status_update 7`."""
    table = table_of(type(row))
    return f"{table.name} {getattr(row, table.primary_key.columns[0].name)}"


def _rows_of(session: Session, payload: dict[str, Any]) -> Iterator[Journaled]:
    """The current rows of a payload's images."""
    models = _models()
    for table, images in payload["rows"].items():
        key = table_of(models[table]).primary_key.columns[0]
        for start in range(0, len(images), AT_ONCE):
            some = [one[key.name] for one in images[start : start + AT_ONCE]]
            rows = select(models[table]).where(key.in_(some)).order_by(key)
            yield from session.exec(rows.execution_options(populate_existing=True))
