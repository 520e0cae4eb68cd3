"""The routes of obligations."""

from typing import Annotated

from fastapi import Query, Request, Response

from app import clock
from app.access.deps import ObligationReader, RegisterEditor, Reviewer
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.obligations import actions, queries
from app.obligations.deps import LockedObligationDep, VisibleObligation
from app.obligations.schemas import ObligationPublic, ObligationQuery, Reopening, UnitObligationQuery
from app.paging import AsOfPage, dumped
from app.shapes import WithReason
from app.units.deps import VisibleUnit

router = api_router(tags=["obligations"])


@router.get("/obligations", response_model=AsOfPage[ObligationPublic])
def list_obligations(
    query: Annotated[ObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    request: Request,
    response: Response,
) -> Response:
    """List obligations by last day; with `as_of`, as they stood at the end of that day."""
    page = queries.list_obligations(session.connection(), actor, query, today=clock.today())
    return dumped(page, request, response)


@router.get("/units/{unit_id}/obligations", response_model=AsOfPage[ObligationPublic], responses={403: ANSWERS[403]})
def list_unit_obligations(
    unit: VisibleUnit,
    query: Annotated[UnitObligationQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    request: Request,
    response: Response,
) -> Response:
    """List what one unit owes, by last day."""
    page = queries.list_unit_obligations(session.connection(), actor, unit, query, today=clock.today())
    return dumped(page, request, response)


@router.get("/obligations/{obligation_id}")
def read_obligation(obligation: VisibleObligation, session: SessionDep) -> ObligationPublic:
    """One obligation as of today."""
    return queries.public_obligation(session, obligation, today=clock.today())


@router.post("/obligations/{obligation_id}/reopening", status_code=201)
def reopen_obligation(
    once: OnceDep,
    locked: LockedObligationDep,
    wanted: Reopening,
    actor: RegisterEditor,
    session: SessionDep,
) -> ObligationPublic:
    """Reopen what was completed or waived; past days stay as they were. Whether it was late stays
    decided, unless its claim did not hold."""
    obligation = actions.reopen(session, locked, wanted, by=actor)
    shown = queries.public_obligation(session, obligation, today=clock.today())
    return once.store(shown)


@router.post("/obligations/{obligation_id}/waiver", status_code=201)
def waive_obligation(
    once: OnceDep,
    locked: LockedObligationDep,
    wanted: WithReason,
    actor: Reviewer,
    session: SessionDep,
) -> ObligationPublic:
    """免办: say why an open obligation need not be done. Reopening undoes it."""
    obligation = actions.waive(session, locked, wanted.reason, by=actor)
    shown = queries.public_obligation(session, obligation, today=clock.today())
    return once.store(shown)
