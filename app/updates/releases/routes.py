"""The routes of reports that wait inside a unit."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader, Releaser, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.arrivals import ArrivedOn
from app.paging import LinkedDep, Page
from app.shapes import WithReason
from app.storage import StorageDep
from app.updates.deps import SentFileDep
from app.updates.releases import actions, queries
from app.updates.releases.deps import VisibleWaitingReport
from app.updates.releases.schemas import WaitingReportPublic, WaitingReportQuery
from app.updates.schemas import EvidencePublic, StatusUpdatePublic

router = api_router("/waiting-reports", tags=["updates"])


@router.get("")
def list_waiting_reports(
    query: Annotated[WaitingReportQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> Page[WaitingReportPublic]:
    """待签发: list what waits or waited inside your units for its release, newest first. Nobody else sees it."""
    return linked(queries.list_waiting_reports(session, actor, query))


@router.put("/{report_id}/release")
def release_report(
    actor: Releaser, waiting: VisibleWaitingReport, arrived_on: ArrivedOn, session: SessionDep
) -> StatusUpdatePublic:
    """签发: release what somebody else of your unit reported. It counts from now on, as an update."""
    return actions.release(session, waiting, by=actor, at=clock.now(), arrived_on=arrived_on)


@router.put("/{report_id}/withdrawal")
def withdraw_report(
    actor: Reporter, waiting: VisibleWaitingReport, wanted: WithReason, session: SessionDep
) -> WaitingReportPublic:
    """撤回: take a report back that waits, or give it back with words. It stays readable in your unit."""
    return actions.withdraw(session, waiting, wanted.reason, by=actor, at=clock.now())


@router.post("/{report_id}/evidence", status_code=201)
def add_evidence_to_report(
    once: OnceDep,
    actor: Reporter,
    waiting: VisibleWaitingReport,
    sent: SentFileDep,
    session: SessionDep,
    storage: StorageDep,
) -> EvidencePublic:
    """Add a file to a report that waits, as a form (multipart/form-data)."""
    return once.store(actions.add_file(session, storage, waiting, sent, by=actor, at=clock.now()))
