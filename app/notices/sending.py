"""The sender of deliveries: it leases a target, checks the notice again, sends outside of any transaction, and records
the outcome. If the process is killed, the lease runs out, and the message is sent again with the same id."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from app.clock import local_day
from app.config import Settings
from app.database.engine import Database
from app.languages.catalogue import Language
from app.notices.addressing import is_told
from app.notices.channels import folder, mail, robots, webhook
from app.notices.channels.message import Message, Outcome, Result
from app.notices.channels.sealing import CannotUnseal, unseal
from app.notices.entries import entry_of
from app.notices.hours import next_moment
from app.notices.models import Delivery, DeliveryState, DeliveryTarget, Notice
from app.notices.subscriptions.actions import disable
from app.notices.subscriptions.models import Channel, Subscription
from app.notices.texts import text_of
from app.notices.told import REMINDER
from app.units.models import UnitContact
from app.workdays.queries import load_calendar

LEASE = timedelta(seconds=120)  # longer than any channel needs
# Seconds until the next try, as Standard Webhooks has them; the last one again and again.
RETRIES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
PATIENCE = timedelta(days=5)  # then a subscription whose receiver is away ends
MINUTE = timedelta(minutes=1)


class Claim(NamedTuple):
    """A delivery leased to this process."""

    delivery_id: int
    target_id: int
    channel: Channel
    message: Message


def send_next(database: Database, settings: Settings, at: datetime) -> bool:
    """Send the next delivery that is due. Returns whether there was one."""
    with database.session(writes=False) as session:
        if _due(session, at) is None:
            return False
    with database.session(writes=True) as session:
        claim = _claim(session, settings, at)
    if claim is not None:
        outcome = _send(claim, settings)
        with database.session(writes=True) as session:
            ended = _mark(session, claim, outcome, at)
        if ended is not None:
            with database.session(writes=True) as session:
                disable(session, ended, at=at)
    return True


def _due(session: Session, at: datetime) -> int | None:
    """The next target: it has no lease, and it has a delivery that is due and not behind another one
    about the same subject."""
    delivery, target = Delivery, DeliveryTarget
    free = or_(col(target.lease_until).is_(None), col(target.lease_until) <= at)
    ready = or_(col(target.not_before).is_(None), col(target.not_before) <= at)
    rows = (
        select(target.id)
        .join(delivery, col(delivery.target_id) == col(target.id))
        .where(free, ready, *_sendable(at))
        .order_by(col(delivery.next_at), col(delivery.id))
    )
    return session.exec(rows.limit(1)).first()


def _sendable(at: datetime) -> tuple[Any, ...]:
    earlier: Any = aliased(Delivery)
    blocked = exists().where(
        and_(
            earlier.target_id == col(Delivery.target_id),
            earlier.subject == col(Delivery.subject),
            earlier.id < col(Delivery.id),
            earlier.state == DeliveryState.WAITING,
            earlier.next_at > at,
        )
    )
    return col(Delivery.state) == DeliveryState.WAITING, col(Delivery.next_at) <= at, ~blocked


def _claim(session: Session, settings: Settings, at: datetime) -> Claim | None:
    """Lease the next target and its oldest delivery; drop a notice that is not true any more."""
    target_id = _due(session, at)
    free = or_(col(DeliveryTarget.lease_until).is_(None), col(DeliveryTarget.lease_until) <= at)
    mine = update(DeliveryTarget).where(col(DeliveryTarget.id) == target_id, free).values(lease_until=at + LEASE)
    if target_id is None or session.connection().execute(mine).rowcount == 0:
        return None  # another tick was first
    target = session.get_one(DeliveryTarget, target_id, populate_existing=True)
    rows = select(Delivery).where(col(Delivery.target_id) == target_id, *_sendable(at))
    delivery = session.exec(rows.order_by(col(Delivery.id)).limit(1)).first()
    claim = None
    if delivery is not None and not _too_fast(session, target, at):
        claim = _looked_at_again(session, target, delivery, settings, at)
    if claim is None:
        target.lease_until = None
    return claim


def _too_fast(session: Session, target: DeliveryTarget, at: datetime) -> bool:
    """Whether a robot got all that it accepts in a minute; then the target waits."""
    if target.subscription_id is None:
        return False
    subscription = session.get_one(Subscription, target.subscription_id)
    if subscription.channel not in robots.ROBOTS:
        return False
    sent = select(func.count(), func.min(Delivery.sent_at)).where(
        col(Delivery.target_id) == target.id, col(Delivery.sent_at) > at - MINUTE
    )
    number, first = session.exec(sent).one()
    if number < robots.A_MINUTE or first is None:
        return False
    target.not_before = first + MINUTE
    return True


def _looked_at_again(
    session: Session, target: DeliveryTarget, delivery: Delivery, settings: Settings, at: datetime
) -> Claim | None:
    """The current message; None, and dropped, if it has no receiver any more, or its address was told already. A
    notice that was to be sent in working hours, and was not, waits for the next."""
    subscription = session.get_one(Subscription, target.subscription_id) if target.subscription_id else None
    if delivery.notice_id is not None:
        quiet = None if subscription is None else subscription.quiet
        moment = next_moment(load_calendar(session, local_day(at)), at, quiet)
        if moment > at:
            delivery.next_at = moment
            return None
    if subscription is None:
        made = _of_contact(session, target, delivery, at)
    else:
        made = _of_subscription(session, subscription, delivery, settings, at)
    if made is None or is_told(session, target, delivery, settings):
        delivery.state = DeliveryState.DROPPED
        return None
    channel, message = made
    return Claim(delivery.id, target.id, channel, message)


def _of_contact(
    session: Session, target: DeliveryTarget, delivery: Delivery, at: datetime
) -> tuple[Channel, Message] | None:
    contact, notice = session.get_one(UnitContact, target.contact_id), session.get_one(Notice, delivery.notice_id)
    is_told = contact.dropped_at is None and contact.is_told and contact.email
    if not is_told or (notice.verb == REMINDER and not contact.gets_digests):
        return None
    text = text_of(session, notice, Language.CHINESE, local_day(at))
    return None if text is None else (Channel.MAIL, Message(delivery.message_id, contact.email, (), at, text))


def _of_subscription(
    session: Session, subscription: Subscription, delivery: Delivery, settings: Settings, at: datetime
) -> tuple[Channel, Message] | None:
    if subscription.disabled_at is not None:
        return None
    try:
        address, stored = unseal(subscription.address, settings), unseal(subscription.secrets, settings)
    except CannotUnseal:
        address, stored = "", ""  # no channel accepts it: it waits until the key is there again
    message = Message(delivery.message_id, address, tuple(filter(None, stored.split())), at)
    if delivery.notice_id is None:
        entry = entry_of(session, delivery, at)
        return None if entry is None else (subscription.channel, message._replace(entry=entry))
    notice = session.get_one(Notice, delivery.notice_id)
    text = text_of(session, notice, subscription.language, local_day(at))
    return None if text is None else (subscription.channel, message._replace(text=text))


def _send(claim: Claim, settings: Settings) -> Outcome:
    if not claim.message.address:
        return Outcome(Result.AWAY, answer="DUBAN_NOTICE_KEY does not open this address")
    if claim.channel is Channel.MAIL:
        return mail.send(claim.message, settings)
    if claim.channel is Channel.FOLDER:
        return folder.send(claim.message, settings.notice_folder)
    if claim.channel is Channel.WEBHOOK:
        return webhook.send(claim.message, settings.notice_hosts)
    return robots.send(claim.channel, claim.message, settings.notice_hosts)


def _mark(session: Session, claim: Claim, outcome: Outcome, at: datetime) -> int | None:
    """Record the outcome. Returns the subscription to end, if any."""
    target = session.get_one(DeliveryTarget, claim.target_id, with_for_update=True)
    delivery = session.get_one(Delivery, claim.delivery_id, with_for_update=True)
    target.lease_until = None
    delivery.tries += 1
    delivery.last_status, delivery.last_answer = outcome.status, outcome.answer
    if outcome.result is Result.SENT:
        delivery.state, delivery.sent_at, target.failing_since, target.not_before = DeliveryState.SENT, at, None, None
        return None
    delivery.next_at = at + timedelta(seconds=_wait(delivery.tries, outcome.retry_after))
    if outcome.result is Result.REJECTED and delivery.tries > len(RETRIES):
        delivery.state = DeliveryState.FAILED
    if outcome.result is Result.AWAY:
        target.not_before, target.failing_since = delivery.next_at, target.failing_since or at
    is_over = target.failing_since is not None and at - target.failing_since >= PATIENCE
    if outcome.result is Result.GONE or (is_over and outcome.result is Result.AWAY):
        delivery.state = DeliveryState.FAILED
        return target.subscription_id
    return None


def _wait(tries: int, asked_for: float | None) -> float:
    """Seconds until the next try: as the receiver requests, else with a random deviation."""
    usual = RETRIES[min(tries, len(RETRIES)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311  no secret
    return max(usual, asked_for) if asked_for is not None and tries > 1 else asked_for or usual


def waiting(session: Session, at: datetime) -> Sequence[int]:
    """The number of waiting deliveries, and of those that were due some minutes ago."""
    rows = col(Delivery.state) == DeliveryState.WAITING
    late = and_(rows, col(Delivery.next_at) < at - 5 * MINUTE)
    return [session.exec(select(func.count()).select_from(Delivery).where(which)).one() for which in (rows, late)]
