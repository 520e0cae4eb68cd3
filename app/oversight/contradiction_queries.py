"""The queries for contradictions between reports and facts, as of a day."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, not_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app import clock
from app.access.actors import Actor
from app.checklists.models import Task
from app.checklists.queries import summary_at_end_of
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.schemas import TaskInObligation, UnitInObligation
from app.obligations.stands import stand_for
from app.obligations.states import ObligationState
from app.oversight.contradiction_schemas import Contradiction, ContradictionPublic, ContradictionQuery
from app.oversight.tally_queries import Selection, rows_on_day
from app.paging import AsOfPage, count_rows
from app.units.models import Unit
from app.updates.models import StatusUpdate


def list_contradictions(
    session: Session, actor: Actor, query: ContradictionQuery, *, today: date
) -> AsOfPage[ContradictionPublic]:
    """Contradictions kind by kind, each in the order of its tasks or obligations.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
    """
    after = query.after(date, date, int, int)
    place_after, key_after = after[2:] if after else (None, None)
    selection = Selection(actor, query, stand_for(query, after, today=today))
    total = query.total(partial(_count, session, selection, query))
    found: list[tuple[int, Any]] = []
    for place, (kind, rows_of) in enumerate(SELECTS):
        if query.kind not in (None, kind) or (place_after is not None and place < place_after):
            continue
        key, rows = rows_of(selection, query)
        if place == place_after:
            rows = rows.where(key > key_after)
        some = session.execute(rows.add_columns(key.label("key")).order_by(key).limit(query.limit + 1 - len(found)))
        found += [(place, row) for row in some]
        if len(found) > query.limit:
            break
    listed = found[: query.limit]
    cursor = None
    if len(found) > query.limit:
        place, row = listed[-1]
        cursor = query.cursor_at([selection.stand.day, selection.stand.known_on, place, row.key])
    items = [_public(SELECTS[place][0], row) for place, row in listed]
    days = {"as_of": selection.stand.day, "known_on": selection.stand.known_on}
    return AsOfPage(items=items, next_cursor=cursor, **total, **days)


def _count(session: Session, selection: Selection, query: ContradictionQuery, most: int) -> int:
    kinds = (rows_of(selection, query)[1] for kind, rows_of in SELECTS if query.kind in (None, kind))
    return sum(count_rows(session.connection(), rows, most) for rows in kinds)


def _summary_says_done(selection: Selection, _: ContradictionQuery) -> tuple[Any, Select[Any]]:
    """Tasks whose 完成情况 says 已完成, and not 未完成 as well, while obligations are open."""
    stand = selection.stand
    counted = rows_on_day(
        selection, [col(Obligation.task_id).label("task_id"), func.count().label("open_obligations")], [Obligation]
    )
    still_open = counted.where(stand.is_open).group_by(col(Obligation.task_id)).subquery("still_open")
    words = summary_at_end_of(stand.day)
    key = col(Task.id)
    columns: list[Any] = [*_of_task(), words.label("summary"), still_open.c.open_obligations]
    rows = (
        select(*columns)
        .join(still_open, still_open.c.task_id == key)
        .where(words.contains("已完成"), not_(words.contains("未完成")))
    )
    return key, rows


def _below_target(selection: Selection, query: ContradictionQuery) -> tuple[Any, Select[Any]]:
    """Obligations that are completed, or claimed to be, though the last report's figures lie below a target."""
    stand, later = selection.stand, aliased(StatusUpdate)
    before = clock.end_of(stand.day)
    is_last = not_(
        exists().where(
            col(later.obligation_id) == col(StatusUpdate.obligation_id),
            col(later.id) > col(StatusUpdate.id),
            col(later.posted_at) < before,
        )
    )
    columns = [*_of_obligation(selection), col(StatusUpdate.id).label("update_id")]
    rows = (
        rows_on_day(selection, columns, [Obligation, Task, Period, Unit])
        .join(StatusUpdate, col(StatusUpdate.obligation_id) == stand.obligation_id)
        .where(
            stand.state.in_(_CLAIMED),
            _CONTRADICTS,
            col(StatusUpdate.posted_at) < before,
            is_last,
        )
    )
    if query.checklist is not None:
        rows = rows.where(col(StatusUpdate.checklist_id) == query.checklist)
    return stand.obligation_id, rows


def _below_target_together(selection: Selection, query: ContradictionQuery) -> tuple[Any, Select[Any]]:
    """Periods that are completed, or claimed to be, though the sum of the last reports misses a target of
    all units together. A caller who may see one of their obligations sees them."""
    stand, later, owed = selection.stand, aliased(StatusUpdate), aliased(Obligation)
    before, period_id = clock.end_of(stand.day), col(Obligation.period_id)
    reported = aliased(Obligation)
    is_last = not_(
        exists().where(
            col(later.task_id) == col(StatusUpdate.task_id),
            col(later.id) > col(StatusUpdate.id),
            col(later.posted_at) < before,
            col(owed.id) == col(later.obligation_id),
            col(owed.period_id) == col(reported.period_id),
        )
    )
    short = (
        select(col(reported.period_id).label("period_id"))
        .join(StatusUpdate, col(StatusUpdate.obligation_id) == col(reported.id))
        .where(_WHOLE_FALLS_SHORT, col(StatusUpdate.posted_at) < before, is_last)
        .cte("short")
    )
    is_short = period_id.in_(select(short.c.period_id))
    unclaimed = stand.select([period_id]).where(is_short, stand.is_open, stand.state != ObligationState.SUBMITTED)
    rows = rows_on_day(selection, [*_of_task(), col(Period.key).label("period")], [Obligation, Task, Period])
    claimed = rows.where(stand.state.in_(_CLAIMED), is_short, period_id.not_in(unclaimed))
    return col(Period.id), claimed.distinct()


def _silent(selection: Selection, query: ContradictionQuery) -> tuple[Any, Select[Any]]:
    """Obligations without a last day on which nobody has reported for too long."""
    stand = selection.stand
    columns = [*_of_obligation(selection), stand.silent_since.label("silent_since")]
    rows = rows_on_day(selection, columns, [Obligation, Task, Period, Unit])
    return stand.obligation_id, rows.where(
        stand.is_open, stand.due_on.is_(None), stand.is_stale(query.silent_days) == true()
    )


_CLAIMED = (ObligationState.COMPLETED, ObligationState.SUBMITTED)
# literally, as in their partial indexes, and without a type: SQLAlchemy writes a Boolean as `… = 1` on SQLite, which
# then uses no index on what is true
_CONTRADICTS: ColumnElement[Any] = literal_column("status_update.contradicts_target")
_WHOLE_FALLS_SHORT: ColumnElement[Any] = literal_column("status_update.whole_falls_short")
SELECTS: Sequence[tuple[Contradiction, Callable[[Selection, ContradictionQuery], tuple[Any, Select[Any]]]]] = (
    (Contradiction.SUMMARY_SAYS_DONE, _summary_says_done),
    (Contradiction.BELOW_TARGET, _below_target),
    (Contradiction.BELOW_TARGET, _below_target_together),
    (Contradiction.SILENT, _silent),
)


def _of_task() -> list[Any]:
    return [col(Task.checklist_id), col(Task.id).label("task_id"), col(Task.number), col(Task.requirement)]


def _of_obligation(selection: Selection) -> list[Any]:
    stand = selection.stand
    unit = [stand.unit_id.label("unit_id"), col(Unit.name).label("unit_name")]
    return [*_of_task(), *unit, stand.obligation_id.label("obligation_id"), col(Period.key).label("period")]


def _public(kind: Contradiction, row: Any) -> ContradictionPublic:
    found = row._mapping
    unit = UnitInObligation(id=row.unit_id, name=row.unit_name) if "unit_id" in found else None
    names = ("obligation_id", "period", "summary", "open_obligations", "update_id", "silent_since")
    return ContradictionPublic(
        kind=kind,
        checklist_id=row.checklist_id,
        task=TaskInObligation(id=row.task_id, number=row.number, requirement=row.requirement),
        unit=unit,
        **{name: found.get(name) for name in names},
    )
