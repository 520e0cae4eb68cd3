"""The actions on findings (抽查, 回头看, 整改): an auditor opens and closes them, the unit answers."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.access.actors import Actor
from app.clock import local_day
from app.errors import FindingNotAnswered, InvalidRequest
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, lock_obligation
from app.obligations.states import ObligationState
from app.obligations.suspension_models import suspend_with_task
from app.storage import Storage
from app.tasks.bulk import change_each, change_found
from app.updates.evidence_actions import file_evidence, store_file
from app.updates.evidence_queries import SentFile
from app.updates.finding_models import Finding, FindingAnswer
from app.updates.finding_queries import before_finding, get_finding, public_findings
from app.updates.finding_schemas import (
    ClosedMany,
    CloseMany,
    FindingAnswerCreate,
    FindingClosure,
    FindingCreate,
    FindingExtension,
    FindingPublic,
    FindMany,
    FoundMany,
)
from app.updates.models import Evidence
from app.updates.schemas import EvidencePublic


def open_finding(session: Session, locked: LockedObligation, wanted: FindingCreate, *, by: Actor) -> FindingPublic:
    """Open a finding on an obligation. A completed one is open again; its last day and whether it was late stay,
    unless the auditor says that its claim did not hold.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; InvalidRequest: the day has passed;
        ObligationClosed: it is waived; FindingOpen: one is open already.
    """
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    _require_coming(wanted.due_on, local_day(locked.moment))
    obligation = locked.obligation
    was_completed = obligation.state is ObligationState.COMPLETED
    obligation.look_into(wanted.due_on, claim_held=wanted.claim_held)
    finding = Finding(
        checklist_id=obligation.checklist_id,
        obligation_id=obligation.id,
        unit_id=obligation.unit_id,
        key_id=by.key_id,
        kind=wanted.kind,
        narrative=wanted.narrative,
        due_on=wanted.due_on,
        has_reopened=was_completed,
        claim_held=wanted.claim_held,
        opened_at=locked.moment,
    )
    session.add(finding)
    session.flush()
    suspensions = suspend_with_task(session, locked.task, obligation, locked.moment) if was_completed else []
    journal_change(session, locked, "finding.opened", by=by, rows=[finding, *suspensions])
    return public_findings(session, [finding])[0]


def open_findings(session: Session, wanted: FindMany, *, by: Actor, at: datetime) -> FoundMany:
    """抽查: open findings on several obligations, all or none.

    Raises:
        What `open_finding` raises for the first invalid item, with its index; NotFound: the actor may not
        see it.
    """
    opened = change_each(
        session, wanted.items, lambda locked, item: open_finding(session, locked, item, by=by), by=by, at=at
    )
    return FoundMany(items=opened)


def answer(
    session: Session, finding: Finding, wanted: FindingAnswerCreate, *, by: Actor, at: datetime, arrived_on: date
) -> FindingPublic:
    """Say what has been put right. A unit may add to its answer until the finding is closed.

    Args:
        arrived_on: the day of the answer.

    Raises:
        NotYourUnit; ChecklistArchived; FindingClosed.
    """
    by.require_unit(finding.unit_id)
    locked, finding = _lock(session, finding, at)
    finding.answer(arrived_on)
    locked.obligation.answer_finding(arrived_on)
    said = FindingAnswer(
        checklist_id=finding.checklist_id,
        finding_id=finding.id,
        key_id=by.key_id,
        narrative=wanted.narrative,
        posted_at=locked.moment,
    )
    session.add(said)
    session.flush()
    links = [
        Evidence(checklist_id=finding.checklist_id, finding_answer_id=said.id, url=link.url, title=link.title)
        for link in wanted.evidence
    ]
    session.add_all(links)
    session.flush()
    journal_change(session, locked, "finding.answered", by=by, rows=[finding, said, *links])
    return public_findings(session, [finding])[0]


def extend(session: Session, finding: Finding, wanted: FindingExtension, *, by: Actor, at: datetime) -> FindingPublic:
    """Open a finding again, with a later last day.

    Raises:
        OutsideScope, ChecklistArchived; FindingClosed;
        InvalidRequest: the day has passed, or is not a later one.
    """
    locked, finding = _lock(session, finding, at)
    by.require_scope(locked.checklist.jurisdiction_code)
    finding.require_open()
    _require_coming(wanted.due_on, local_day(locked.moment))
    if wanted.due_on <= finding.due_on:
        detail = say(
            "{day} is not after the last day, {last_day}; give a later one",
            day=wanted.due_on,
            last_day=finding.due_on,
        )
        raise InvalidRequest(fields=[("body.due_on", detail)])
    finding.extend(wanted.due_on)
    locked.obligation.expect_answer(wanted.due_on)
    journal_change(session, locked, "finding.extended", by=by, rows=[finding], reason=wanted.reason)
    return public_findings(session, [finding])[0]


def close(session: Session, finding: Finding, wanted: FindingClosure, *, by: Actor, at: datetime) -> FindingPublic:
    """Close a finding that the unit has answered. An obligation that it had reopened is completed again: on the day of
    the answer, or today if the first claim did not hold. The auditor's last judgement of that claim counts.

    Raises:
        OutsideScope, ChecklistArchived; FindingClosed; FindingNotAnswered.
    """
    locked, finding = _lock(session, finding, at)
    by.require_scope(locked.checklist.jurisdiction_code)
    done_on = finding.close(wanted.conclusion, locked.moment)
    if wanted.claim_held is not None:
        _judge_claim(session, locked.obligation, finding, wanted.claim_held)
    if finding.claim_held is False:
        done_on = local_day(locked.moment)
    locked.obligation.put_right(done_on, completed=finding.has_reopened)
    journal_change(session, locked, "finding.closed", by=by, rows=[finding])
    return public_findings(session, [finding])[0]


def close_many(session: Session, wanted: CloseMany, *, by: Actor, at: datetime) -> ClosedMany:
    """Close several findings, all or none.

    Raises:
        What `close` raises for the first invalid item, with its index; NotFound: the actor may not see it.
    """
    closed = change_found(
        session,
        wanted.items,
        lambda item: get_finding(session, by, item.finding_id),
        lambda finding, item, moment: close(session, finding, item, by=by, at=moment),
        at=at,
    )
    return ClosedMany(items=closed)


def add_file(
    session: Session, storage: Storage, finding: Finding, sent: SentFile, *, by: Actor, at: datetime
) -> EvidencePublic:
    """Store a file as evidence of one's own last answer to a finding.

    Raises:
        NotYourUnit; ChecklistArchived; FindingClosed; FindingNotAnswered; as `file_evidence` and `store_file`.
    """
    by.require_unit(finding.unit_id)
    evidence = file_evidence(storage, sent)
    locked, finding = _lock(session, finding, at)
    finding.require_open()
    answers = select(func.max(FindingAnswer.id)).where(col(FindingAnswer.finding_id) == finding.id)
    evidence.checklist_id, evidence.finding_answer_id = finding.checklist_id, session.exec(answers).one()
    if evidence.finding_answer_id is None:
        raise FindingNotAnswered(say("finding {id} has no answer yet; answer it first", id=finding.id))
    return store_file(
        session, storage, sent, evidence, locked.checklist.stream, subject=locked.subject, by=by, at=locked.moment
    )


def _judge_claim(session: Session, obligation: Obligation, finding: Finding, claim_held: bool) -> None:
    """Change the auditor's judgement of the first claim since the finding was opened."""
    if not claim_held:
        obligation.held_on = None
    elif finding.claim_held is False:
        obligation.count_as(before_finding(session, obligation))
    finding.claim_held = claim_held


def _lock(session: Session, finding: Finding, at: datetime) -> tuple[LockedObligation, Finding]:
    """Lock a finding. It can be closed even if its task was withdrawn; otherwise it would stay open for good.

    Raises:
        ChecklistArchived; ObligationClosed: it was voided.
    """
    locked = lock_obligation(session, session.get_one(Obligation, finding.obligation_id), at)
    locked.checklist.require_changeable()
    locked.obligation.require_not_voided()
    return locked, session.get_one(Finding, finding.id, with_for_update=True, populate_existing=True)


def _require_coming(day: date, today: date) -> None:
    if day < today:
        raise InvalidRequest(fields=[("body.due_on", say("{day} has passed; give today or a later day", day=day))])
