"""The queries for keys."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.models import ActorRole, ApiKey, ApiKeyUnit
from app.access.permissions import Permission
from app.access.schemas import KeyPublic, KeyQuery
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page


def visible_keys(actor: Actor) -> SelectOfScalar[ApiKey]:
    """Keys in the actor's scope that somebody has; those of persons have no secret."""
    return keys_in_scope(actor).where(col(ApiKey.secret_hash) != "")


def keys_in_scope(actor: Actor) -> SelectOfScalar[ApiKey]:
    """Keys whose whole scope lies in the actor's: of every role, or of reporters only."""
    rows = select(ApiKey).where(col(ApiKey.jurisdiction_code).startswith(actor.jurisdiction_code, autoescape=True))
    return rows if actor.may(Permission.MANAGE_KEYS) else rows.where(col(ApiKey.role) == ActorRole.REPORTER)


def get_key(session: Session, actor: Actor, key_id: int) -> ApiKey:
    """Raises:
    NotFound: the key does not exist in the actor's scope.
    """
    key = session.exec(visible_keys(actor).where(col(ApiKey.id) == key_id).with_for_update()).first()
    if key is None:
        raise _no_key(key_id)
    return key


def jurisdiction_of_key(session: Session, actor: Actor, key_id: int) -> str:
    """A key's jurisdiction, which never changes: by it the stream is locked before the row.

    Raises:
        NotFound: the key does not exist in the actor's scope.
    """
    key = visible_keys(actor).where(col(ApiKey.id) == key_id)
    code: str | None = session.scalar(key.with_only_columns(col(ApiKey.jurisdiction_code)))
    if code is None:
        raise _no_key(key_id)
    return code


def _no_key(key_id: int) -> NotFound:
    return NotFound(say("there is no key {id} in your scope; GET /keys lists them", id=key_id))


def list_keys(session: Session, actor: Actor, query: KeyQuery) -> Page[KeyPublic]:
    rows = visible_keys(actor)
    if query.role:
        rows = rows.where(col(ApiKey.role) == query.role)
    return keyset_page(session, query, rows, col(ApiKey.id), partial(public_keys, session))


def public_keys(session: Session, keys: Sequence[ApiKey]) -> list[KeyPublic]:
    units = defaultdict(list)
    wanted = select(ApiKeyUnit).where(col(ApiKeyUnit.key_id).in_([key.id for key in keys])).order_by(col(ApiKeyUnit.id))
    for link in session.exec(wanted):
        units[link.key_id].append(link.unit_id)
    return [KeyPublic(**key.model_dump(), jurisdiction=key.jurisdiction_code, units=units[key.id]) for key in keys]
