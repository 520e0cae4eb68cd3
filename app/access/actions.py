"""The actions on keys: create and revoke."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from app.access import queries
from app.access.actors import Actor, Token, new_token
from app.access.models import ActorRole, ApiKey, ApiKeyUnit, access_of
from app.access.permissions import Permission
from app.access.schemas import AccessWanted, KeyCreate, KeyCreated, KeyPublic
from app.errors import InvalidRequest, RoleNotAllowed, UnitDissolved
from app.journal.recorder import lock, record
from app.journal.rows import table_of
from app.languages.messages import say


def create_key(session: Session, wanted: KeyCreate, *, by: Actor, at: datetime) -> KeyCreated:
    """Create a key. Only this response shows it.

    Raises:
        OutsideScope: it would reach further than the key of who makes it. RoleNotAllowed: it is not a reporter's, and
            they manage only those.
        InvalidRequest: it would expire before it is made.
        UnknownReference: one of the units does not belong to the jurisdiction. UnitDissolved: one was dissolved.
    """
    require_may_give(by, wanted)
    if wanted.expires_at is not None and wanted.expires_at <= at:
        raise InvalidRequest(fields=[("body.expires_at", say("lies in the past; give a later moment"))])
    stream = access_of(wanted.jurisdiction)
    moment = lock(session, at, stream)
    token = new_token()
    key, links = add_key(session, wanted, token, name=wanted.name, at=moment, expires_at=wanted.expires_at)
    record(session, stream, by=by.who, verb="key.created", subject=f"key:{key.id}", at=moment, rows=[key, *links])
    (shown,) = queries.public_keys(session, [key])
    return KeyCreated(**shown.model_dump(), key=str(token))


def require_may_give(by: Actor, wanted: AccessWanted) -> None:
    """Raises:
    OutsideScope: it would reach further than the key of who gives it. RoleNotAllowed: they manage reporters only.
    """
    by.require_scope(wanted.jurisdiction)
    if wanted.role is not ActorRole.REPORTER and not by.may(Permission.MANAGE_KEYS):
        raise RoleNotAllowed(say("your key makes keys of the role reporter only; an admin makes others"))


def add_key(
    session: Session,
    wanted: AccessWanted,
    token: Token | None,
    *,
    name: str,
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, list[ApiKeyUnit]]:
    """Add a key, and its units. The caller holds the stream and journals both.

    Args:
        token: what its holder sends; None for the key of a person.

    Raises:
        UnknownReference, UnitDissolved.
    """
    _require_existing(session, wanted.units)
    key = ApiKey(
        prefix=(token or new_token()).prefix,
        secret_hash=token.hash() if token else "",
        name=name,
        role=wanted.role,
        jurisdiction_code=wanted.jurisdiction,
        created_at=at,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    links = [
        ApiKeyUnit(key_id=key.id, unit_id=unit_id, jurisdiction_code=wanted.jurisdiction)
        for unit_id in dict.fromkeys(wanted.units)
    ]
    session.add_all(links)
    session.flush()
    return key, links


def _require_existing(session: Session, unit_ids: Sequence[int]) -> None:
    """Raises:
    UnitDissolved: a new key cannot speak for a unit that was merged away.
    """
    # the room of units is to the right, so its table is reached by the foreign key
    (unit,) = {key.column.table for key in table_of(ApiKeyUnit).c.unit_id.foreign_keys}
    query = sa.select(unit.c.name, unit.c.dissolved_on)
    for name, day in session.execute(query.where(unit.c.id.in_(unit_ids), unit.c.dissolved_on.is_not(None))):
        raise UnitDissolved(
            say("{unit} was dissolved on {day}; give the unit that took over its tasks", unit=name, day=day)
        )


def revoke_key(session: Session, key_id: int, *, by: Actor, at: datetime) -> KeyPublic:
    """Revoke a key, from this moment on. Revoking it again changes nothing.

    Raises:
        NotFound: the key does not exist in the actor's scope.
    """
    stream = access_of(queries.jurisdiction_of_key(session, by, key_id))
    moment = lock(session, at, stream)
    key = queries.get_key(session, by, key_id)
    if key.revoked_at is None:
        key.revoked_at = moment
        record(session, stream, by=by.who, verb="key.revoked", subject=f"key:{key.id}", at=moment, rows=[key])
    return queries.public_keys(session, [key])[0]


def has_keys(session: Session) -> bool:
    return session.exec(select(ApiKey.id).limit(1)).first() is not None
