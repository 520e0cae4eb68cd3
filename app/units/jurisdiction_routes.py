"""The routes of jurisdictions."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Reader, UnitEditor
from app.access.routing import api_router
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import JurisdictionCode
from app.units import actions, queries
from app.units.schemas import JurisdictionEntry, JurisdictionPublic, JurisdictionQuery

router = api_router("/jurisdictions", tags=["units"])


@router.get("")
def list_jurisdictions(
    query: Annotated[JurisdictionQuery, Query()], _: Reader, session: SessionDep, linked: LinkedDep
) -> Page[JurisdictionPublic]:
    """List the jurisdictions that have a directory of units, by code."""
    return linked(queries.list_jurisdictions(session, query))


@router.put("/{code}")
def enter_jurisdiction(
    code: JurisdictionCode, wanted: JurisdictionEntry, actor: UnitEditor, session: SessionDep
) -> JurisdictionPublic:
    """Enter a jurisdiction, or rename one: a province, a prefecture or a county in your scope."""
    return actions.enter_jurisdiction(session, code, wanted.name, by=actor, at=clock.now())
