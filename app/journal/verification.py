"""The verification of all chains, and of every row against its last image in the journal."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, func, select
from sqlmodel import Session

from app.journal.models import GENESIS, JournalEntry, JournalStream
from app.journal.rows import Journaled, digest, digest_of, journaled_tables, key_of, plain, table_of
from app.journal.stored import UNREADABLE, as_stored, rows_of
from app.journal.walking import Fault, Head, Walk

AT_ONCE = 500  # rows of one statement
ENTRIES_AT_ONCE = 50  # an imported task has hundreds of rows in one entry


class Report(NamedTuple):
    """The result of a verification. `faults` is empty if all is right; `heads` should be stored elsewhere."""

    entries: int
    rows: int
    redacted: list[str]
    heads: dict[str, Head]
    faults: list[Fault]

    @property
    def saw_nothing(self) -> bool:
        return not self.heads and not self.faults


def verify(
    session: Session, known_heads: Mapping[str, str] | None = None, since: Mapping[str, Head] | None = None
) -> Report:
    """Walk all streams, then compare every journaled row with its last image. The report has at most one fault of a
    stream's chain (the first), and all faults of its rows.

    Args:
        known_heads: stream → hash of an entry that was seen earlier. If no entry has it now, a tail was cut.
        since: heads that are trusted, with all that led to them. Streams are walked from there, and only rows that
            changed since are compared with their images.
    """
    report = Report(0, 0, [], {}, [])
    wanted, trusted = dict(known_heads or {}), dict(since or {})
    walks: dict[str, Walk] = {}
    for stream in rows_of(session, as_stored(table_of(JournalStream)).order_by(table_of(JournalStream).c.name)):
        kind = stream.name.partition(":")[0]
        walk = Walk(stream.name, trusted.pop(stream.name, Head(0, "")), walks.get(kind))
        if wanted.get(stream.name) == GENESIS:  # with which every chain begins
            del wanted[stream.name]
        for entry in _entries(session, walk):
            walk.step(entry)
            if wanted.get(stream.name) == entry.hash:
                del wanted[stream.name]
        walk.finish(stream)
        if stream.name == kind:  # rows may have moved from it into streams that were divided from it
            walks[kind] = walk
        else:
            report.faults.extend(_compare_all(session, walk))
        report = report._replace(entries=report.entries + walk.seq - walk.since.seq, rows=report.rows + walk.rows)
        report.faults.extend([*walk.breaks, *walk.faults])
        report.redacted.extend(walk.redacted)
        report.heads[stream.name] = Head(stream.head_seq, stream.head_hash)
    for walk in walks.values():
        report.faults.extend(_compare_all(session, walk))
    if not since:
        report.faults.extend(_rows_without_stream(session, set(report.heads)))
    report.faults.extend(_entries_without_stream(session))
    for name, wanted_hash in wanted.items():
        report.faults.append(Fault(name, f"no entry has the hash {wanted_hash}: its tail was cut or rewritten"))
    for name, head in trusted.items():
        report.faults.append(Fault(name, f"the stream is gone; it had {head.seq} entries"))
    return report


def _said(moments: Mapping[str, Any]) -> dict[str, Any]:
    """The moments that are not null."""
    return {name: moment for name, moment in moments.items() if moment is not None}


def _entries(session: Session, walk: Walk) -> Iterator[Any]:
    entry = table_of(JournalEntry)
    query = as_stored(entry).where(entry.c.stream == walk.stream, entry.c.seq >= walk.since.seq)
    return rows_of(session, query.order_by(entry.c.seq), ENTRIES_AT_ONCE)


def _compare_all(session: Session, walk: Walk) -> Iterator[Fault]:
    for model in journaled_tables():
        if not walk.faults:  # after a break the last images are not known
            yield from _compare(session, model, walk)
    walk.images.close()


def _compare(session: Session, model: type[Journaled], walk: Walk) -> Iterator[Fault]:
    """Compare the rows of one table in one stream with their last images."""
    stream, table = walk.stream, table_of(model)
    if stream.partition(":")[0] != model.journal_kind:
        return
    is_whole = not walk.redacted and not walk.since.seq  # or the first entry of a row may not have been seen
    for cells in _rows(session, model, walk):
        row = dict(cells._mapping)
        which = key_of(table.name, row)
        recorded = walk.images.pop(which)
        for name in [name for name, value in row.items() if value is UNREADABLE]:
            yield Fault(str(which), f"its {name} is not a value of its column")
        if recorded is None:
            yield Fault(str(which), f"the row is not in its journal {stream}")
        elif digest(recorded.text) != digest_of(model, row):
            yield Fault(str(which), f"the row disagrees with its journal {stream}")
        elif is_whole and _said({name: plain(row[name]) for name in model.journal_moments}) != _said(recorded.moments):
            yield Fault(str(which), f"the row says that it was recorded at another moment than its journal {stream}")
    for identity in sorted(walk.images.ids(table.name), key=str):
        yield Fault(f"{table.name} {identity}", f"the row that the journal {stream} has is missing")


def _rows(session: Session, model: type[Journaled], walk: Walk) -> Iterator[Any]:
    """The rows that belong to a stream; if only a part is walked, those that have an image there."""
    table = table_of(model)
    if walk.since.seq:
        (key,) = table.primary_key.columns
        changed = [*walk.images.ids(table.name)]
        for start in range(0, len(changed), AT_ONCE):
            yield from rows_of(session, as_stored(table).where(key.in_(changed[start : start + AT_ONCE])))
        return
    query = as_stored(table)
    if model.journal_key:
        column = table.c[model.journal_key]
        query = query.where(column == _typed(column, walk.stream.partition(":")[2]))
    yield from rows_of(session, query, 10 if model.journal_digests else AT_ONCE)  # what has a digest may be large


def _typed(column: Column[Any], key: str) -> int | str:
    return int(key) if isinstance(column.type, Integer) else key


def _rows_without_stream(session: Session, streams: set[str]) -> Iterator[Fault]:
    for model in journaled_tables():
        table = table_of(model)
        if model.journal_key is None:
            count = session.execute(select(func.count()).select_from(table)).scalar_one()
            if count and model.journal_kind not in streams:
                yield Fault(table.name, f"{count} row(s) whose journal {model.journal_kind} does not exist")
            continue
        for (key,) in session.execute(select(table.c[model.journal_key]).distinct()):
            stream = f"{model.journal_kind}:{key}" if key != "" else model.journal_kind
            if stream not in streams:
                yield Fault(table.name, f"row(s) whose journal {stream} does not exist")


def _entries_without_stream(session: Session) -> Iterator[Fault]:
    """Only possible if somebody switched the foreign key off."""
    entry, stream = table_of(JournalEntry), table_of(JournalStream)
    query = select(entry.c.stream).distinct().where(entry.c.stream.not_in(select(stream.c.name)))
    for (name,) in session.execute(query):
        yield Fault(name, "entries without their stream's head")
