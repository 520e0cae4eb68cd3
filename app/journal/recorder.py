"""The recorder of the journal: it writes entries in the transaction of the change itself.

The chain covers the envelope. It contains SHA-256(salt ‖ payload) and not the payload, so that personal data can be
erased from the payload (个人信息保护法 art. 47) without breaking the chain.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Dialect, select
from sqlmodel import Session, col

from app.clock import DatedAhead, by_clock
from app.database.bulk import insert_all
from app.database.engine import insert_unless_there
from app.database.prepared import Prepared, PreparedTable, value
from app.database.waiting import require_client
from app.journal.before import Before, digests_before, text_of, watch
from app.journal.models import GENESIS, JournalEntry, JournalStream
from app.journal.rows import REDACTED, Journaled, canonical, digest, image, name_of, plain

ADOPTED = "import.adopted"  # the entry that adds an older version's row to the journal
UNLINKED = "images_before.redacted"  # the same for the digests beside the next entry


class StreamRef(NamedTuple):
    """A stream's name, such as `checklist:12`, and the jurisdiction whose officers may read it."""

    name: str
    jurisdiction_code: str


class Streams:
    """The streams in one kind of database, read and written without a session."""

    def __init__(self, dialect: Dialect) -> None:
        self.heads = PreparedTable(JournalStream, dialect)
        self._entries = PreparedTable(JournalEntry, dialect)
        locked = select(*self.heads.columns).where(col(JournalStream.name) == value("name")).with_for_update()
        self._lock = Prepared(locked, dialect)

    def lock(self, connection: Connection, name: str) -> JournalStream | None:
        """A stream's current head, locked until the transaction ends; None if the stream does not exist yet."""
        rows = self._lock.run(connection, name=name)
        return self.heads.next(iter(rows[0])) if rows else None

    def append(self, connection: Connection, head: JournalStream, change: "Change", *, by: str, at: datetime) -> None:
        """Chain one entry to a locked head, and move the head."""
        before = self.heads.values(head)
        self._entries.insert(connection, self._entries.make(**chain(head, change, by=by, at=at)))
        self.heads.update(connection, head, before)


@lru_cache(8)
def streams_of(dialect: Dialect) -> Streams:
    return Streams(dialect)


def lock(session: Session, at: datetime, *streams: StreamRef) -> datetime:
    """Lock the heads of streams, in the order of their names, until the transaction ends.

    Every change locks its streams before it reads what it will change. Lock order everywhere: heads by name, rows by
    id.

    Returns:
        The moment of the change: `at`, or the latest head's moment if a clock went back: in a stream it never falls.
    """
    watch(session)
    connection, moments = session.connection(), [at]
    prepared = streams_of(connection.dialect)
    for stream in sorted(streams):
        head = prepared.lock(connection, stream.name)
        if head is None:
            _create(connection, stream)
            head = prepared.lock(connection, stream.name)
        if head is not None:
            moments.append(moment_in(head, at))
    return max(moments)


def moment_in(head: JournalStream, at: datetime) -> datetime:
    """The moment of a change that begins at `at`, in a stream whose head is locked. It is the last entry's moment if a
    clock went back.

    Raises:
        ClientGone: the client disconnected while the change waited for the lock.
    """
    require_client()
    return at if head.head_at is None or head.head_at <= at else DatedAhead.of(head.head_at, at)


class Change(NamedTuple):
    """The content of one entry: see `record`. `before` has the digests of its rows before, if they may be compared."""

    verb: str
    subject: str
    rows: Sequence[Journaled]
    facts: dict[str, Any] | None = None
    before: Before | None = None


def record(
    session: Session,
    stream: StreamRef,
    *,
    by: str,
    verb: str,
    subject: str,
    at: datetime,
    rows: Sequence[Journaled] = (),
    facts: dict[str, Any] | None = None,
) -> None:
    """Append one entry to a stream that this transaction has locked.

    Args:
        by: who did it, `key:7` or `cli`: never a person's name, since the envelope cannot be erased.
        verb: what happened, in the past tense: `update.posted`.
        subject: what it happened to: `obligation:539`.
        at: the moment that `lock` returned.
        rows: every row that was made or changed, in its new state.
        facts: what the rows do not say, such as a reason.
    """
    record_all(session, stream, [Change(verb, subject, rows, facts)], by=by, at=at)


def record_all(session: Session, stream: StreamRef, changes: Iterable[Change], *, by: str, at: datetime) -> None:
    """Append an entry for each change to a stream that this transaction has locked, all by one statement.

    Raises:
        LookupError: the stream does not exist: nobody locked it.
    """
    session.flush()  # ids and defaults belong to the image
    connection = session.connection()
    streams = streams_of(connection.dialect)
    head = streams.lock(connection, stream.name)
    if head is None:
        raise LookupError(stream.name)
    before = streams.heads.values(head)
    whole = (change._replace(before=_before(session, change)) for change in changes)
    insert_all(session, [JournalEntry.model_construct(**chain(head, change, by=by, at=at)) for change in whole])
    streams.heads.update(connection, head, before)


def _before(session: Session, change: Change) -> Before | None:
    """The digests of its rows before. A redaction has none: nothing may confirm what was erased."""
    before = digests_before(session, change.verb, change.rows)
    return before if change.rows and change.verb not in (REDACTED, ADOPTED) else None


def payload_of(rows: Sequence[Journaled], facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """The payload of a change: every row in its new state, and facts that the rows do not have."""
    images: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        images.setdefault(name_of(row), []).append(image(row))
    return {"facts": facts or {}, "rows": images}


def chain(head: JournalStream, change: Change, *, by: str, at: datetime) -> dict[str, Any]:
    """The columns of a stream's next entry; the head moves to it. The caller writes both."""
    text, salt, seq = canonical(payload_of(change.rows, change.facts)), secrets.token_hex(16), head.head_seq + 1
    images_before = None if change.before is None else text_of(change.before)
    envelope = canonical(
        {
            "prev_hash": head.head_hash,
            "stream": head.name,
            "jurisdiction": head.jurisdiction_code,
            "seq": seq,
            "at": plain(at),
            **({"clock": plain(by_clock(at))} if isinstance(at, DatedAhead) else {}),
            "who": by,
            "verb": change.verb,
            "subject": change.subject,
            "payload_hash": digest(salt + text),
            **({} if images_before is None else {"images_before_hash": digest(images_before)}),
        }
    )
    head.head_seq, head.head_hash, head.head_at = seq, digest(envelope), at
    return {
        "stream": head.name,
        "seq": seq,
        "envelope": envelope,
        "hash": head.head_hash,
        "salt": salt,
        "payload": text,
        "images_before": images_before,
    }


def _create(connection: Connection, stream: StreamRef) -> None:
    """Create a stream's row, unless another transaction just did."""
    values = {"name": stream.name, "jurisdiction_code": stream.jurisdiction_code, "head_seq": 0, "head_hash": GENESIS}
    insert_unless_there(connection, JournalStream, values)


def opened(entry: JournalEntry) -> dict[str, Any]:
    """The envelope's members."""
    content: dict[str, Any] = orjson.loads(entry.envelope)
    return content
