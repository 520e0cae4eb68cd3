"""The queries for subscriptions."""

from collections.abc import Iterable
from functools import partial

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.config import Settings
from app.errors import NotFound
from app.languages.messages import say
from app.notices.channels.sealing import CannotUnseal, unseal
from app.notices.models import Delivery, DeliveryTarget
from app.notices.subscriptions.models import Subscription
from app.notices.subscriptions.schemas import DeliveryPublic, DeliveryQuery, SubscriptionPublic, SubscriptionQuery
from app.paging import Page, keyset_page


def visible_subscriptions(actor: Actor) -> SelectOfScalar[Subscription]:
    in_scope = col(Subscription.jurisdiction_code).startswith(actor.jurisdiction_code, autoescape=True)
    return select(Subscription).where(in_scope)


def get_subscription(session: Session, actor: Actor, subscription_id: int) -> Subscription:
    """Raises:
    NotFound: the subscription does not exist in the actor's scope.
    """
    found = session.exec(visible_subscriptions(actor).where(col(Subscription.id) == subscription_id)).first()
    if found is None:
        raise NotFound(say("there is no subscription {id} in your scope; check the number", id=subscription_id))
    return found


def list_subscriptions(
    session: Session, actor: Actor, query: SubscriptionQuery, settings: Settings
) -> Page[SubscriptionPublic]:
    rows = visible_subscriptions(actor)
    if query.jurisdiction is not None:
        rows = rows.where(col(Subscription.jurisdiction_code).startswith(query.jurisdiction, autoescape=True))
    if query.channel is not None:
        rows = rows.where(col(Subscription.channel) == query.channel)
    if query.active is not None:
        disabled = col(Subscription.disabled_at)
        rows = rows.where(disabled.is_(None) if query.active else disabled.is_not(None))
    return keyset_page(session, query, rows, col(Subscription.id), partial(_public_all, settings))


def _public_all(settings: Settings, some: Iterable[Subscription]) -> list[SubscriptionPublic]:
    return [public_subscription(one, settings) for one in some]


def public_subscription(one: Subscription, settings: Settings) -> SubscriptionPublic:
    """Its public shape, without its address and secrets."""
    try:
        secrets = len(unseal(one.secrets, settings).split())
    except CannotUnseal:
        secrets = 0
    return SubscriptionPublic.of(one, jurisdiction=one.jurisdiction_code, receiver=one.receiver_kind, secrets=secrets)


def list_deliveries(session: Session, subscription: Subscription, query: DeliveryQuery) -> Page[DeliveryPublic]:
    """Newest first."""
    target = select(DeliveryTarget.id).where(col(DeliveryTarget.subscription_id) == subscription.id)
    rows = select(Delivery).where(col(Delivery.target_id).in_(target))
    if query.state is not None:
        rows = rows.where(col(Delivery.state) == query.state)
    shown = lambda some: [*map(DeliveryPublic.model_validate, some)]  # noqa: E731
    return keyset_page(session, query, rows, col(Delivery.id), shown, descending=True)
