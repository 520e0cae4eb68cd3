"""The actions that acknowledge obligations (签收)."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation
from app.tasks.bulk import change_each
from app.updates.schemas import ReceiptPublic, ReceivedMany, ReceiveMany


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


def acknowledge_many(session: Session, wanted: ReceiveMany, *, by: Actor, at: datetime) -> ReceivedMany:
    """签收 of several obligations, all or none.

    Raises:
        What `acknowledge` raises for the first that cannot be, with its index; NotFound: it is not the unit's.
    """
    received = change_each(session, wanted.items, lambda held, _: acknowledge(session, held, by=by), by=by, at=at)
    return ReceivedMany(items=[ReceiptPublic.of(one, obligation_id=one.id) for one in received])
