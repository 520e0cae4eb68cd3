from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import clock
from app.access.actors import ObligationReader, Reader, RegisterEditor, UnitEditor
from app.access.idempotency import OnceDep
from app.config import SettingsDep
from app.database import SessionDep
from app.obligations import actions, assignment_actions, queries
from app.obligations.deps import LockedObligation, VisibleObligation
from app.obligations.schemas import (
    MemberPublic,
    MemberQuery,
    MembershipPublic,
    MembershipWrite,
    ObligationPublic,
    ObligationQuery,
    UnitObligationQuery,
)
from app.paging import Page, link_next
from app.problems import ANSWERS
from app.shapes import RowId, WithReason
from app.units.deps import VisibleUnit
from app.units.queries import get_unit

router = APIRouter(tags=["obligations"])


@router.get("/obligations")
def list_obligations(
    query: Annotated[ObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[ObligationPublic]:
    """List obligations by last day; with `as_of`, as they stood at the end of that day."""
    page = queries.list_obligations(session, actor, query, today=clock.today(), soon=settings.due_soon_days)
    link_next(request, response, page.next_cursor)
    return page


@router.get("/units/{unit_id}/obligations", responses={403: ANSWERS[403]})
def list_unit_obligations(
    unit: VisibleUnit,
    query: Annotated[UnitObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[ObligationPublic]:
    """List what one unit owes, by last day."""
    page = queries.list_unit_obligations(session, actor, unit, query, today=clock.today(), soon=settings.due_soon_days)
    link_next(request, response, page.next_cursor)
    return page


@router.get("/obligations/{obligation_id}")
def read_obligation(obligation: VisibleObligation, session: SessionDep, settings: SettingsDep) -> ObligationPublic:
    """One obligation as it stands today."""
    return queries.public_obligation(session, obligation, today=clock.today(), soon=settings.due_soon_days)


@router.post("/obligations/{obligation_id}/reopening", status_code=201)
def reopen_obligation(
    once: OnceDep,
    held: LockedObligation,
    wanted: WithReason,
    actor: RegisterEditor,
    session: SessionDep,
    settings: SettingsDep,
) -> ObligationPublic:
    """Reopen a completed obligation; for the days on which it was completed it stays so."""
    obligation = actions.reopen(session, held, wanted.reason, by=actor)
    shown = queries.public_obligation(session, obligation, today=clock.today(), soon=settings.due_soon_days)
    return once.keep(shown)


@router.get("/units/{unit_id}/members", tags=["units"])
def list_members(
    collective: VisibleUnit,
    query: Annotated[MemberQuery, Query()],
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
) -> Page[MemberPublic]:
    """List a collective's members, past ones too."""
    page = queries.list_members(session, collective, query)
    link_next(request, response, page.next_cursor)
    return page


@router.put("/units/{unit_id}/members/{member_id}", tags=["units"])
def add_member(
    collective: VisibleUnit, member_id: RowId, wanted: MembershipWrite, actor: UnitEditor, session: SessionDep
) -> MembershipPublic:
    """Give a unit a place in a collective. It then owes what the collective owes in periods that begin from then on."""
    member = get_unit(session, actor, member_id)
    membership = assignment_actions.add_member(session, collective, member, wanted.from_on, by=actor, at=clock.now())
    return MembershipPublic.model_validate(membership)


@router.delete("/units/{unit_id}/members/{member_id}", tags=["units"])
def end_member(collective: VisibleUnit, member_id: RowId, actor: UnitEditor, session: SessionDep) -> MembershipPublic:
    """End a unit's place in a collective, today. What it owes of periods that have begun stays."""
    membership = assignment_actions.end_member(session, collective, member_id, by=actor, at=clock.now())
    return MembershipPublic.model_validate(membership)
