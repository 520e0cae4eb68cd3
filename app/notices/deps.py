"""Dependencies that load the subscription or urging of a path, if the caller may see it."""

from typing import Annotated

from fastapi import Depends

from app.access.deps import ObligationReader, RegisterEditor
from app.database.session import SessionDep
from app.notices.subscriptions.models import Subscription
from app.notices.subscriptions.queries import get_subscription
from app.notices.urgings.models import Urging
from app.notices.urgings.queries import get_urging
from app.shapes import RowId


def _visible_urging(urging_id: RowId, actor: ObligationReader, session: SessionDep) -> Urging:
    return get_urging(session, actor, urging_id)


def _visible_subscription(subscription_id: RowId, actor: RegisterEditor, session: SessionDep) -> Subscription:
    return get_subscription(session, actor, subscription_id)


VisibleUrging = Annotated[Urging, Depends(_visible_urging)]
VisibleSubscription = Annotated[Subscription, Depends(_visible_subscription)]
