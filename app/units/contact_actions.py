"""The actions on contacts (联络员), which erase names and numbers that are not needed (个人信息保护法 art. 47)."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.errors import InvalidRequest
from app.journal.recorder import lock, record
from app.units.contact_queries import lock_contact, require_reach
from app.units.models import Unit, UnitContact, directory_of
from app.units.schemas import NO_ADDRESS, ContactChange, ContactCreate, ContactPublic


def add_contact(session: Session, unit: Unit, wanted: ContactCreate, *, by: Actor, at: datetime) -> ContactPublic:
    """Raises:
    OutsideScope, NotYourUnit; UnitDissolved.
    """
    require_reach(by, unit)
    unit.require_existing()
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    contact = UnitContact(
        unit_id=unit.id,
        jurisdiction_code=unit.jurisdiction_code,
        name=wanted.name,
        position=wanted.position or "",
        phone=wanted.phone,
        email=wanted.email,
        is_told=wanted.is_told,
        gets_digests=wanted.gets_digests,
    )
    session.add(contact)
    subject = f"unit:{unit.id}"
    record(session, stream, by=by.who, verb="contact.added", subject=subject, at=moment, rows=[contact])
    return ContactPublic.model_validate(contact)


def change_contact(
    session: Session, unit: Unit, contact_id: int, wanted: ContactChange, *, by: Actor, at: datetime
) -> ContactPublic:
    """Change how a contact is written to. The same again changes nothing.

    Raises:
        OutsideScope, NotYourUnit; NotFound: the unit has no such contact; InvalidRequest: nobody is told without an
        address.
    """
    require_reach(by, unit)
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    contact = lock_contact(session, unit, contact_id)
    before = contact.email, contact.is_told, contact.gets_digests
    for name, value in wanted.model_dump(exclude_none=True).items():
        setattr(contact, name, value)
    if contact.is_told and not contact.email:
        raise InvalidRequest(fields=[("body.email", NO_ADDRESS)])
    if before != (contact.email, contact.is_told, contact.gets_digests):
        subject = f"unit:{unit.id}"
        record(session, stream, by=by.who, verb="contact.changed", subject=subject, at=moment, rows=[contact])
    return ContactPublic.model_validate(contact)


def drop_contact(session: Session, unit: Unit, contact_id: int, *, by: Actor, at: datetime) -> None:
    """Drop a contact: its row stays, without the person's data. A redaction erases the journal's entry.

    Raises:
        OutsideScope, NotYourUnit; NotFound: the unit has no such contact.
    """
    require_reach(by, unit)
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    contact = lock_contact(session, unit, contact_id)
    contact.name, contact.position, contact.phone, contact.email, contact.dropped_at = "", "", "", "", moment
    subject = f"unit:{unit.id}"
    record(session, stream, by=by.who, verb="contact.dropped", subject=subject, at=moment, rows=[contact])
