"""The orders of a list of obligations, each over a value that is never null."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal

from app.obligations.reports import last_report_id
from app.obligations.schemas import ObligationSort
from app.obligations.stands import Stand
from app.shapes import LAST_YEAR

NEVER = date(LAST_YEAR, 12, 31)  # where a row without a last day sorts: a day that a cursor takes


def kind_of(sort: ObligationSort) -> type:
    """Of the values that a list is sorted by."""
    return date if sort is ObligationSort.DUE else int


def sort_key(sort: ObligationSort, stand: Stand) -> Any:
    """What a list is sorted by, the least first."""
    if sort is ObligationSort.DUE:
        return func.coalesce(stand.due_on, literal(NEVER))
    if sort is ObligationSort.MOST_OVERDUE:
        return literal(0) - stand.days_overdue
    # ids are given in the order in which reports are posted
    last = func.coalesce(last_report_id(stand.obligation_id, None if stand.is_today else stand.day), 0)
    return last if sort is ObligationSort.UPDATED else literal(0) - last
