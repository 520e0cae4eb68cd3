"""The routes of units and their aliases."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Reader, UnitEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import Name
from app.units import actions, queries
from app.units.deps import VisibleUnit
from app.units.schemas import AliasCreate, UnitChange, UnitCreate, UnitPublic, UnitQuery

router = api_router("/units", tags=["units"])


@router.get("")
def list_units(
    query: Annotated[UnitQuery, Query()], actor: Reader, session: SessionDep, linked: LinkedDep
) -> Page[UnitPublic]:
    """List units in the order of their entry."""
    return linked(queries.list_units(session, actor, query))


@router.post("", status_code=201)
def create_unit(once: OnceDep, wanted: UnitCreate, actor: UnitEditor, session: SessionDep) -> UnitPublic:
    """Enter a unit in a jurisdiction's directory."""
    return once.store(actions.create_unit(session, wanted, by=actor, at=clock.now()))


@router.get("/{unit_id}")
def read_unit(unit: VisibleUnit, session: SessionDep) -> UnitPublic:
    """One unit with its aliases."""
    return actions.public(session, unit)


@router.patch("/{unit_id}")
def change_unit(unit: VisibleUnit, wanted: UnitChange, actor: UnitEditor, session: SessionDep) -> UnitPublic:
    """Rename or confirm a unit; a former name stays as an alias."""
    return actions.change_unit(session, unit, wanted, by=actor, at=clock.now())


@router.post("/{unit_id}/aliases", status_code=201)
def add_alias(
    once: OnceDep, unit: VisibleUnit, wanted: AliasCreate, actor: UnitEditor, session: SessionDep
) -> UnitPublic:
    """Add another spelling, by which imports then find the unit."""
    return once.store(actions.add_alias(session, unit, wanted.name, by=actor, at=clock.now()))


@router.delete("/{unit_id}/aliases/{alias}")
def drop_alias(unit: VisibleUnit, alias: Name, actor: UnitEditor, session: SessionDep) -> UnitPublic:
    """Drop a spelling."""
    return actions.drop_alias(session, unit, alias, by=actor, at=clock.now())
