"""The actions that reopen and waive an obligation."""

from collections.abc import Sequence

from sqlmodel import Session

from app.access.actors import Actor
from app.errors import AssignmentEnded
from app.journal.recorder import record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import HeldObligation
from app.obligations.schemas import Reopening
from app.obligations.spans import advance
from app.obligations.states import WAIVED_BY_ITSELF, ObligationState
from app.obligations.suspension_models import rest_with_task


def reopen(session: Session, held: HeldObligation, wanted: Reopening, *, by: Actor) -> Obligation:
    """Reopen what was completed, or waived by the office: it is owed again from now on, and stays closed in the answers
    for the days on which it was. Whether it was late stays decided, unless its claim did not hold. It rests
    where its task does.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationNotCompleted;
        AssignmentEnded: the unit has to be assigned again first, or its period was withdrawn.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    held.task.require_not_withdrawn()
    assignment = session.get_one(Assignment, held.obligation.assignment_id)
    if assignment.ended_on is not None:
        raise AssignmentEnded(
            say("the unit's part in task {task} ended on {day}", task=held.task.id, day=assignment.ended_on)
        )
    if held.obligation.state is ObligationState.WAIVED and held.obligation.reason in WAIVED_BY_ITSELF:
        raise AssignmentEnded(
            say(
                "nobody waived obligation {id}: {reason}; it comes back with its cause",
                id=held.obligation.id,
                reason=held.obligation.reason,
            )
        )
    due_on = session.get_one(Period, held.obligation.period_id).due_on
    held.obligation.reopen(wanted.reason, due_on, claim_held=wanted.claim_held)
    rests = rest_with_task(session, held.task, held.obligation, held.moment)
    journal_change(session, held, "obligation.reopened", by=by, rows=rests, reason=wanted.reason)
    return held.obligation


def waive(session: Session, held: HeldObligation, reason: str, *, by: Actor) -> Obligation:
    """免办: what is open need not be done. What was completed stays completed.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed;
        FindingOpen: an auditor looks at it, and only an auditor ends that.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    held.task.require_not_withdrawn()
    held.obligation.require_no_finding()
    held.obligation.waive(reason)
    journal_change(session, held, "obligation.waived", by=by, reason=reason)
    return held.obligation


def journal_change(
    session: Session,
    held: HeldObligation,
    verb: str,
    *,
    by: Actor,
    rows: Sequence[Journaled] = (),
    reason: str | None = None,
) -> None:
    """Keep an obligation as it is now, with its spans and whatever else changed with it."""
    record(
        session,
        held.checklist.stream,
        by=by.who,
        verb=verb,
        subject=held.subject,
        at=held.moment,
        rows=[*rows, held.obligation, *advance(session, [held.obligation], held.moment)],
        facts={"reason": reason} if reason else None,
    )
