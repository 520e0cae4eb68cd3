"""The routes of findings."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Auditor, ObligationReader, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.arrivals import ArrivedOn
from app.edge.problems import ANSWERS
from app.obligations.deps import LockedObligationDep, VisibleObligation
from app.paging import AsOfPage, LinkedDep, Page
from app.storage import StorageDep
from app.updates import finding_actions, finding_queries
from app.updates.deps import SentFileDep, VisibleFinding
from app.updates.finding_schemas import (
    ClosedMany,
    CloseMany,
    FindingAnswerCreate,
    FindingClosure,
    FindingCreate,
    FindingExtension,
    FindingPublic,
    FindingQuery,
    FindMany,
    FoundMany,
    ObligationFindingQuery,
)
from app.updates.schemas import EvidencePublic

router = api_router(tags=["findings"])


@router.get("/findings")
def list_findings(
    query: Annotated[FindingQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> AsOfPage[FindingPublic]:
    """List the findings of a day, newest first; with `overdue=true` those whose last day has passed."""
    return linked(finding_queries.list_findings(session, actor, query, today=clock.today()))


@router.post("/findings", status_code=201, responses={404: ANSWERS[404]})
def open_findings(once: OnceDep, wanted: FindMany, actor: Auditor, session: SessionDep) -> FoundMany:
    """抽查: open findings on a sample, all or none; an error names the first invalid obligation by its index."""
    return once.store(finding_actions.open_findings(session, wanted, by=actor, at=clock.now()))


@router.get("/findings/{finding_id}")
def read_finding(finding: VisibleFinding, session: SessionDep) -> FindingPublic:
    """One finding, with what the unit answered."""
    return finding_queries.public_findings(session, [finding])[0]


@router.get("/obligations/{obligation_id}/findings")
def list_obligation_findings(
    obligation: VisibleObligation,
    query: Annotated[ObligationFindingQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[FindingPublic]:
    """List the findings on one obligation, newest first."""
    return linked(finding_queries.list_of_obligation(session, actor, obligation, query))


@router.post("/obligations/{obligation_id}/findings", status_code=201)
def open_finding(
    once: OnceDep, locked: LockedObligationDep, wanted: FindingCreate, actor: Auditor, session: SessionDep
) -> FindingPublic:
    """抽查 / 回头看 / 整改: open a finding on an obligation. A completed one is open again, not late."""
    return once.store(finding_actions.open_finding(session, locked, wanted, by=actor))


@router.post("/findings/{finding_id}/answers", status_code=201)
def answer_finding(
    once: OnceDep,
    actor: Reporter,
    finding: VisibleFinding,
    wanted: FindingAnswerCreate,
    arrived_on: ArrivedOn,
    session: SessionDep,
) -> FindingPublic:
    """Say what your unit has put right."""
    answered = finding_actions.answer(session, finding, wanted, by=actor, at=clock.now(), arrived_on=arrived_on)
    return once.store(answered)


@router.post("/findings/{finding_id}/evidence", status_code=201)
def add_finding_evidence(
    once: OnceDep,
    actor: Reporter,
    finding: VisibleFinding,
    sent: SentFileDep,
    session: SessionDep,
    storage: StorageDep,
) -> EvidencePublic:
    """Add a file to what your unit answered last, as a form (multipart/form-data)."""
    return once.store(finding_actions.add_file(session, storage, finding, sent, by=actor, at=clock.now()))


@router.post("/findings/{finding_id}/extension", status_code=201)
def extend_finding(
    once: OnceDep, actor: Auditor, finding: VisibleFinding, wanted: FindingExtension, session: SessionDep
) -> FindingPublic:
    """Open a finding again, with a later last day."""
    return once.store(finding_actions.extend(session, finding, wanted, by=actor, at=clock.now()))


@router.post("/findings/{finding_id}/closure", status_code=201)
def close_finding(
    once: OnceDep, actor: Auditor, finding: VisibleFinding, wanted: FindingClosure, session: SessionDep
) -> FindingPublic:
    """Close an answered finding. An obligation that it had reopened is completed again, on the day of the answer."""
    return once.store(finding_actions.close(session, finding, wanted, by=actor, at=clock.now()))


@router.post("/finding-closures", status_code=201, responses={404: ANSWERS[404]})
def close_findings(once: OnceDep, wanted: CloseMany, actor: Auditor, session: SessionDep) -> ClosedMany:
    """Close several findings at once, all or none; an error names the first invalid item by its index."""
    return once.store(finding_actions.close_many(session, wanted, by=actor, at=clock.now()))
