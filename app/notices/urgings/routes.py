"""The routes of urgings."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader, RegisterEditor, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.notices.deps import VisibleUrging
from app.notices.urgings import actions, queries
from app.notices.urgings.schemas import UrgedMany, UrgingAnswer, UrgingCreate, UrgingPublic, UrgingQuery
from app.paging import LinkedDep, Page

router = api_router("/urgings", tags=["notices"])


@router.get("")
def list_urgings(
    query: Annotated[UrgingQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> Page[UrgingPublic]:
    """List urgings, newest first; those that nobody has answered with `answered=false`."""
    return linked(queries.list_urgings(session, actor, query, today=clock.today()))


@router.post("", status_code=201, responses={404: ANSWERS[404]})
def urge(once: OnceDep, wanted: UrgingCreate, actor: RegisterEditor, session: SessionDep) -> UrgedMany:
    """催办: urge the units of obligations, all or none; no last day is moved."""
    return once.store(actions.urge(session, wanted, by=actor, at=clock.now()))


@router.get("/{urging_id}")
def read_urging(urging: VisibleUrging) -> UrgingPublic:
    """One urging, with the unit's answer."""
    return UrgingPublic.model_validate(urging)


@router.put("/{urging_id}/receipt")
def receive_urging(actor: Reporter, urging: VisibleUrging, session: SessionDep) -> UrgingPublic:
    """Say that your unit has read it."""
    return actions.receive(session, urging, by=actor, at=clock.now())


@router.post("/{urging_id}/answer", status_code=201)
def answer_urging(
    once: OnceDep, actor: Reporter, urging: VisibleUrging, wanted: UrgingAnswer, session: SessionDep
) -> UrgingPublic:
    """Answer for your unit, once. It is not a report: progress and completion are posted on the obligation."""
    return once.store(actions.answer(session, urging, wanted.answer, by=actor, at=clock.now()))
