"""Entries dated after the clock: a change made while a clock was ahead dates all later ones of its stream."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select
from sqlmodel import Session, col

from app.clock import shown
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import StreamRef, lock, record

LIMIT = timedelta(minutes=5)  # by which clocks may differ
ACCEPTED = "clock.accepted"


class Ahead(NamedTuple):
    """A stream whose last entry is dated after the clock."""

    stream: StreamRef
    head_at: datetime


def streams_ahead(connection: Connection, at: datetime) -> list[Ahead]:
    """Streams dated ahead by more than clocks may differ, for which nobody has recorded that the clock is right
    (`accept`)."""
    columns: Any = (JournalStream.name, JournalStream.jurisdiction_code, JournalStream.head_at)
    query = select(*columns).where(col(JournalStream.head_at) > at + LIMIT).order_by(col(JournalStream.name))
    found = [Ahead(StreamRef(name, code), head_at) for name, code, head_at in connection.execute(query)]
    return [one for one in found if not _is_accepted(connection, one)]


def accept(session: Session, *, by: str, at: datetime) -> list[Ahead]:
    """Record that the clock is right and the streams are dated ahead. Their later entries get the stream's last moment
    until the clock has passed it; days come from the clock."""
    found = streams_ahead(session.connection(), at)
    for one in found:
        moment = lock(session, at, one.stream)
        record(session, one.stream, by=by, verb=ACCEPTED, subject="clock", at=moment, facts={"clock": at.isoformat()})
    return found


def named(session: Session, at: datetime) -> Iterator[str]:
    """The messages of `duban verify` about entries dated ahead: each that still lies in the future, and each accepted
    range, for good."""
    for stream in session.execute(select(col(JournalStream.name)).order_by(col(JournalStream.name))).scalars():
        for seq, moment in reversed([*_later_than(session, stream, at)]):
            yield f"{stream} entry {seq} is dated {shown(moment)}, which lies in the future"
        for entry in _acceptances(session.connection(), stream):
            facts = orjson.loads(entry.payload or "{}").get("facts", {})
            if "clock" in facts:
                clock = datetime.fromisoformat(facts["clock"])
                ahead = [seq for seq, _ in _later_than(session, stream, clock, before=entry.seq)]
                yield f"{stream} entries {min(ahead)} to {max(ahead)} are dated after {shown(clock)}: accepted then"


def _is_accepted(connection: Connection, ahead: Ahead) -> bool:
    return any(_moment(entry) >= ahead.head_at for entry in _acceptances(connection, ahead.stream.name))


def _acceptances(connection: Connection, stream: str) -> list[Any]:
    columns: Any = (JournalEntry.seq, JournalEntry.envelope, JournalEntry.payload)
    verb = col(JournalEntry.envelope).contains(f'"verb":"{ACCEPTED}"')
    query = select(*columns).where(col(JournalEntry.stream) == stream, verb).order_by(col(JournalEntry.seq))
    return [*connection.execute(query)]


def _later_than(
    session: Session, stream: str, at: datetime, before: int | None = None
) -> Iterator[tuple[int, datetime]]:
    """The entries of a stream that are dated after a moment, newest first: moments never fall."""
    columns: Any = (JournalEntry.seq, JournalEntry.envelope)
    query = select(*columns).where(col(JournalEntry.stream) == stream).order_by(col(JournalEntry.seq).desc())
    if before is not None:
        query = query.where(col(JournalEntry.seq) < before)
    with session.execute(query.execution_options(yield_per=100)) as entries:
        for entry in entries:
            if (moment := _moment(entry)) <= at:
                return
            yield entry.seq, moment


def _moment(entry: Any) -> datetime:
    return datetime.fromisoformat(orjson.loads(entry.envelope)["at"])
