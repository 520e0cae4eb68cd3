"""The actions that acknowledge obligations (签收)."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation
from app.tasks.bulk import change_each
from app.updates.schemas import ReceiptPublic, ReceivedMany, ReceiveMany


def acknowledge(session: Session, locked: LockedObligation, *, by: Actor) -> Obligation:
    """签收: a unit acknowledges its obligation. Doing it again changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed.
    """
    by.require_unit(locked.obligation.unit_id)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    if locked.obligation.acknowledge(locked.moment):
        journal_change(session, locked, "obligation.acknowledged", by=by)
    return locked.obligation


def acknowledge_many(session: Session, wanted: ReceiveMany, *, by: Actor, at: datetime) -> ReceivedMany:
    """签收 of several obligations, all or none.

    Raises:
        What `acknowledge` raises for the first invalid item, with its index; NotFound: it is not the unit's.
    """
    received = change_each(session, wanted.items, lambda locked, _: acknowledge(session, locked, by=by), by=by, at=at)
    return ReceivedMany(items=[ReceiptPublic.of(one, obligation_id=one.id) for one in received])
