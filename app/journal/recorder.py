"""Writing the journal: in the transaction of the change itself, one entry after another.

The envelope is what is chained. It holds SHA-256(salt ‖ payload) and not the payload, so that personal data can be
erased from the payload (个人信息保护法 art. 47) while the chain still holds.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from app.database.engine import insert_unless_there
from app.journal.models import GENESIS, JournalEntry, JournalStream
from app.journal.rows import Journaled, canonical, digest, image, table_of


class StreamRef(NamedTuple):
    """A stream's name, such as `checklist:12`, and the jurisdiction whose officers may read it."""

    name: str
    jurisdiction_code: str


def lock(session: Session, at: datetime, *streams: StreamRef) -> datetime:
    """Take the heads of streams, in the order of their names, until the transaction ends.

    Every change takes its streams before it reads what it will change. Lock order everywhere: heads by name, rows by
    id.

    Returns:
        The moment of the change: `at`, or the latest head's moment if a clock went back: in a stream it never falls.
    """
    moments = [at]
    for stream in sorted(streams):
        head = _take(session, stream.name)
        if head is None:
            _create(session, stream)
            head = _take(session, stream.name)
        if head is not None:
            moments.append(moment_in(head, at))
    return max(moments)


def moment_in(head: JournalStream, at: datetime) -> datetime:
    """The moment of a change in a stream that begins at `at`: where a clock went back, the last entry's."""
    return at if head.head_at is None else max(at, head.head_at)


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
) -> JournalEntry:
    """Append one entry to a stream that this transaction has locked.

    Args:
        by: who did it, `key:7` or `cli`: never a person's name, since the envelope cannot be erased.
        verb: what happened, in the past tense: `update.posted`.
        subject: what it happened to: `obligation:539`.
        at: the moment that `lock` answered.
        rows: every row that was made or changed, in its new state.
        facts: what the rows do not say, such as a reason.
    """
    session.flush()  # ids and defaults belong to the image
    payload = payload_of(rows, facts)
    return append(session, stream.name, by=by, verb=verb, subject=subject, at=at, payload=payload)


def payload_of(rows: Sequence[Journaled], facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """What an entry says of a change: every row as it is now, and what the rows do not say."""
    images: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        images.setdefault(table_of(type(row)).name, []).append(image(row))
    return {"facts": facts or {}, "rows": images}


def append(
    session: Session, stream: str, *, by: str, verb: str, subject: str, at: datetime, payload: dict[str, Any]
) -> JournalEntry:
    """Chain one entry to the head of a locked stream and move the head."""
    head = session.get_one(JournalStream, stream)
    entry = chain(head, by=by, verb=verb, subject=subject, at=at, payload=payload)
    session.add(entry)
    session.flush()
    return entry


def chain(
    head: JournalStream,
    *,
    by: str,
    verb: str,
    subject: str,
    at: datetime,
    payload: dict[str, Any],
    make: Callable[..., JournalEntry] = JournalEntry,
) -> JournalEntry:
    """The next entry of a stream, to which its head is moved. Whoever asks writes both, and may make the row in a way
    of its own."""
    text, salt = canonical(payload), secrets.token_hex(16)
    envelope = canonical(
        {
            "prev_hash": head.head_hash,
            "stream": head.name,
            "jurisdiction": head.jurisdiction_code,
            "seq": head.head_seq + 1,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "who": by,
            "verb": verb,
            "subject": subject,
            "payload_hash": digest(salt + text),
        }
    )
    entry = make(
        stream=head.name, seq=head.head_seq + 1, envelope=envelope, hash=digest(envelope), salt=salt, payload=text
    )
    head.head_seq, head.head_hash, head.head_at = entry.seq, entry.hash, at
    return entry


def _take(session: Session, name: str) -> JournalStream | None:
    query = select(JournalStream).where(col(JournalStream.name) == name).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def _create(session: Session, stream: StreamRef) -> None:
    """Make a stream's row, unless another transaction just did."""
    values = {"name": stream.name, "jurisdiction_code": stream.jurisdiction_code, "head_seq": 0, "head_hash": GENESIS}
    insert_unless_there(session, JournalStream, values)


def opened(entry: JournalEntry) -> dict[str, Any]:
    """The envelope's members."""
    content: dict[str, Any] = json.loads(entry.envelope)
    return content
