"""The actions on reports that wait inside a unit: their release, their withdrawal, and their evidence."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.actions import lock_stream
from app.checklists.models import Checklist
from app.checklists.targets import figures_of
from app.errors import OwnReport
from app.journal.recorder import record
from app.storage import Storage
from app.updates.evidence_actions import file_evidence, store_file
from app.updates.evidence_queries import SentFile
from app.updates.models import SAID, Evidence
from app.updates.posting import post_released
from app.updates.queries import get_update, public_updates
from app.updates.releases.models import WaitingReport
from app.updates.releases.queries import public_waiting_reports, releasable
from app.updates.releases.schemas import WaitingReportPublic
from app.updates.reporting import Signed
from app.updates.schemas import EvidencePublic, StatusUpdateCreate, StatusUpdatePublic


def release(
    session: Session, waiting: WaitingReport, *, by: Actor, at: datetime, arrived_on: date
) -> StatusUpdatePublic:
    """签发: post a report that waits as an update of this moment. Its evidence goes with it.

    Args:
        arrived_on: the day by which the unit is judged.

    Raises:
        NotWaiting: it was released or withdrawn. OwnReport.
        And as `post_update`: the rules apply as they are today.
    """
    checklist, moment = _lock(session, waiting, at)
    waiting.require_waits()
    may = releasable(by, col(WaitingReport.unit_id), col(WaitingReport.reported_by))
    if session.exec(select(WaitingReport.id).where(col(WaitingReport.id) == waiting.id, may)).first() is None:
        raise OwnReport()
    said = {name: getattr(waiting, name) for name in SAID} | {"figures": figures_of(waiting.figures)}
    report = StatusUpdateCreate.model_construct(**said)
    signed = Signed(waiting.key_id, waiting.reported_by, approved_by=by.who)
    posted = post_released(
        session.connection(), waiting.obligation_id, report, signed, by=by, at=moment, arrived_on=arrived_on
    )
    waiting.update_id = posted.id
    evidence = session.exec(select(Evidence).where(col(Evidence.waiting_report_id) == waiting.id)).all()
    for one in evidence:
        one.update_id, one.waiting_report_id = posted.id, None
    _record(session, checklist, "report.released", waiting, evidence, by=by, at=moment)
    return public_updates(session, [get_update(session, by, posted.id)])[0]


def withdraw(session: Session, waiting: WaitingReport, reason: str, *, by: Actor, at: datetime) -> WaitingReportPublic:
    """撤回: take a report back that waits, or give it back to who wrote it. With the same reason again, it changes
    nothing.

    Raises:
        ChecklistArchived; NotWaiting: it was released, or withdrawn for another reason.
    """
    checklist, moment = _lock(session, waiting, at)
    if waiting.withdrawn_at is None or waiting.reason != reason:
        waiting.withdraw(reason, moment)
        _record(session, checklist, "report.withdrawn", waiting, by=by, at=moment)
    return public_waiting_reports(session, [waiting])[0]


def add_file(
    session: Session, storage: Storage, waiting: WaitingReport, sent: SentFile, *, by: Actor, at: datetime
) -> EvidencePublic:
    """Raises:
    ChecklistArchived; NotWaiting. And as `file_evidence` and `store_file`.
    """
    evidence = file_evidence(storage, sent)
    checklist, moment = _lock(session, waiting, at)
    waiting.require_waits()
    evidence.checklist_id, evidence.waiting_report_id = waiting.checklist_id, waiting.id
    subject = waiting.subject
    return store_file(session, storage, sent, evidence, checklist.stream, subject=subject, by=by, at=moment)


def _lock(session: Session, waiting: WaitingReport, at: datetime) -> tuple[Checklist, datetime]:
    """Lock the stream of a report and its row, and read its current state.

    Raises:
        ChecklistArchived.
    """
    checklist = session.get_one(Checklist, waiting.checklist_id)
    moment = lock_stream(session, checklist, at)
    session.refresh(waiting, with_for_update=True)
    return checklist, moment


def _record(
    session: Session,
    checklist: Checklist,
    verb: str,
    waiting: WaitingReport,
    evidence: Sequence[Evidence] = (),
    *,
    by: Actor,
    at: datetime,
) -> None:
    rows = [waiting, *evidence]
    record(session, checklist.stream, by=by.who, verb=verb, subject=waiting.subject, at=at, rows=rows)
