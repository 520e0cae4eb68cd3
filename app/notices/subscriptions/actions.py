"""The actions on subscriptions."""

import base64
import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from app.access.actors import Actor
from app.checklists.queries import get_checklist
from app.config import Settings
from app.errors import InvalidRequest
from app.journal.recorder import lock, record
from app.languages.messages import say
from app.notices.addressing import target_of
from app.notices.channels.hosts import NotAllowed, require_allowed
from app.notices.channels.sealing import seal, unseal
from app.notices.models import Delivery, DeliveryState
from app.notices.planning import start_at_heads
from app.notices.subscriptions.models import Channel, Subscription
from app.notices.subscriptions.queries import public_subscription
from app.notices.subscriptions.schemas import Redelivered, Replay, SubscriptionCreate, SubscriptionCreated
from app.units.queries import get_unit

TICK = "tick"  # who ends what nobody answers, in the journal


def subscribe(
    session: Session, wanted: SubscriptionCreate, settings: Settings, *, by: Actor, at: datetime
) -> SubscriptionCreated:
    """Create a subscription to events from now on.

    Raises:
        OutsideScope; NotFound: the unit or checklist does not exist; InvalidRequest: the host is not allowed.
    """
    by.require_scope(wanted.jurisdiction)
    if wanted.channel not in (Channel.MAIL, Channel.FOLDER):
        _require_host(wanted.address, settings)
    if wanted.unit_id is not None:
        by.require_scope(get_unit(session, by, wanted.unit_id).jurisdiction_code)
    if wanted.checklist_id is not None:
        by.require_scope(get_checklist(session, by, wanted.checklist_id).jurisdiction_code)
    secret = _new_secret() if wanted.channel is Channel.WEBHOOK else wanted.secret
    subscription = Subscription(
        **wanted.model_dump(exclude={"jurisdiction", "receiver", "address", "secret"}),
        jurisdiction_code=wanted.jurisdiction,
        receiver_kind=wanted.receiver,
        address=seal(wanted.address, settings),
        secrets=seal(secret or "", settings),
        created_at=at,
    )
    subscription.created_at = moment = lock(session, at, subscription.stream)
    session.add(subscription)
    session.flush()
    target_of(session, subscription_id=subscription.id)
    start_at_heads(session, f"subscription:{subscription.id}")
    _record(session, subscription, "subscription.made", by.who, moment)
    shown = public_subscription(subscription, settings)
    return SubscriptionCreated(**shown.model_dump(), secret=secret if wanted.channel is Channel.WEBHOOK else None)


def _require_host(address: str, settings: Settings) -> None:
    try:
        require_allowed(address, settings.notice_hosts)
    except NotAllowed as refused:
        why = say("DUBAN_NOTICE_HOSTS does not name this host; whoever runs the server adds it")
        raise InvalidRequest(fields=[("body.address", why)]) from refused


def _new_secret() -> str:
    """A new secret in the format of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def rotate(
    session: Session, subscription: Subscription, settings: Settings, *, by: Actor, at: datetime
) -> SubscriptionCreated:
    """Give a webhook a new secret: messages are signed with it and with the one before, until the next is given.

    Raises:
        OutsideScope; SubscriptionDisabled; InvalidRequest: it is not a webhook.
    """
    subscription, moment = _lock(session, subscription, by, at)
    if subscription.channel is not Channel.WEBHOOK:
        raise InvalidRequest(fields=[("path.subscription_id", say("only a webhook is given secrets"))])
    secret, former = _new_secret(), unseal(subscription.secrets, settings).split()
    subscription.secrets = seal(" ".join([secret, *former[:1]]), settings)
    _record(session, subscription, "subscription.rotated", by.who, moment)
    return SubscriptionCreated(**public_subscription(subscription, settings).model_dump(), secret=secret)


def unsubscribe(session: Session, subscription: Subscription, *, by: Actor, at: datetime) -> None:
    """End a subscription and erase its address. Ending it again changes nothing.

    Raises:
        OutsideScope.
    """
    by.require_scope(subscription.jurisdiction_code)
    moment = lock(session, at, subscription.stream)
    session.refresh(subscription, with_for_update=True)
    if subscription.disabled_at is None:
        subscription.disabled_at, subscription.address, subscription.secrets = moment, "", ""
        _record(session, subscription, "subscription.ended", by.who, moment)


def disable(session: Session, subscription_id: int, *, at: datetime) -> None:
    """End a subscription whose receiver is gone, or has been away for too long; the office is told of it."""
    subscription = session.get_one(Subscription, subscription_id)
    moment = lock(session, at, subscription.stream)
    session.refresh(subscription, with_for_update=True)
    if subscription.disabled_at is None:
        subscription.disabled_at = moment
        _record(session, subscription, "subscription.disabled", TICK, moment)


def replay(session: Session, subscription: Subscription, wanted: Replay, *, by: Actor, at: datetime) -> Redelivered:
    """Send a webhook's deliveries of a stream after a position again, with the same ids.

    Raises:
        OutsideScope; SubscriptionDisabled.
    """
    subscription, _ = _lock(session, subscription, by, at)
    target = target_of(session, subscription_id=subscription.id)
    later = (
        col(Delivery.target_id) == target.id,
        col(Delivery.stream) == wanted.stream,
        col(Delivery.seq) > wanted.after,
    )
    return Redelivered(deliveries=_again(session, later, at))


def redeliver(
    session: Session, subscription: Subscription, delivery_id: int, *, by: Actor, at: datetime
) -> Redelivered:
    """Send one delivery again, with the same id.

    Raises:
        OutsideScope; SubscriptionDisabled.
    """
    subscription, _ = _lock(session, subscription, by, at)
    target = target_of(session, subscription_id=subscription.id)
    its = col(Delivery.target_id) == target.id, col(Delivery.id) == delivery_id
    return Redelivered(deliveries=_again(session, its, at))


def _again(session: Session, which: tuple[object, ...], at: datetime) -> int:
    values = {"state": DeliveryState.WAITING, "next_at": at, "tries": 0, "sent_at": None}
    return session.connection().execute(update(Delivery).where(*which).values(**values)).rowcount  # type: ignore[arg-type]


def _lock(session: Session, subscription: Subscription, by: Actor, at: datetime) -> tuple[Subscription, datetime]:
    by.require_scope(subscription.jurisdiction_code)
    moment = lock(session, at, subscription.stream)
    session.refresh(subscription, with_for_update=True)
    subscription.require_active()
    return subscription, moment


def _record(session: Session, subscription: Subscription, verb: str, who: str, at: datetime) -> None:
    subject = f"subscription:{subscription.id}"
    record(session, subscription.stream, by=who, verb=verb, subject=subject, at=at, rows=[subscription])
