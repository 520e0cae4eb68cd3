"""The queries for contacts, and who may see them."""

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page
from app.units.models import Unit, UnitContact
from app.units.schemas import ContactPublic, ContactQuery


def require_reach(actor: Actor, unit: Unit) -> None:
    """A unit's contacts are personal data: for officers in whose scope it lies, and for itself.

    Raises:
        OutsideScope, NotYourUnit.
    """
    if actor.is_officer:
        actor.require_scope(unit.jurisdiction_code)
    else:
        actor.require_unit(unit.id)


def list_contacts(session: Session, actor: Actor, unit: Unit, query: ContactQuery) -> Page[ContactPublic]:
    """Raises:
    OutsideScope, NotYourUnit, InvalidCursor.
    """
    require_reach(actor, unit)
    rows = select(UnitContact).where(col(UnitContact.unit_id) == unit.id, col(UnitContact.dropped_at).is_(None))
    return keyset_page(
        session, query, rows, col(UnitContact.id), lambda some: [*map(ContactPublic.model_validate, some)]
    )


def lock_contact(session: Session, unit: Unit, contact_id: int) -> UnitContact:
    """A unit's contact, locked until the transaction ends.

    Raises:
        NotFound: it has no such contact, or it was dropped.
    """
    query = select(UnitContact).where(
        col(UnitContact.id) == contact_id,
        col(UnitContact.unit_id) == unit.id,
        col(UnitContact.dropped_at).is_(None),
    )
    contact = session.exec(query.with_for_update()).first()
    if contact is None:
        raise NotFound(
            say(
                "unit {unit} has no contact {id}; GET /units/{unit}/contacts lists those it has",
                unit=unit.id,
                id=contact_id,
            )
        )
    return contact
