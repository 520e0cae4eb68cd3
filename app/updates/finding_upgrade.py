"""The upgrade of findings from an older version, in which a finding's last day replaced the obligation's."""

from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.checklists.models import Checklist
from app.journal.recorder import lock, record
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.spans import advance
from app.updates.finding_models import Finding, FindingState
from app.updates.finding_queries import before_finding

BY = "upgrade"


class Followed(NamedTuple):
    """An open finding, and the last day and deciding day of its obligation, before and now."""

    finding_id: int
    was_due_on: date | None
    due_on: date | None
    held_on: date | None


class Moved(NamedTuple):
    """A closed finding whose last day replaced the obligation's, and the last day before it."""

    finding_id: int
    obligation_id: int
    first_due_on: date | None
    due_on: date


def moved_by_closed_findings(session: Session) -> list[Moved]:
    """The last days that an older version's findings moved and that stay as recorded."""
    query = (
        select(col(Finding.id), col(Finding.obligation_id), col(Period.due_on), col(Finding.due_on))
        .join(Obligation, col(Obligation.id) == col(Finding.obligation_id))
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(
            col(Finding.closed_at).is_not(None),
            col(Finding.claim_held).is_(None),
            col(Finding.has_reopened),
            col(Obligation.due_on) == col(Finding.due_on),
            col(Period.due_on) != col(Finding.due_on),
        )
        .order_by(col(Finding.id))
    )
    return [Moved(*row) for row in session.exec(query).all()]


def open_findings_follow(session: Session, at: datetime) -> list[Followed]:
    """Let obligations that were completed, and are open again for a finding, count as before. Nobody has judged that
    their claim had not held. Closed findings stay as they are.

    If the unit has answered, its last answer is used as the first, which was not recorded.

    Each checklist gets one entry in its journal.
    """
    followed = []
    reopened = and_(col(Finding.claim_held).is_(None), col(Finding.has_reopened))
    answered = and_(col(Finding.state) == FindingState.ANSWERED, col(Obligation.finding_answered_on).is_(None))
    query = (
        select(Finding)
        .join(Obligation, col(Obligation.id) == col(Finding.obligation_id))
        .where(col(Finding.closed_at).is_(None), or_(reopened, answered))
        .order_by(col(Finding.checklist_id), col(Finding.id))
    )
    for checklist_id, findings in groupby(session.exec(query).all(), lambda one: one.checklist_id):
        checklist = session.get_one(Checklist, checklist_id)
        moment = lock(session, at, checklist.stream)
        changed: list[Finding] = []
        obligations: list[Obligation] = []
        for finding in findings:
            obligation = session.get_one(Obligation, finding.obligation_id)
            was_due_on = obligation.due_on
            if finding.answered_on is not None and finding.state is FindingState.ANSWERED:
                obligation.answer_finding(finding.answered_on)
            if finding.has_reopened and finding.claim_held is None:
                finding.claim_held = True
                obligation.count_as(before_finding(session, obligation))
                changed.append(finding)
            obligations.append(obligation)
            followed.append(Followed(finding.id, was_due_on, obligation.due_on, obligation.held_on))
        rows = [*changed, *obligations, *advance(session, obligations, moment)]
        subject = f"checklist:{checklist_id}"
        record(session, checklist.stream, by=BY, verb="findings.followed", subject=subject, at=moment, rows=rows)
    return followed
