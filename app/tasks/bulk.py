"""Doing many things at once: all or none, and the first that cannot be done is named."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol, TypeVar

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.errors import DubanError
from app.journal.recorder import StreamRef, lock
from app.languages.messages import say
from app.obligations.queries import HeldObligation, get_obligation, hold


class OnObligation(Protocol):
    """An item that names an obligation."""

    @property
    def obligation_id(self) -> int: ...


Item = TypeVar("Item", bound=OnObligation)
Done = TypeVar("Done")


def hold_checklists(
    session: Session, checklist_ids: Collection[int], at: datetime, others: Collection[StreamRef] = ()
) -> datetime:
    """Take the streams of several checklists at once, in the order of locks, before any of their rows.

    Returns:
        The moment of the changes.
    """
    rows = session.exec(select(Checklist).where(col(Checklist.id).in_(checklist_ids))).all()
    return lock(session, at, *{checklist.stream for checklist in rows}, *others)


def change_each(
    session: Session, items: Sequence[Item], change: Callable[[HeldObligation, Item], Done], *, by: Actor, at: datetime
) -> list[Done]:
    """Lock the obligations of several items, all their checklists first, and change one after the other.

    Raises:
        NotFound: one is not for the actor's eyes; what `change` raises; either with the index of the item.
    """
    found = []
    for index, item in enumerate(items):
        with at_index(index):
            found.append(get_obligation(session, by, item.obligation_id))
    moment = hold_checklists(session, {obligation.checklist_id for obligation in found}, at)
    done = []
    for index, (obligation, item) in enumerate(zip(found, items, strict=True)):
        with at_index(index):
            done.append(change(hold(session, obligation, moment), item))
    return done


@contextmanager
def at_index(index: int) -> Iterator[None]:
    """Let an error say which item of `items` it is about: in the member `index`, and in the fields' names."""
    try:
        yield
    except DubanError as error:
        place = f"body.items.{index}"
        error.move(place)
        error.fields = error.fields or [(place, error.detail)]
        error.detail = say("item {index}: {detail}", index=index, detail=error.detail)
        error.facts["index"] = index
        raise
