"""Doing many things at once: all or none, and the first that cannot be done is named."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session, col, select

from app.checklists.models import Checklist
from app.errors import DubanError
from app.journal.recorder import StreamRef, lock
from app.languages.messages import say


def hold_checklists(
    session: Session, checklist_ids: Collection[int], at: datetime, others: Collection[StreamRef] = ()
) -> datetime:
    """Take the streams of several checklists at once, in the order of locks, before any of their rows.

    Returns:
        The moment of the changes.
    """
    rows = session.exec(select(Checklist).where(col(Checklist.id).in_(checklist_ids))).all()
    return lock(session, at, *{checklist.stream for checklist in rows}, *others)


@contextmanager
def at_index(index: int) -> Iterator[None]:
    """Let an error say which item of `items` it is about: in the member `index`, and in the fields' names."""
    try:
        yield
    except DubanError as error:
        place = f"body.items.{index}"
        fields = [(name.replace("body", place, 1), wrong) for name, wrong in error.fields]
        error.fields = fields or [(place, error.detail)]
        error.detail = say("item {index}: {detail}", index=index, detail=error.detail)
        error.facts["index"] = index
        raise
