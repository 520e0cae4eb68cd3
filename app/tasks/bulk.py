"""The functions for bulk changes: all or none, with an error that names the first invalid item."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.errors import DubanError, from_integrity_error
from app.journal.recorder import StreamRef, lock
from app.languages.messages import say
from app.obligations.queries import LockedObligation, get_obligation, lock_obligation


class OnObligation(Protocol):
    """An item that names an obligation."""

    @property
    def obligation_id(self) -> int: ...


class OfChecklist(Protocol):
    """A row of a checklist."""

    checklist_id: int


Item = TypeVar("Item", bound=OnObligation)
Found = TypeVar("Found", bound=OfChecklist)
Done = TypeVar("Done")


def lock_checklists(
    session: Session, checklist_ids: Collection[int], at: datetime, others: Collection[StreamRef] = ()
) -> datetime:
    """Lock the streams of several checklists, in the order of locks, before any of their rows.

    Returns:
        The moment of the changes.
    """
    rows = session.exec(select(Checklist).where(col(Checklist.id).in_(checklist_ids))).all()
    return lock(session, at, *{checklist.stream for checklist in rows}, *others)


def change_each(
    session: Session,
    items: Sequence[Item],
    change: Callable[[LockedObligation, Item], Done],
    *,
    by: Actor,
    at: datetime,
) -> list[Done]:
    """`change_found`, of items that name obligations, which are locked too."""
    return change_found(
        session,
        items,
        lambda item: get_obligation(session, by, item.obligation_id),
        lambda obligation, item, moment: change(lock_obligation(session, obligation, moment), item),
        at=at,
    )


def change_found(
    session: Session,
    items: Sequence[Any],
    find: Callable[[Any], Found],
    change: Callable[[Found, Any, datetime], Done],
    *,
    at: datetime,
) -> list[Done]:
    """Find what each item names, lock the checklists of all, and change one after the other.

    Raises:
        What `find` and `change` raise, with the index of the item.
    """
    found = each(items, find)
    moment = lock_checklists(session, {one.checklist_id for one in found}, at)
    return each(zip(found, items, strict=True), lambda pair: change(pair[0], pair[1], moment))


def each(items: Iterable[Any], do: Callable[[Any], Done]) -> list[Done]:
    """Change one item after the other. An error has the item's number in its member `index` and in
    the fields' names."""
    done = []
    for index, item in enumerate(items):
        with _at_index(index):
            done.append(do(item))
    return done


@contextmanager
def _at_index(index: int) -> Iterator[None]:
    try:
        yield
    except (DubanError, IntegrityError) as refused:
        error = refused if isinstance(refused, DubanError) else from_integrity_error(refused, SQLModel.metadata)
        place = f"body.items.{index}"
        error.move(place)
        error.fields = error.fields or [(place, error.detail)]
        error.detail = say("item {index}: {detail}", index=index, detail=error.detail)
        error.facts["index"] = index
        raise error from refused
