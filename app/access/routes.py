"""The routes of keys."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access import actions, queries
from app.access.deps import KeyManager
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.access.schemas import KeyCreate, KeyCreated, KeyPublic, KeyQuery
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import RowId

router = api_router("/keys", tags=["keys"])


@router.get("")
def list_keys(
    query: Annotated[KeyQuery, Query()], actor: KeyManager, session: SessionDep, linked: LinkedDep
) -> Page[KeyPublic]:
    """List the keys in your scope, oldest first; without their secrets. A coordinator sees those of reporters."""
    return linked(queries.list_keys(session, actor, query))


@router.post("", status_code=201)
def create_key(once: OnceDep, wanted: KeyCreate, actor: KeyManager, session: SessionDep) -> KeyCreated:
    """Make a key; as a coordinator for units in your scope. Only this response shows it; store it. A repeated response
    (Idempotency-Key) does not show it."""
    return once.store(actions.create_key(session, wanted, by=actor, at=clock.now()))


@router.delete("/{key_id}")
def revoke_key(key_id: RowId, actor: KeyManager, session: SessionDep) -> KeyPublic:
    """Revoke a key at once."""
    return actions.revoke_key(session, key_id, by=actor, at=clock.now())
