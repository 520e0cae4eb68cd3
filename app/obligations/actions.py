from sqlmodel import Session

from app.access.actors import Actor
from app.errors import AssignmentEnded
from app.journal.recorder import record
from app.languages.messages import say
from app.obligations.models import Assignment, Obligation, Period
from app.obligations.queries import HeldObligation
from app.obligations.spans import advance


def reopen(session: Session, held: HeldObligation, reason: str, *, by: Actor) -> Obligation:
    """Reopen a completed obligation: it is owed again from now on, and stays completed in the answers for the days
    on which it was.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationNotCompleted;
        AssignmentEnded: the unit has to be assigned again first.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    held.task.require_standing()
    assignment = session.get_one(Assignment, held.obligation.assignment_id)
    if assignment.ended_on is not None:
        raise AssignmentEnded(
            say("the unit's part in task {task} ended on {day}", task=held.task.id, day=assignment.ended_on)
        )
    held.obligation.reopen(reason, session.get_one(Period, held.obligation.period_id).due_on)
    rows = [held.obligation, *advance(session, [held.obligation], held.moment)]
    record(
        session,
        held.checklist.stream,
        by=by.who,
        verb="obligation.reopened",
        subject=f"obligation:{held.obligation.id}",
        at=held.moment,
        rows=rows,
        facts={"reason": reason},
    )
    return held.obligation
