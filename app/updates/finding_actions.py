"""抽查, 回头看, 整改: an auditor re-checks what was done, the unit answers, the auditor closes or wants more."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.access.actors import Actor
from app.clock import local_day
from app.errors import FindingNotAnswered, InvalidRequest
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation, hold
from app.obligations.states import ObligationState
from app.obligations.suspension_models import rest_with_task
from app.storage import Storage
from app.tasks.bulk import change_each, change_found
from app.updates.evidence_actions import file_evidence, keep
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


def open_finding(session: Session, held: HeldObligation, wanted: FindingCreate, *, by: Actor) -> FindingPublic:
    """Open a finding on an obligation. What was completed is open again; its last day and whether it was late stay,
    unless the auditor says that its claim did not hold.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; InvalidRequest: the day has passed;
        ObligationClosed: it is waived; FindingOpen: one is open already.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    held.task.require_not_withdrawn()
    _require_coming(wanted.due_on, local_day(held.moment))
    obligation = held.obligation
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
        opened_at=held.moment,
    )
    session.add(finding)
    session.flush()
    rests = rest_with_task(session, held.task, obligation, held.moment) if was_completed else []
    journal_change(session, held, "finding.opened", by=by, rows=[finding, *rests])
    return public_findings(session, [finding])[0]


def open_findings(session: Session, wanted: FindMany, *, by: Actor, at: datetime) -> FoundMany:
    """抽查: open findings on several obligations, all or none.

    Raises:
        What `open_finding` raises for the first that cannot be, with its index; NotFound: it is not for the actor's
        eyes.
    """
    opened = change_each(
        session, wanted.items, lambda held, item: open_finding(session, held, item, by=by), by=by, at=at
    )
    return FoundMany(items=opened)


def answer(
    session: Session, finding: Finding, wanted: FindingAnswerCreate, *, by: Actor, at: datetime
) -> FindingPublic:
    """Say what has been put right. A unit may add to its answer until the finding is closed.

    Raises:
        NotYourUnit; ChecklistArchived; FindingClosed.
    """
    by.require_unit(finding.unit_id)
    held, finding = _hold(session, finding, at)
    finding.answer(local_day(held.moment))
    held.obligation.answer_finding(local_day(held.moment))
    said = FindingAnswer(
        checklist_id=finding.checklist_id,
        finding_id=finding.id,
        key_id=by.key_id,
        narrative=wanted.narrative,
        posted_at=held.moment,
    )
    session.add(said)
    session.flush()
    links = [
        Evidence(checklist_id=finding.checklist_id, finding_answer_id=said.id, url=link.url, title=link.title)
        for link in wanted.evidence
    ]
    session.add_all(links)
    session.flush()
    journal_change(session, held, "finding.answered", by=by, rows=[finding, said, *links])
    return public_findings(session, [finding])[0]


def extend(session: Session, finding: Finding, wanted: FindingExtension, *, by: Actor, at: datetime) -> FindingPublic:
    """Want more, by a later day: the finding is open again.

    Raises:
        OutsideScope, ChecklistArchived; FindingClosed;
        InvalidRequest: the day has passed, or is no later one.
    """
    held, finding = _hold(session, finding, at)
    by.require_scope(held.checklist.jurisdiction_code)
    finding.require_open()
    _require_coming(wanted.due_on, local_day(held.moment))
    if wanted.due_on <= finding.due_on:
        detail = say(
            "{day} is no later than the last day, {last_day}; give a later one",
            day=wanted.due_on,
            last_day=finding.due_on,
        )
        raise InvalidRequest(fields=[("body.due_on", detail)])
    finding.extend(wanted.due_on)
    held.obligation.expect_answer(wanted.due_on)
    journal_change(session, held, "finding.extended", by=by, rows=[finding], reason=wanted.reason)
    return public_findings(session, [finding])[0]


def close(session: Session, finding: Finding, wanted: FindingClosure, *, by: Actor, at: datetime) -> FindingPublic:
    """End a finding that the unit has answered. What it had reopened is completed again: on the day of the answer, or,
    where the first claim did not hold, today. The auditor's last word on that claim counts.

    Raises:
        OutsideScope, ChecklistArchived; FindingClosed; FindingNotAnswered.
    """
    held, finding = _hold(session, finding, at)
    by.require_scope(held.checklist.jurisdiction_code)
    done_on = finding.close(wanted.conclusion, held.moment)
    if wanted.claim_held is not None:
        _judge_claim(session, held.obligation, finding, wanted.claim_held)
    if finding.claim_held is False:
        done_on = local_day(held.moment)
    held.obligation.put_right(done_on, completed=finding.has_reopened)
    journal_change(session, held, "finding.closed", by=by, rows=[finding])
    return public_findings(session, [finding])[0]


def close_many(session: Session, wanted: CloseMany, *, by: Actor, at: datetime) -> ClosedMany:
    """End several findings, all or none.

    Raises:
        What `close` raises for the first that cannot be, with its index; NotFound: it is not for the actor's eyes.
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
        NotYourUnit; ChecklistArchived; FindingClosed; FindingNotAnswered; as `file_evidence` and `keep`.
    """
    by.require_unit(finding.unit_id)
    evidence = file_evidence(storage, sent)
    held, finding = _hold(session, finding, at)
    finding.require_open()
    answers = select(func.max(FindingAnswer.id)).where(col(FindingAnswer.finding_id) == finding.id)
    evidence.checklist_id, evidence.finding_answer_id = finding.checklist_id, session.exec(answers).one()
    if evidence.finding_answer_id is None:
        raise FindingNotAnswered(say("finding {id} has no answer yet; answer it first", id=finding.id))
    return keep(session, storage, sent, evidence, held.checklist.stream, subject=held.subject, by=by, at=held.moment)


def _judge_claim(session: Session, obligation: Obligation, finding: Finding, claim_held: bool) -> None:
    """Let the auditor's word on the first claim be another than when the finding was opened."""
    if not claim_held:
        obligation.held_on = None
    elif finding.claim_held is False:
        obligation.count_as(before_finding(session, obligation))
    finding.claim_held = claim_held


def _hold(session: Session, finding: Finding, at: datetime) -> tuple[HeldObligation, Finding]:
    """A finding is ended though its task was withdrawn meanwhile: else it would be open for good.

    Raises:
        ChecklistArchived; ObligationClosed: it was taken back as if it had never been.
    """
    held = hold(session, session.get_one(Obligation, finding.obligation_id), at)
    held.checklist.require_changeable()
    held.obligation.require_not_voided()
    return held, session.get_one(Finding, finding.id, with_for_update=True, populate_existing=True)


def _require_coming(day: date, today: date) -> None:
    if day < today:
        raise InvalidRequest(fields=[("body.due_on", say("{day} has passed; give today or a later day", day=day))])
