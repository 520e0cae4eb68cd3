"""The routes of contacts."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ContactEditor, ObligationReader
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.paging import LinkedDep, Page
from app.shapes import RowId
from app.units import contact_actions, contact_queries
from app.units.deps import VisibleUnit
from app.units.schemas import ContactChange, ContactCreate, ContactPublic, ContactQuery

router = api_router("/units/{unit_id}/contacts", tags=["units"])


@router.get("", responses={403: ANSWERS[403]})
def list_contacts(
    unit: VisibleUnit,
    query: Annotated[ContactQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[ContactPublic]:
    """List the people through whom a unit is reached; for the office and for the unit itself."""
    return linked(contact_queries.list_contacts(session, actor, unit, query))


@router.post("", status_code=201)
def add_contact(
    once: OnceDep, unit: VisibleUnit, wanted: ContactCreate, actor: ContactEditor, session: SessionDep
) -> ContactPublic:
    """Name a person through whom a unit is reached."""
    return once.store(contact_actions.add_contact(session, unit, wanted, by=actor, at=clock.now()))


@router.patch("/{contact_id}")
def change_contact(
    unit: VisibleUnit, contact_id: RowId, wanted: ContactChange, actor: ContactEditor, session: SessionDep
) -> ContactPublic:
    """Change where a person is written to, and of what."""
    return contact_actions.change_contact(session, unit, contact_id, wanted, by=actor, at=clock.now())


@router.delete("/{contact_id}", status_code=204)
def drop_contact(unit: VisibleUnit, contact_id: RowId, actor: ContactEditor, session: SessionDep) -> None:
    """Drop a person; the name and the number are erased from the unit's data."""
    contact_actions.drop_contact(session, unit, contact_id, by=actor, at=clock.now())
