from sqlmodel import Session

from app.access.actors import Actor
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation


def acknowledge(session: Session, held: HeldObligation, *, by: Actor) -> Obligation:
    """签收: a unit says that it knows of its obligation. Again changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed.
    """
    by.require_unit(held.obligation.unit_id)
    held.checklist.require_changeable()
    held.task.require_not_withdrawn()
    if held.obligation.acknowledge(held.moment):
        journal_change(session, held, "obligation.acknowledged", by=by)
    return held.obligation
