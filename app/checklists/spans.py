"""The functions that write a checklist's spans when it changes."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.checklists.models import Checklist
from app.checklists.span_models import ChecklistSpan
from app.clock import by_clock

REMEMBERED = ("audience", "yellow_days", "red_days")


def first_span(session: Session, checklist: Checklist) -> ChecklistSpan:
    """The first span of a new checklist; it covers all earlier days too, on which it was not published."""
    session.flush()
    span = ChecklistSpan(**_values(checklist))
    session.add(span)
    return span


def advance(session: Session, checklist: Checklist, at: datetime) -> list[ChecklistSpan]:
    """Close the open span of a checklist if a `REMEMBERED` column changed, and open the next.

    Returns:
        Every span that was changed or made, for the journal.
    """
    of_checklist = col(ChecklistSpan.checklist_id) == checklist.id
    span = session.exec(select(ChecklistSpan).where(of_checklist, col(ChecklistSpan.to_at).is_(None))).one()
    if all(getattr(checklist, name) == getattr(span, name) for name in REMEMBERED):
        return []
    span.to_at = max(by_clock(at), span.from_at or by_clock(at))
    session.flush()  # the old one ends before the new one begins: only one may be open
    following = ChecklistSpan(**_values(checklist), from_at=span.to_at)
    session.add(following)
    session.flush()
    return [span, following]


def _values(checklist: Checklist) -> dict[str, Any]:
    whose = {"checklist_id": checklist.id, "jurisdiction_code": checklist.jurisdiction_code}
    return {**whose, **{name: getattr(checklist, name) for name in REMEMBERED}}
