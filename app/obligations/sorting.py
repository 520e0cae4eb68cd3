"""The sort orders of a list of obligations, each by a value that is never null."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal

from app.obligations.days import day_or_never
from app.obligations.reports import last_report_id
from app.obligations.schemas import ObligationQuery, ObligationSort
from app.obligations.stands import Stand


def kind_of(sort: ObligationSort) -> type:
    """The type of the sort key."""
    return date if sort is ObligationSort.DUE else int


def sort_key(query: ObligationQuery, stand: Stand) -> Any:
    """The sort key of a list, ascending."""
    if query.sort is ObligationSort.DUE:  # what is overdue has a last day, and an index of its own
        return stand.due_on if query.overdue else day_or_never(stand.due_on)
    if query.sort is ObligationSort.MOST_OVERDUE:
        return literal(0) - stand.days_overdue
    # ids are given in the order in which reports are posted
    last = func.coalesce(last_report_id(stand.obligation_id, None if stand.is_today else stand.day), 0)
    return last if query.sort is ObligationSort.UPDATED else literal(0) - last
