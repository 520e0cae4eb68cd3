"""The planning of notices and deliveries from the journal, in one transaction with the cursor."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, not_
from sqlmodel import Session, col, select

from app.access.models import ApiKeyUnit
from app.database.engine import insert_unless_there
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import opened
from app.notices.addressing import deliveries_of
from app.notices.models import Notice, ReceiverKind, StreamCursor
from app.notices.reminders.firing import Receiver
from app.notices.told import TOLD, row_name
from app.obligations.models import Obligation
from app.updates.releases.models import INSIDE

READER = "notices"
AT_ONCE = 500  # entries of a stream in one transaction


def behind(session: Session, reader: str, *which: Any) -> list[str]:
    """The streams with entries that a reader has not read, without those of keys.

    Args:
        which: conditions on JournalStream.
    """
    cursor = and_(col(StreamCursor.stream) == col(JournalStream.name), col(StreamCursor.reader) == reader)
    rows = select(JournalStream.name).join(StreamCursor, cursor, isouter=True)
    unread = (col(StreamCursor.seq).is_(None) & (col(JournalStream.head_seq) > 0)) | (
        col(StreamCursor.seq) < col(JournalStream.head_seq)
    )
    rows = rows.where(unread, not_(col(JournalStream.name).like("access%")), *which)
    return [*session.exec(rows.order_by(col(JournalStream.name)))]


def lock_cursor(session: Session, reader: str, stream: str) -> StreamCursor:
    """A reader's cursor in a stream, locked until the transaction ends, so that no entry is planned twice."""
    insert_unless_there(session.connection(), StreamCursor, {"reader": reader, "stream": stream, "seq": 0})
    row = select(StreamCursor).where(col(StreamCursor.reader) == reader, col(StreamCursor.stream) == stream)
    return session.exec(row.with_for_update().execution_options(populate_existing=True)).one()


def start_at_heads(session: Session, reader: str) -> None:
    """Let a new reader begin with what comes from now on."""
    for name, seq in session.execute(select(JournalStream.name, JournalStream.head_seq)):
        insert_unless_there(session.connection(), StreamCursor, {"reader": reader, "stream": name, "seq": seq})


def next_entries(session: Session, cursor: StreamCursor) -> Sequence[JournalEntry]:
    later = col(JournalEntry.stream) == cursor.stream, col(JournalEntry.seq) > cursor.seq
    return session.exec(select(JournalEntry).where(*later).order_by(col(JournalEntry.seq)).limit(AT_ONCE)).all()


def plan_stream(session: Session, stream: str, at: datetime) -> int:
    """Plan the notices of the next entries of a stream. Returns their number."""
    cursor = lock_cursor(session, READER, stream)
    made = 0
    for entry in next_entries(session, cursor):
        cursor.seq = entry.seq
        for notice in _notices(session, entry, at):
            session.add(notice)
            session.flush()
            deliveries_of(session, notice, at)
            made += 1
    return made


def _notices(session: Session, entry: JournalEntry, at: datetime) -> Iterator[Notice]:
    envelope = opened(entry)
    verb, told = envelope["verb"], TOLD.get(envelope["verb"])
    row = _row(entry, verb) if told is not None else None
    if told is None or row is None or (verb == "unit.assigned" and not row.get("named_under_id")):
        return
    obligation_id = row.get("obligation_id") or _number(envelope["subject"], "obligation")
    obligation = session.get(Obligation, obligation_id) if obligation_id else None
    unit_id = obligation.unit_id if obligation is not None else row.get("unit_id")
    for kind in told.receivers:
        receiver = Receiver(kind, envelope["jurisdiction"], unit_id if kind is ReceiverKind.UNIT else None)
        if kind is ReceiverKind.UNIT and (unit_id is None or _is_own(session, envelope, unit_id)):
            continue
        yield notice_to(
            receiver,
            verb,
            f"{entry.stream}#{entry.seq}",
            at,
            who=envelope["who"],
            obligation_id=obligation_id,
            about_id=row.get("id"),
        )


def notice_to(receiver: Receiver, verb: str, cause: str, at: datetime, **more: Any) -> Notice:
    return Notice(
        receiver=receiver.name,
        receiver_kind=receiver.kind,
        unit_id=receiver.unit_id,
        jurisdiction_code=receiver.jurisdiction_code,
        verb=verb,
        cause=cause,
        planned_at=at,
        **more,
    )


def _row(entry: JournalEntry, verb: str) -> dict[str, Any] | None:
    """The row that an entry is about, as it then was; None if it was erased."""
    if entry.payload is None:
        return None
    rows: list[dict[str, Any]] = json.loads(entry.payload)["rows"].get(row_name(verb), [])
    return rows[0] if rows else None


def _number(subject: str, kind: str) -> int | None:
    name, _, number = subject.partition(":")
    return int(number) if name == kind and number.isdigit() else None


def _is_own(session: Session, envelope: Any, unit_id: int) -> bool:
    """Whether the actor belongs to the unit that would be told: nobody gets a notice of their own action. What one of a
    unit did inside it is told to the others."""
    key_id = None if envelope["verb"].startswith(INSIDE) else _number(envelope["who"], "key")
    own = select(ApiKeyUnit.id).where(col(ApiKeyUnit.key_id) == key_id, col(ApiKeyUnit.unit_id) == unit_id)
    return key_id is not None and session.exec(own.limit(1)).first() is not None
