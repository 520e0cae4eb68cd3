"""The routes of extensions."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader, RegisterEditor, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.arrivals import ArrivedOn
from app.edge.problems import ANSWERS
from app.obligations.deps import LockedObligationDep, VisibleObligation
from app.obligations.queries import public_obligation
from app.obligations.schemas import ObligationPublic
from app.paging import LinkedDep, Page
from app.shapes import WithReason
from app.storage import StorageDep
from app.updates import extension_actions, extension_queries
from app.updates.deps import SentFileDep, VisibleExtension
from app.updates.extension_schemas import (
    DecidedMany,
    DecideMany,
    DecisionWrite,
    ExtensionCreate,
    ExtensionPublic,
    ExtensionQuery,
    ObligationExtensionQuery,
)
from app.updates.schemas import EvidencePublic

router = api_router(tags=["extensions"])


@router.get("/extensions")
def list_extensions(
    query: Annotated[ExtensionQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> Page[ExtensionPublic]:
    """List requests for a later last day, newest first; those that wait with `decided=false`."""
    return linked(extension_queries.list_extensions(session, actor, query))


@router.get("/obligations/{obligation_id}/extensions")
def list_obligation_extensions(
    obligation: VisibleObligation,
    query: Annotated[ObligationExtensionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[ExtensionPublic]:
    """List the requests for one obligation and the office's decisions, newest first."""
    return linked(extension_queries.list_of_obligation(session, actor, obligation, query))


@router.post("/obligations/{obligation_id}/extensions", status_code=201)
def ask_for_extension(
    once: OnceDep,
    locked: LockedObligationDep,
    wanted: ExtensionCreate,
    actor: Reporter,
    arrived_on: ArrivedOn,
    session: SessionDep,
) -> ExtensionPublic:
    """Ask for a later last day of your unit's obligation, before the last one has passed."""
    return once.store(extension_actions.ask(session, locked, wanted, by=actor, arrived_on=arrived_on))


@router.put("/obligations/{obligation_id}/extension-opening")
def open_extension(
    locked: LockedObligationDep, wanted: WithReason, actor: RegisterEditor, session: SessionDep
) -> ObligationPublic:
    """Let the unit ask for a later day once, though the last has passed."""
    obligation = extension_actions.open_request(session, locked, wanted.reason, by=actor)
    return public_obligation(session, obligation, today=clock.today())


@router.put("/extensions/{extension_id}/decision")
def decide_extension(
    actor: RegisterEditor, extension: VisibleExtension, wanted: DecisionWrite, session: SessionDep
) -> ExtensionPublic:
    """Grant a later last day, as requested or another, or refuse it. The period's last day stays the first one."""
    return extension_actions.decide(session, extension, wanted, by=actor, at=clock.now())


@router.post("/extension-decisions", status_code=201, responses={404: ANSWERS[404]})
def decide_extensions(once: OnceDep, wanted: DecideMany, actor: RegisterEditor, session: SessionDep) -> DecidedMany:
    """Decide several requests at once, all or none; an error names the first invalid item by its index."""
    return once.store(extension_actions.decide_many(session, wanted, by=actor, at=clock.now()))


@router.post("/extensions/{extension_id}/evidence", status_code=201)
def add_extension_evidence(
    once: OnceDep,
    actor: Reporter,
    extension: VisibleExtension,
    sent: SentFileDep,
    session: SessionDep,
    storage: StorageDep,
) -> EvidencePublic:
    """Add a file to your unit's request, as a form (multipart/form-data), until the office has decided."""
    return once.store(extension_actions.add_file(session, storage, extension, sent, by=actor, at=clock.now()))
