"""The queries for the changes of journal entries: the old and new values of each row.

An entry has the new images of its rows. The old image of a row is in an earlier entry of the same stream, which is
about the row itself or about something that the row refers to: its task, its obligation, its checklist.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import opened
from app.journal.rows import RowKey, key_of
from app.journal.subjects import SubjectIn, moment_in_envelope
from app.oversight.change_schemas import JournalQuery, RowChange, SubjectEntry, ValueChange
from app.oversight.journal_queries import visible_streams
from app.paging import Page, PageQuery, after_key, count_rows

Image = Mapping[str, Any]
Item = TypeVar("Item")


class Recorded(NamedTuple):
    """The image of a row in an entry, and the one before; None if it was new, or if that one is lost."""

    key: RowKey
    image: Image
    before: Image | None
    is_new: bool

    def change(self) -> RowChange:
        return RowChange(table=self.key.table, id=self.key.identity, is_new=self.is_new, values=[*self.values()])

    def values(self) -> Iterator[ValueChange]:
        """The columns that differ. An image leaves out columns with the value from before the column existed."""
        before = self.before or {}
        for name in sorted({*self.image, *before}):
            old, new = before.get(name), self.image.get(name)
            if old != new:
                yield ValueChange(name=name, old=old, new=new)


def recorded(session: Session, entries: Sequence[JournalEntry]) -> list[list[Recorded] | None]:
    """The rows of entries, in their order; None for an entry whose payload was erased."""
    of_page = [row for entry in entries for row in images_of(entry)]
    subjects = {f"{key.table}:{key.identity}" for key, _ in of_page}
    subjects |= {subject for _, image in of_page for subject in _referred(image)}
    earlier = select(JournalEntry).where(
        SubjectIn(col(JournalEntry.envelope)).in_(subjects),
        col(JournalEntry.stream).in_({entry.stream for entry in entries}),
        col(JournalEntry.seq) < max((entry.seq for entry in entries), default=0),
    )
    chain = {(entry.stream, entry.seq): entry for entry in (*session.exec(earlier), *entries)}
    known: dict[tuple[str, RowKey], Image] = {}
    found: dict[tuple[str, int], list[Recorded] | None] = {}
    for key in sorted(chain):
        entry = chain[key]
        rows, existed = [*images_of(entry)], _existed(entry)
        found[key] = (
            None
            if entry.payload is None
            else [
                Recorded(key, image, known.get((entry.stream, key)), existed is not None and key not in existed)
                for key, image in rows
            ]
        )
        known |= {(entry.stream, key): image for key, image in rows}
    return [found[entry.stream, entry.seq] for entry in entries]


def images_of(entry: JournalEntry) -> Iterator[tuple[RowKey, Image]]:
    """The images of an entry's rows; none if its payload was erased."""
    if entry.payload is not None:
        for table, images in json.loads(entry.payload)["rows"].items():
            yield from ((key_of(table, image), image) for image in images)


def _existed(entry: JournalEntry) -> set[RowKey] | None:
    """The rows that existed before an entry; None if it does not say."""
    if entry.images_before is None:
        return None
    rows = json.loads(entry.images_before)["rows"]
    return {RowKey(table, int(one) if one.isdigit() else one) for table, some in rows.items() for one in some}


def _referred(image: Image) -> Iterable[str]:
    return (f"{name.removesuffix('_id')}:{value}" for name, value in image.items() if name.endswith("_id") and value)


def list_about(session: Session, actor: Actor, query: JournalQuery) -> Page[SubjectEntry]:
    """The entries about one subject over all streams that an actor reads, in the order of their moments.

    Raises:
        InvalidCursor.
    """
    envelope = col(JournalEntry.envelope)
    streams = visible_streams(actor).with_only_columns(col(JournalStream.name))
    rows = select(JournalEntry).where(SubjectIn(envelope) == query.subject, col(JournalEntry.stream).in_(streams))
    return public_page(session, query, rows, lambda some: _public(session, some))


def public_page(
    session: Session, query: PageQuery, rows: SelectOfScalar[JournalEntry], public: Callable[[Any], list[Item]]
) -> Page[Item]:
    """A page of entries of several streams, in the order of their moments."""
    total = query.total(partial(count_rows, session.connection(), rows))
    at = moment_in_envelope(col(JournalEntry.envelope))
    order = [at, col(JournalEntry.stream), col(JournalEntry.seq)]
    if after := query.after(str, str, int):
        rows = rows.where(after_key(order, after))
    found = session.exec(rows.order_by(*order).limit(query.limit + 1)).all()
    listed, cursor = found[: query.limit], None
    if len(found) > query.limit:
        cursor = query.cursor_at([moment_of(listed[-1]), listed[-1].stream, listed[-1].seq])
    return Page(items=public(listed), next_cursor=cursor, **total)


def moment_of(entry: JournalEntry) -> str:
    moment: str = opened(entry)["at"]
    return moment


def _public(session: Session, entries: Sequence[JournalEntry]) -> list[SubjectEntry]:
    return [
        SubjectEntry(
            **{name: opened(entry)[name] for name in ("stream", "seq", "at", "who", "verb", "subject")},
            hash=entry.hash,
            facts=None if entry.payload is None else json.loads(entry.payload)["facts"],
            changes=None if rows is None else [row.change() for row in rows],
        )
        for entry, rows in zip(entries, recorded(session, entries), strict=True)
    ]
