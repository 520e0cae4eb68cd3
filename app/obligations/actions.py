from sqlmodel import Session

from app.access.actors import Actor
from app.journal.recorder import record
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation
from app.obligations.spans import advance


def reopen(session: Session, held: HeldObligation, reason: str, *, by: Actor) -> Obligation:
    """Reopen a completed obligation: it is owed again from now on, and stays completed in the answers for the days
    on which it was.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationNotCompleted.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    held.task.require_standing()
    held.obligation.reopen(reason)
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
