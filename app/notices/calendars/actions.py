"""The actions on calendar feeds."""

import secrets
from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.models import catalogue_of
from app.journal.recorder import lock, record
from app.notices.calendars.models import CalendarToken
from app.notices.calendars.queries import hash_of, lock_token
from app.notices.calendars.schemas import CalendarTokenCreated, CalendarTokenPublic
from app.units.contact_queries import require_reach
from app.units.models import Unit


def make_token(session: Session, unit: Unit, *, by: Actor, at: datetime) -> CalendarTokenCreated:
    """Raises:
    OutsideScope, NotYourUnit; UnitDissolved.
    """
    require_reach(by, unit)
    unit.require_existing()
    stream, text = catalogue_of(unit.jurisdiction_code), secrets.token_urlsafe(32)
    moment = lock(session, at, stream)
    token = CalendarToken(
        unit_id=unit.id, jurisdiction_code=unit.jurisdiction_code, token_hash=hash_of(text), created_at=moment
    )
    session.add(token)
    subject = f"unit:{unit.id}"
    record(session, stream, by=by.who, verb="calendar_token.made", subject=subject, at=moment, rows=[token])
    shown = CalendarTokenPublic.model_validate(token)
    return CalendarTokenCreated(**shown.model_dump(), path=f"/api/v1/units/{unit.id}/due-days.ics?token={text}")


def revoke_token(session: Session, unit: Unit, token_id: int, *, by: Actor, at: datetime) -> CalendarTokenPublic:
    """Revoke a token from this moment on. Revoking it again changes nothing.

    Raises:
        OutsideScope, NotYourUnit; NotFound.
    """
    require_reach(by, unit)
    stream = catalogue_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    token = lock_token(session, unit, token_id)
    if token.revoked_at is None:
        token.revoked_at, subject = moment, f"unit:{unit.id}"
        record(session, stream, by=by.who, verb="calendar_token.revoked", subject=subject, at=moment, rows=[token])
    return CalendarTokenPublic.model_validate(token)
