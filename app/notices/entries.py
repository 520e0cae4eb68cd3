"""The planning of webhooks: entries of the journal, and time events."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.checklists.models import Checklist
from app.clock import local_day, shown, start_of
from app.database.bulk import insert_all
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import opened
from app.notices.addressing import target_of
from app.notices.facts import is_still
from app.notices.models import Delivery, NoticeEvent, StreamCursor
from app.notices.planning import AT_ONCE, behind, lock_cursor, next_entries
from app.notices.subscriptions.models import Channel, Subscription

TIME = "time"  # the stream of time events, in a webhook and for its cursor


def active_webhooks(session: Session) -> list[Subscription]:
    rows = select(Subscription).where(
        col(Subscription.channel) == Channel.WEBHOOK, col(Subscription.disabled_at).is_(None)
    )
    return [*session.exec(rows.order_by(col(Subscription.id)))]


def reader_of(subscription: Subscription) -> str:
    return f"subscription:{subscription.id}"


def streams_behind(session: Session, subscription: Subscription) -> list[str]:
    """The streams in a subscription's scope with entries that it has not been sent."""
    in_scope = [col(JournalStream.jurisdiction_code).startswith(subscription.jurisdiction_code, autoescape=True)]
    if subscription.checklist_id is not None:
        in_scope.append(col(JournalStream.name) == f"checklist:{subscription.checklist_id}")
    found = behind(session, reader_of(subscription), *in_scope)
    seen = select(StreamCursor.seq).where(
        col(StreamCursor.reader) == reader_of(subscription), col(StreamCursor.stream) == TIME
    )
    after = session.exec(seen).first() or 0
    if session.exec(select(NoticeEvent.id).where(col(NoticeEvent.id) > after).limit(1)).first() is not None:
        found.append(TIME)
    return found


def plan_webhook(session: Session, subscription: Subscription, stream: str, at: datetime) -> int:
    """Plan a delivery of each of the next entries of a stream that a subscription wants."""
    cursor = lock_cursor(session, reader_of(subscription), stream)
    if stream == TIME:
        found = _events(session, subscription, cursor)
    else:
        entries = next_entries(session, cursor)
        cursor.seq = entries[-1].seq if entries else cursor.seq
        envelopes = [(entry.seq, opened(entry)) for entry in entries]
        found = [(seq, one["subject"]) for seq, one in envelopes if subscription.wants(one["verb"])]
    target = target_of(session, subscription_id=subscription.id)
    rows = [
        Delivery(target_id=target.id, stream=stream, seq=seq, subject=subject, created_at=at, next_at=at)
        for seq, subject in found
    ]
    insert_all(session, rows)
    return len(rows)


def _events(session: Session, subscription: Subscription, cursor: StreamCursor) -> list[tuple[int, str]]:
    rows = (
        select(NoticeEvent, Checklist.jurisdiction_code)
        .join(Checklist, col(Checklist.id) == col(NoticeEvent.checklist_id))
        .where(col(NoticeEvent.id) > cursor.seq)
        .order_by(col(NoticeEvent.id))
        .limit(AT_ONCE)
    )
    found = []
    for event, code in session.exec(rows).all():
        cursor.seq = event.id
        within = subscription.checklist_id in (None, event.checklist_id)
        if within and code.startswith(subscription.jurisdiction_code) and subscription.wants(event.verb):
            found.append((event.id, f"obligation:{event.obligation_id}"))
    return found


def entry_of(session: Session, delivery: Delivery, at: datetime) -> dict[str, Any] | None:
    """The payload of a webhook: which entry it is, without its content. None if it is not true any more."""
    if delivery.stream == TIME:
        event = session.get_one(NoticeEvent, delivery.seq)
        if not is_still(session, event, local_day(at)):
            return None
        verb, moment, digest = event.verb, start_of(event.happened_on), None
    else:
        entry = session.get_one(JournalEntry, (delivery.stream, delivery.seq))
        envelope = opened(entry)
        verb, moment, digest = envelope["verb"], datetime.fromisoformat(envelope["at"]), entry.hash
    data = {"stream": delivery.stream, "seq": delivery.seq, "subject": delivery.subject, "hash": digest}
    return {"type": verb, "timestamp": shown(moment), "data": data}
