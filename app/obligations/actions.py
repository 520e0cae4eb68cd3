"""The actions that reopen and waive an obligation."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.clock import local_day
from app.errors import AssignmentEnded
from app.journal.recorder import record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import LockedObligation
from app.obligations.schemas import Reopening
from app.obligations.span_models import ObligationSpan
from app.obligations.spans import advance
from app.obligations.states import WAIVED_BY_ITSELF, ObligationState
from app.obligations.suspension_models import suspend_with_task


def reopen(session: Session, locked: LockedObligation, wanted: Reopening, *, by: Actor) -> Obligation:
    """Reopen an obligation that is completed, or waived by the office: it is owed again from now on, and past days stay
    as they were. Whether it was late stays decided, unless its claim did not hold. The days on which it was waived do
    not count. It is suspended if its task is.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationNotCompleted;
        AssignmentEnded: the unit has to be assigned again first, or its period was withdrawn.
    """
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    assignment = session.get_one(Assignment, locked.obligation.assignment_id)
    if assignment.ended_on is not None:
        raise AssignmentEnded(
            say("the unit's part in task {task} ended on {day}", task=locked.task.id, day=assignment.ended_on)
        )
    if locked.obligation.state is ObligationState.WAIVED and locked.obligation.reason in WAIVED_BY_ITSELF:
        raise AssignmentEnded(
            say(
                "nobody waived obligation {id}: {reason}; it comes back with its cause",
                id=locked.obligation.id,
                reason=locked.obligation.reason,
            )
        )
    due_on = session.get_one(Period, locked.obligation.period_id).due_on
    waived_days = _waived_days(session, locked)
    locked.obligation.reopen(wanted.reason, due_on, claim_held=wanted.claim_held, waived_days=waived_days)
    suspensions = suspend_with_task(session, locked.task, locked.obligation, locked.moment)
    journal_change(session, locked, "obligation.reopened", by=by, rows=suspensions, reason=wanted.reason)
    return locked.obligation


def _waived_days(session: Session, locked: LockedObligation) -> int:
    """The days from its waiver, or from its suspension if it was waived while it was suspended, until today, or until
    the day from which its task is suspended: those after it count when the task is resumed."""
    if locked.obligation.state is not ObligationState.WAIVED:
        return 0
    spans = select(ObligationSpan).where(
        col(ObligationSpan.obligation_id) == locked.obligation.id, col(ObligationSpan.voided_at).is_(None)
    )
    last = spans.order_by(col(ObligationSpan.from_at).desc(), col(ObligationSpan.id).desc()).limit(2)
    waived, *before = session.exec(last).all()
    days = [local_day(waived.from_at), *(one.suspended_on for one in before if one.suspended_on)]
    until = min(local_day(locked.moment), locked.task.suspended_on or date.max)
    return max(0, (until - min(days)).days)


def waive(session: Session, locked: LockedObligation, reason: str, *, by: Actor) -> Obligation:
    """免办: what is open need not be done. What was completed stays completed.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed;
        FindingOpen: an auditor looks at it, and only an auditor ends that.
    """
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    locked.obligation.require_no_finding()
    locked.obligation.waive(reason)
    journal_change(session, locked, "obligation.waived", by=by, reason=reason)
    return locked.obligation


def journal_change(
    session: Session,
    locked: LockedObligation,
    verb: str,
    *,
    by: Actor,
    rows: Sequence[Journaled] = (),
    reason: str | None = None,
    on: date | None = None,
) -> None:
    """Journal the new state of an obligation, with its spans and the other rows that changed.

    Args:
        on: as for `advance`.
    """
    record(
        session,
        locked.checklist.stream,
        by=by.who,
        verb=verb,
        subject=locked.subject,
        at=locked.moment,
        rows=[*rows, locked.obligation, *advance(session, [locked.obligation], locked.moment, on)],
        facts={"reason": reason} if reason else None,
    )
