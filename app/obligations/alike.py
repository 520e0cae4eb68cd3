"""Closed rows that are judged alike: on every day, those that are the same in a few columns."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Index, func, text
from sqlmodel import col

from app.obligations.states import CLOSED

_DATES = ("finding_due_on", "finding_answered_on", "suspended_on")


def alike_by(row: Any) -> Sequence[Any]:
    """What decides, beside the day, how a closed row is judged.

    Args:
        row: Obligation or ObligationSpan.
    """
    late = func.coalesce(col(row.held_on), col(row.completed_on)) > col(row.due_on)
    return [col(row.state), col(row.has_missed), late, *(col(getattr(row, name)) for name in _DATES)]


def alike_index(name: str, *columns: str) -> Index:
    """An index of closed rows, by checklist, unit and what decides how they are judged. Only for SQLite, which else
    sorts all rows to group them.

    Args:
        columns: those that decide whether a row counts on a day.
    """
    late = text("(coalesce(held_on, completed_on) > due_on)")
    key = "checklist_id", "unit_id", "state", "has_missed", late, *_DATES
    return Index(name, *key, "voided_at", *columns, sqlite_where=text(CLOSED)).ddl_if(dialect="sqlite")
