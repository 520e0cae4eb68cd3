"""Persons, over HTTP."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import KeyManager
from app.access.idempotency import OnceDep
from app.access.persons import actions, queries
from app.access.persons.schemas import PersonChange, PersonCreate, PersonPublic, PersonQuery
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import RowId

router = api_router("/persons", tags=["persons"])


@router.get("")
def list_persons(
    query: Annotated[PersonQuery, Query()], actor: KeyManager, session: SessionDep, linked: LinkedDep
) -> Page[PersonPublic]:
    """List the persons in your scope, oldest first. A coordinator finds those who speak for units."""
    return linked(queries.list_persons(session, actor, query))


@router.post("", status_code=201)
def create_person(
    once: OnceDep, wanted: PersonCreate, actor: KeyManager, session: SessionDep, settings: SettingsDep
) -> PersonPublic:
    """Enter somebody who signs in with an account of the issuer; as a coordinator for units in your scope."""
    made = actions.create_person(session, wanted, settings.oidc_issuer or None, by=actor, at=clock.now())
    return once.store(made)


@router.patch("/{person_id}")
def change_person(person_id: RowId, wanted: PersonChange, actor: KeyManager, session: SessionDep) -> PersonPublic:
    """Change a person's name, role, units, or whether they release reports. Their sessions end: they sign in anew."""
    return actions.change_person(session, person_id, wanted, by=actor, at=clock.now())


@router.delete("/{person_id}")
def end_person(person_id: RowId, actor: KeyManager, session: SessionDep) -> PersonPublic:
    """End a person's access at once."""
    return actions.end_person(session, person_id, by=actor, at=clock.now())
