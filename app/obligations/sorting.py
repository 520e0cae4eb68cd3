"""The sort orders of a list of obligations, each by a value that is never null."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal

from app.obligations.days import NEVER, day_or_never
from app.obligations.lights import Light
from app.obligations.reports import last_report_id
from app.obligations.schemas import ObligationQuery, ObligationSort
from app.obligations.stands import Stand
from app.obligations.states import Timeliness


def kind_of(sort: ObligationSort) -> type:
    """The type of the sort key."""
    return date if sort is ObligationSort.DUE else int


def finds_suspended(query: ObligationQuery) -> bool:
    """Whether it finds only obligations that are suspended."""
    return bool(query.suspended) or query.timeliness is Timeliness.SUSPENDED or query.light is Light.GREY


def sort_key(query: ObligationQuery, stand: Stand, *, finds_few: bool) -> Any:
    """The sort key of a list, ascending.

    Args:
        finds_few: to look for them along the index of all last days takes longer than to find and sort them.
    """
    if query.sort is ObligationSort.DUE:
        if query.overdue:  # it has a last day, and an index of its own
            return stand.due_on
        return func.coalesce(stand.due_on, literal(NEVER)) if finds_few else day_or_never(stand.due_on)
    if query.sort is ObligationSort.MOST_OVERDUE:
        return literal(0) - stand.days_overdue
    # ids are given in the order in which reports are posted
    last = func.coalesce(last_report_id(stand.obligation_id, None if stand.is_today else stand.day), 0)
    return last if query.sort is ObligationSort.UPDATED else literal(0) - last
