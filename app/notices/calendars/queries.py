"""The queries for calendar feeds."""

import hashlib

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import InvalidKey, NotFound
from app.languages.messages import say
from app.notices.calendars.models import CalendarToken
from app.notices.calendars.schemas import CalendarTokenPublic, CalendarTokenQuery
from app.paging import Page, keyset_page
from app.units.contact_queries import require_reach
from app.units.models import Unit


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def unit_of_token(session: Session, unit_id: int, token: str | None) -> Unit:
    """The unit whose calendar a token opens.

    Raises:
        InvalidKey: the unit does not have this token, or it was revoked.
    """
    its = col(CalendarToken.unit_id) == unit_id, col(CalendarToken.token_hash) == hash_of(token or "")
    found = session.exec(select(CalendarToken.id).where(*its, col(CalendarToken.revoked_at).is_(None))).first()
    if found is None:
        raise InvalidKey(
            say("no calendar opens with this token; make one with POST /units/{id}/calendar-tokens", id=unit_id)
        )
    return session.get_one(Unit, unit_id)


def list_tokens(session: Session, actor: Actor, unit: Unit, query: CalendarTokenQuery) -> Page[CalendarTokenPublic]:
    """Raises:
    OutsideScope, NotYourUnit, InvalidCursor.
    """
    require_reach(actor, unit)
    rows = select(CalendarToken).where(col(CalendarToken.unit_id) == unit.id)
    return keyset_page(
        session, query, rows, col(CalendarToken.id), lambda some: [*map(CalendarTokenPublic.model_validate, some)]
    )


def lock_token(session: Session, unit: Unit, token_id: int) -> CalendarToken:
    """Raises:
    NotFound: the unit does not have this token.
    """
    its = col(CalendarToken.id) == token_id, col(CalendarToken.unit_id) == unit.id
    token = session.exec(select(CalendarToken).where(*its).with_for_update()).first()
    if token is None:
        raise NotFound(say("unit {unit} has no calendar token {id}; check the number", unit=unit.id, id=token_id))
    return token
