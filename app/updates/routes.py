"""The routes of updates."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import ConnectionDep, SessionDep
from app.edge.arrivals import ArrivedOn
from app.edge.problems import ANSWERS
from app.fastpath.marks import fast_write
from app.obligations.deps import LockedObligationDep, VisibleObligation
from app.obligations.queries import public_obligation
from app.obligations.schemas import ObligationPublic
from app.paging import LinkedDep, Page
from app.shapes import RowId
from app.updates import actions, posting, queries
from app.updates.releases.schemas import PostedMany, Reported
from app.updates.schemas import (
    ObligationUpdateQuery,
    PostMany,
    ReceivedMany,
    ReceiveMany,
    StatusUpdateCreate,
    StatusUpdatePublic,
    UpdateQuery,
)

router = api_router(tags=["updates"])


@router.get("/updates")
def list_updates(
    query: Annotated[UpdateQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> Page[StatusUpdatePublic]:
    """List status updates, newest first."""
    return linked(queries.list_updates(session, actor, query))


@router.post("/updates", status_code=201, responses={404: ANSWERS[404]})
def post_updates(
    once: OnceDep, wanted: PostMany, actor: Reporter, arrived_on: ArrivedOn, connection: ConnectionDep
) -> PostedMany:
    """Report on several of your unit's obligations at once, all or none; an error names the first invalid item by its
    index."""
    return once.store(posting.post_updates(connection, wanted, by=actor, at=clock.now(), arrived_on=arrived_on))


@router.get("/obligations/{obligation_id}/updates")
def list_obligation_updates(
    obligation: VisibleObligation,
    query: Annotated[ObligationUpdateQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[StatusUpdatePublic]:
    """List a unit's reports on one obligation, newest first."""
    return linked(queries.list_of_obligation(session, actor, obligation, query))


@router.put("/obligations/{obligation_id}/receipt", tags=["obligations"])
def acknowledge_obligation(locked: LockedObligationDep, actor: Reporter, session: SessionDep) -> ObligationPublic:
    """签收: acknowledge an obligation of your unit. A report does so too."""
    obligation = actions.acknowledge(session, locked, by=actor)
    return public_obligation(session, obligation, today=clock.today())


@router.post("/receipts", status_code=201, responses={404: ANSWERS[404]}, tags=["obligations"])
def acknowledge_obligations(once: OnceDep, wanted: ReceiveMany, actor: Reporter, session: SessionDep) -> ReceivedMany:
    """签收: acknowledge several obligations of your unit, all or none; an error names the first invalid item by its
    index."""
    return once.store(actions.acknowledge_many(session, wanted, by=actor, at=clock.now()))


@router.post("/obligations/{obligation_id}/updates", status_code=201)
@fast_write
def post_update(
    once: OnceDep,
    obligation_id: RowId,
    report: StatusUpdateCreate,
    actor: Reporter,
    arrived_on: ArrivedOn,
    connection: ConnectionDep,
) -> Reported:
    """Report what your unit has done. `completed` closes the obligation on the day on which the report arrived, or
    waits for the office if the checklist asks for review. If it asks for release, the report waits inside your unit:
    the answer has `update_id`."""
    posted = posting.post_update(connection, obligation_id, report, by=actor, at=clock.now(), arrived_on=arrived_on)
    return once.store(posted)


@router.post("/tasks/{task_id}/units/{unit_id}/updates", status_code=201)
@fast_write
def post_task_update(
    once: OnceDep,
    task_id: RowId,
    unit_id: RowId,
    report: StatusUpdateCreate,
    actor: Reporter,
    arrived_on: ArrivedOn,
    connection: ConnectionDep,
) -> Reported:
    """Report on your unit's obligation for a task, without the obligation's id."""
    posted = posting.post_task_update(
        connection, task_id, unit_id, report, by=actor, at=clock.now(), arrived_on=arrived_on
    )
    return once.store(posted)
