from typing import Annotated

from fastapi import Query, Request, Response

from app import clock
from app.access.deps import CalendarEditor, ObligationReader, Reader, RegisterEditor, Reviewer, UnitEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.config import SettingsDep
from app.database import SessionDep
from app.obligations import actions, assignment_actions, dissolution_actions, event_actions, queries
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
from app.paging import Page, dumped, link_next
from app.problems import ANSWERS
from app.shapes import RowId, WithReason
from app.units.deps import VisibleUnit
from app.units.queries import get_unit, public_units
from app.units.schemas import UnitPublic
from app.workdays.schemas import CalendarChange, CalendarReport

router = api_router(tags=["obligations"])


@router.get("/obligations", response_model=Page[ObligationPublic])
def list_obligations(
    query: Annotated[ObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Response:
    """List obligations by last day; with `as_of`, as they stood at the end of that day."""
    page = queries.list_obligations(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    return dumped(page, request, response)


@router.get("/units/{unit_id}/obligations", response_model=Page[ObligationPublic], responses={403: ANSWERS[403]})
def list_unit_obligations(
    unit: VisibleUnit,
    query: Annotated[UnitObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Response:
    """List what one unit owes, by last day."""
    page = queries.list_unit_obligations(
        session.connection(), actor, unit, query, today=clock.today(), soon=settings.due_soon_days
    )
    return dumped(page, request, response)


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
    """Reopen what was completed or waived; for the days on which it was so it stays so."""
    obligation = actions.reopen(session, held, wanted.reason, by=actor)
    shown = queries.public_obligation(session, obligation, today=clock.today(), soon=settings.due_soon_days)
    return once.keep(shown)


@router.post("/obligations/{obligation_id}/waiver", status_code=201)
def waive_obligation(
    once: OnceDep,
    held: LockedObligation,
    wanted: WithReason,
    actor: Reviewer,
    session: SessionDep,
    settings: SettingsDep,
) -> ObligationPublic:
    """免办: say why an open obligation need not be done. Reopening takes it back."""
    obligation = actions.waive(session, held, wanted.reason, by=actor)
    shown = queries.public_obligation(session, obligation, today=clock.today(), soon=settings.due_soon_days)
    return once.keep(shown)


@router.put("/units/{unit_id}/dissolution", tags=["units"])
def dissolve_unit(unit: VisibleUnit, wanted: WithReason, actor: UnitEditor, session: SessionDep) -> UnitPublic:
    """Dissolve a unit that was merged away, today. It owes what has begun, and nothing of what begins from today on."""
    dissolved = dissolution_actions.dissolve(session, unit, wanted.reason, by=actor, at=clock.now())
    return public_units(session, [dissolved])[0]


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


@router.put("/calendar/days", tags=["calendar"])
def change_days(
    wanted: CalendarChange, actor: CalendarEditor, session: SessionDep, settings: SettingsDep
) -> CalendarReport:
    """Enter or correct days, all of them or none; what is open and was counted over one of them gets the last day that
    holds now. The key's scope must be the whole installation."""
    return event_actions.correct_calendar(
        session, wanted.days, wanted.years, by=actor, at=clock.now(), roll=settings.roll_days_off
    )
