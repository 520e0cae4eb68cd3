"""The receivers of a notice outside Duban: the unit's contacts, and subscriptions."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import true
from sqlmodel import Session, col, select

from app.clock import local_day
from app.config import Settings
from app.database.engine import insert_unless_there
from app.notices.channels.sealing import CannotUnseal, unseal
from app.notices.hours import next_moment
from app.notices.models import Delivery, DeliveryState, DeliveryTarget, Notice, ReceiverKind
from app.notices.subscriptions.models import Channel, Subscription
from app.notices.told import REMINDER
from app.obligations.models import Obligation
from app.units.models import UnitContact
from app.workdays.queries import load_calendar


def deliveries_of(session: Session, notice: Notice, at: datetime) -> None:
    """Plan a delivery to each contact and each subscription that a notice concerns, in working hours."""
    calendar = load_calendar(session, local_day(at))
    subject = f"obligation:{notice.obligation_id}" if notice.obligation_id else f"notice:{notice.id}"
    for target, quiet in targets_of(session, notice):
        when = next_moment(calendar, at, quiet)
        session.add(
            Delivery(
                target_id=target.id,
                notice_id=notice.id,
                subject=subject,
                created_at=at,
                next_at=when,
            )
        )


def targets_of(session: Session, notice: Notice) -> Iterator[tuple[DeliveryTarget, tuple[str, str] | None]]:
    """The targets of a notice as of now, with their quiet hours."""
    for contact in told_contacts(session, notice.unit_id, notice.verb):
        yield target_of(session, contact_id=contact.id), None
    for one in _subscriptions(session, notice):
        yield target_of(session, subscription_id=one.id), one.quiet


def told_contacts(session: Session, unit_id: int | None, verb: str) -> Iterator[UnitContact]:
    """The contacts who are written to."""
    if unit_id is not None:
        marked = col(UnitContact.is_told) == true(), col(UnitContact.email) != "", col(UnitContact.dropped_at).is_(None)
        rows = select(UnitContact).where(col(UnitContact.unit_id) == unit_id, *marked)
        for contact in session.exec(rows.order_by(col(UnitContact.id))):
            if contact.gets_digests or verb != REMINDER:
                yield contact


def _subscriptions(session: Session, notice: Notice) -> Iterator[Subscription]:
    rows = select(Subscription).where(
        col(Subscription.disabled_at).is_(None),
        col(Subscription.channel) != Channel.WEBHOOK,
        col(Subscription.receiver_kind) == notice.receiver_kind,
    )
    if notice.receiver_kind is ReceiverKind.UNIT:
        rows = rows.where(col(Subscription.unit_id) == notice.unit_id)
    obligation = session.get(Obligation, notice.obligation_id) if notice.obligation_id else None
    for one in session.exec(rows.order_by(col(Subscription.id))):
        in_scope = notice.jurisdiction_code.startswith(one.jurisdiction_code)
        within = one.checklist_id is None or obligation is None or obligation.checklist_id == one.checklist_id
        if in_scope and within and one.wants(notice.verb):
            yield one


def target_of(session: Session, **whose: int) -> DeliveryTarget:
    insert_unless_there(session.connection(), DeliveryTarget, dict(whose))
    ((name, value),) = whose.items()
    return session.exec(select(DeliveryTarget).where(getattr(DeliveryTarget, name) == value)).one()


def is_told(session: Session, target: DeliveryTarget, delivery: Delivery, settings: Settings) -> bool:
    """Whether a notice was sent to the same address already, for another target: two contacts share a mailbox, or it is
    a contact's and a subscription's."""
    mine = _address(session, target, settings)
    if delivery.notice_id is None or mine is None:
        return False
    targets = [one for one, _ in targets_of(session, session.get_one(Notice, delivery.notice_id))]
    same = [one.id for one in targets if one.id != target.id and _address(session, one, settings) == mine]
    sent = col(Delivery.notice_id) == delivery.notice_id, col(Delivery.state) == DeliveryState.SENT
    rows = select(Delivery.id).where(col(Delivery.target_id).in_(same), *sent)
    return bool(same) and session.exec(rows.limit(1)).first() is not None


def _address(session: Session, target: DeliveryTarget, settings: Settings) -> tuple[Channel, str] | None:
    """The channel and address of a target; None if it cannot be unsealed."""
    if target.subscription_id is None:
        return Channel.MAIL, session.get_one(UnitContact, target.contact_id).email.casefold()
    subscription = session.get_one(Subscription, target.subscription_id)
    try:
        address = unseal(subscription.address, settings)
    except CannotUnseal:
        return None
    return subscription.channel, address.casefold() if subscription.channel is Channel.MAIL else address
