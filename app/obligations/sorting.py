"""The sort orders of a list of obligations, each by a value that is never null."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal

from app.obligations.reports import last_report_id
from app.obligations.schemas import ObligationSort
from app.obligations.stands import Stand
from app.shapes import LAST_YEAR

NEVER = date(LAST_YEAR, 12, 31)  # sort key of a row without a last day; a valid day for a cursor


def kind_of(sort: ObligationSort) -> type:
    """The type of the sort key."""
    return date if sort is ObligationSort.DUE else int


def sort_key(sort: ObligationSort, stand: Stand) -> Any:
    """The sort key of a list, ascending."""
    if sort is ObligationSort.DUE:
        return func.coalesce(stand.due_on, literal(NEVER))
    if sort is ObligationSort.MOST_OVERDUE:
        return literal(0) - stand.days_overdue
    # ids are given in the order in which reports are posted
    last = func.coalesce(last_report_id(stand.obligation_id, None if stand.is_today else stand.day), 0)
    return last if sort is ObligationSort.UPDATED else literal(0) - last
