"""The routes of subscriptions."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import RegisterEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.notices.deps import VisibleSubscription
from app.notices.subscriptions import actions, queries
from app.notices.subscriptions.schemas import (
    DeliveryPublic,
    DeliveryQuery,
    Redelivered,
    Replay,
    SubscriptionCreate,
    SubscriptionCreated,
    SubscriptionPublic,
    SubscriptionQuery,
)
from app.paging import LinkedDep, Page
from app.shapes import RowId

router = api_router("/subscriptions", tags=["notices"], journaled=False)  # deliveries are not journaled


@router.get("")
def list_subscriptions(
    query: Annotated[SubscriptionQuery, Query()],
    actor: RegisterEditor,
    session: SessionDep,
    settings: SettingsDep,
    linked: LinkedDep,
) -> Page[SubscriptionPublic]:
    """List the subscriptions in your scope, oldest first, without addresses and secrets."""
    return linked(queries.list_subscriptions(session, actor, query, settings))


@router.post("", status_code=201)
def subscribe(
    once: OnceDep, wanted: SubscriptionCreate, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> SubscriptionCreated:
    """Create a subscription to events from now on. A webhook's secret is shown only now."""
    return once.store(actions.subscribe(session, wanted, settings, by=actor, at=clock.now()))


@router.delete("/{subscription_id}", status_code=204)
def unsubscribe(actor: RegisterEditor, subscription: VisibleSubscription, session: SessionDep) -> None:
    """End a subscription; its address is erased."""
    actions.unsubscribe(session, subscription, by=actor, at=clock.now())


@router.post("/{subscription_id}/secret", status_code=201)
def rotate_secret(
    once: OnceDep,
    actor: RegisterEditor,
    subscription: VisibleSubscription,
    session: SessionDep,
    settings: SettingsDep,
) -> SubscriptionCreated:
    """Give a webhook a new secret; the one before signs too, until the next is given."""
    return once.store(actions.rotate(session, subscription, settings, by=actor, at=clock.now()))


@router.get("/{subscription_id}/deliveries")
def list_deliveries(
    query: Annotated[DeliveryQuery, Query()],
    actor: RegisterEditor,
    subscription: VisibleSubscription,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[DeliveryPublic]:
    """List the deliveries of a subscription, newest first."""
    return linked(queries.list_deliveries(session, subscription, query))


@router.post("/{subscription_id}/deliveries/{delivery_id}/redelivery", status_code=201)
def redeliver(
    once: OnceDep, actor: RegisterEditor, subscription: VisibleSubscription, delivery_id: RowId, session: SessionDep
) -> Redelivered:
    """Send one delivery again, with the same id."""
    return once.store(actions.redeliver(session, subscription, delivery_id, by=actor, at=clock.now()))


@router.post("/{subscription_id}/replay", status_code=201)
def replay(
    once: OnceDep, actor: RegisterEditor, subscription: VisibleSubscription, wanted: Replay, session: SessionDep
) -> Redelivered:
    """Send a webhook's deliveries of a stream after a position again, with the same ids."""
    return once.store(actions.replay(session, subscription, wanted, by=actor, at=clock.now()))
