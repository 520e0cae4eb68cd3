"""The queries for overdue obligations as of a day."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, func, union_all
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import visible_on
from app.obligations.shapes import owed_by
from app.obligations.stands import Stand, stand_for
from app.obligations.states import counted_until
from app.oversight.schemas import OverdueQuery
from app.oversight.tally_queries import section_of
from app.paging import JsonPage, after_key, count_rows
from app.units.models import Unit


def list_overdue(connection: Connection, actor: Actor, query: OverdueQuery, *, today: date) -> JsonPage:
    """A page of OverduePublic: obligations that are open and whose last day has passed, the longest overdue first.

    Raises:
        RoleNotAllowed: a unit asks for drafts. AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
    """
    actor.require_officer_for_drafts(query.drafts)
    after = query.after(date, date, date, int)
    stand = stand_for(query, after, today=today, by_first=query.due == "first")
    is_sqlite = connection.dialect.name == "sqlite"
    total = query.total(lambda most: count_rows(connection, _select_overdue(actor, query, stand), most))
    seen = tuple(after[2:]) if after else None
    found = connection.execute(overdue_page(actor, query, stand, seen, is_sqlite=is_sqlite)).all()
    cursor = None
    if len(found) > query.limit:
        last = found[query.limit - 1]
        cursor = query.cursor_at([stand.day, stand.known_on, last.due_on, last.id])
    return stand.page([orjson.dumps(_overdue(row, stand.day)) for row in found[: query.limit]], cursor, total)


@lru_cache(64)  # building one takes longer than the database does
def overdue_page(
    actor: Actor, query: OverdueQuery, stand: Stand, after: tuple[Any, ...] | None, *, is_sqlite: bool
) -> Select[Any]:
    """The statement of an overdue page and one row more: in the order of (due_on, id) it walks one partial index, and
    joins each row by primary key.

    Args:
        after: day and id of the row after which it begins.
    """
    rows, order, most = _select_overdue(actor, query, stand), [stand.due_on, stand.obligation_id], query.limit + 1
    if after and stand.is_today and is_sqlite:
        return _behind(rows, order, after, most)
    if after:
        rows = rows.where(after_key(order, after))
    return rows.order_by(*order).limit(most)


def _select_overdue(actor: Actor, query: OverdueQuery, stand: Stand) -> Select[Any]:
    rows = (
        stand.select(
            [
                stand.obligation_id.label("id"),
                stand.checklist_id.label("checklist_id"),
                col(Obligation.task_id),
                col(Task.number),
                col(Task.requirement),
                stand.unit_id.label("unit_id"),
                col(Unit.name).label("unit_name"),
                col(Period.key),
                stand.due_on.label("due_on"),
                stand.suspended_on.label("suspended_on"),
                stand.state.label("state"),
            ]
        )
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(Unit, col(Unit.id) == stand.unit_id)
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(stand.is_overdue, visible_on(actor, stand, drafts=query.drafts))
    )
    if query.unit is not None:
        rows = rows.where(stand.unit_id == query.unit)
    if query.task is not None:
        rows = rows.where(col(Task.id) == query.task)
    if query.section is not None:
        rows = rows.where(section_of(stand) == query.section)
    if query.checklist is not None:
        rows = rows.where(stand.checklist_id == query.checklist)
    if query.jurisdiction is not None:
        rows = rows.where(col(Unit.jurisdiction_code).startswith(query.jurisdiction, autoescape=True))
    if query.min_days_overdue is not None:
        rows = rows.where(stand.is_overdue_by(query.min_days_overdue))
    return rows


def _behind(rows: Select[Any], order: Sequence[Any], seen: Sequence[Any], most: int) -> Select[Any]:
    """The rows after a sort key of a day and a primary key, written so that SQLite seeks them at once. For a row value
    that ends in the primary key it seeks by the day alone, and steps over all rows of that day."""
    day, number = order
    of_that_day: Any = rows.where(day == seen[0], number > seen[1]).order_by(number).limit(most).subquery()
    later: Any = rows.where(day > seen[0]).order_by(*order).limit(most).subquery()
    both: Any = union_all(select(of_that_day), select(later)).subquery()
    return select(both).order_by(both.c.due_on, both.c.id).limit(most)


def count_overdue(session: Session, *, today: date) -> list[tuple[int, int]]:
    """The id and the number of overdue obligations of every checklist that units were told of."""
    late = and_(col(Obligation.checklist_id) == col(Checklist.id), Obligation.overdue(today))
    number = func.count(col(Obligation.id))
    rows = session.execute(
        select(col(Checklist.id), number)
        .outerjoin(Obligation, late)
        .where(Checklist.counts_against_units())
        .group_by(col(Checklist.id))
        .order_by(col(Checklist.id))
    )
    return [(checklist_id, found) for checklist_id, found in rows]


def _overdue(row: Sequence[Any], day: date) -> dict[str, Any]:
    """The members of OverduePublic, from the columns of `_select_overdue` by their places: to read a row by names takes
    six times as long."""
    obligation_id, checklist_id, *owed, period, due_on, suspended_on, state = row
    return {
        "obligation_id": obligation_id,
        "checklist_id": checklist_id,
        **owed_by(*owed),
        "period": period,
        "due_on": due_on,
        "days_overdue": (counted_until(day, suspended_on) - due_on).days,
        "state": state,
    }
