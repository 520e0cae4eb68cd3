"""The shaping of tasks for the list, with the state of each unit: four statements at most, for any number of tasks."""

import json
from collections import defaultdict, namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from pydantic_core import to_json
from sqlalchemy import ARRAY, ColumnElement, Connection, Dialect, and_, any_, case, func, select, union
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import NullType
from sqlmodel import col

from app.checklists.models import Checklist, Section, Task
from app.checklists.schedules import loaded
from app.checklists.targets import targets_of
from app.database.columns import BigId
from app.database.engine import leave_event_loop
from app.database.packed import PackedRows
from app.database.prepared import Prepared, value
from app.obligations.assignment_models import Assignment
from app.obligations.lights import light_of, reason_of
from app.obligations.models import Obligation
from app.obligations.period_models import DueSource, Period
from app.obligations.stands import stand_on
from app.obligations.states import ObligationState
from app.tasks.filters import current, lacks_names, next_due, of_periods
from app.tasks.schemas import task_state
from app.units.models import Membership, Unit, UnitKind

MANY = 600  # assignments that are no longer shaped on the event loop: that takes some milliseconds
# rows have the driver's values, and an enum is slower to look up and to compare
COLLECTIVE = UnitKind.COLLECTIVE.value
KIND = 4  # the place of the unit's kind in a row of `parts`
COMPLETED, WAIVED = ObligationState.COMPLETED.value, ObligationState.WAIVED.value
NOT_STARTED = ObligationState.NOT_STARTED.value


class _Statements(NamedTuple):
    """The statements for the tasks `ids`, their assignments, what is owed for them, and collectives' members."""

    tasks: PackedRows
    parts: PackedRows
    owed: Prepared
    members: PackedRows
    task_row: Callable[[Any], Any]  # gives the columns of `tasks` their names


class _Owed(NamedTuple):
    """What is owed for one task: the states of all obligations and of each unit's, how many are overdue, and the rank
    of the worst light."""

    states: Sequence[str] = ()
    by_unit: Mapping[int, Sequence[str]] = {}
    overdue: int = 0
    rank: int | None = None

    @classmethod
    def of(cls, units: Any, states: Any, overdue: int, rank: int | None) -> "_Owed":
        units, states = _list(units), _list(states)
        by_unit: dict[int, list[str]] = {}
        for unit_id, state in zip(units, states, strict=True):
            by_unit.setdefault(unit_id, []).append(state)
        return cls(states, by_unit, overdue, rank)


def shape_tasks(connection: Connection, ids: Sequence[int], *, today: date, with_states: bool) -> dict[int, bytes]:
    """Each task as JSON in the shape of TaskPublic, by its id.

    Args:
        with_states: whether the state of each unit is shown. Numbers are shown to all.

    Raises:
        TakesLonger: they have many parts, and the connection is the event loop's.
    """
    if not ids:
        return {}
    statements = _statements(today, connection.dialect)
    wanted = ids_for(connection.dialect, ids)
    parts = sorted(statements.parts.run(connection, ids=wanted), key=itemgetter(0))
    if len(parts) > MANY:
        leave_event_loop(connection)
    owed = defaultdict(_Owed, {row[0]: _Owed.of(*row[1:]) for row in statements.owed.run(connection, ids=wanted)})
    members: dict[int, list[str]] = defaultdict(list)
    if collectives := [part[0] for part in parts if part[KIND] == COLLECTIVE]:
        those = ids_for(connection.dialect, collectives)
        for assignment_id, state, number in statements.members.run(connection, ids=those):
            members[assignment_id] += [state] * number
    unnamed = set()
    units: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part_id, task_id, unit_id, name, kind, is_open, role, text, under, closed_on, starts_on, lacks in parts:
        if lacks:
            unnamed.add(task_id)
        is_collective = kind == COLLECTIVE
        states = members[part_id] if is_collective else owed[task_id].by_unit.get(unit_id, ())
        counts, own_state = _standing(tuple(states))
        units[task_id].append(
            {
                "unit_id": unit_id,
                "name": name,
                "kind": kind,
                "role": role,
                "text": text,
                "is_open": bool(is_open),
                "named_under": under,
                "starts_on": starts_on,
                "list_closed": closed_on is not None,
                "counts": counts,
                "state": own_state if with_states and not is_collective else None,
            }
        )
    return {
        row.id: orjson.dumps(_task(row, owed[row.id], units[row.id], row.id in unnamed))
        for row in map(statements.task_row, statements.tasks.run(connection, ids=wanted))
    }


@lru_cache(8)
def _statements(today: date, dialect: Dialect) -> _Statements:
    tasks = _tasks(dialect)
    row: Any = namedtuple("Row", list(tasks.selected_columns.keys()))  # type: ignore[misc]
    return _Statements(
        PackedRows(tasks, dialect),
        PackedRows(_parts(dialect), dialect),
        Prepared(_owed(today, dialect), dialect),
        PackedRows(_members(dialect), dialect),
        row._make,
    )


def among(column: Any, dialect: Dialect) -> ColumnElement[bool]:
    """Whether a column is one of `ids`, which is one value however many they are: JSON on SQLite, else an array."""
    if dialect.name == "sqlite":
        ids = func.json_each(value("ids")).table_valued("value")
        return column.in_(select(ids.c.value))  # type: ignore[no-any-return]
    return column == any_(value("ids", ARRAY(BigId)))  # type: ignore[no-any-return]


def ids_for(dialect: Dialect, ids: Sequence[int]) -> str | list[int]:
    """The value of `ids`."""
    return orjson.dumps(list(ids)).decode() if dialect.name == "sqlite" else list(ids)


def _tasks(dialect: Dialect) -> Select[Any]:
    task: Any = Task
    return (
        select(
            *task.__table__.columns,
            col(Checklist.title).label("checklist_title"),
            col(Checklist.starts_on).label("first_day"),
            col(Section.title).label("section_title"),
            col(Section.position).label("section_position"),
            next_due().label("due_on"),
            of_periods(func.max(Period.due_source)).label("due_source"),
        )
        .join(Checklist, col(Checklist.id) == col(Task.checklist_id))
        .join(Section, col(Section.id) == col(Task.section_id))
        .where(among(col(Task.id), dialect))
    )


def _parts(dialect: Dialect) -> Select[Any]:
    columns: list[Any] = [Assignment.id, Assignment.task_id, Assignment.unit_id, Unit.name, Unit.kind, Unit.is_open]
    columns += [Assignment.role, Assignment.text, Assignment.named_under_id, Assignment.closed_on]
    columns += [Assignment.starts_on, lacks_names()]
    return (
        select(*columns)
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(among(col(Assignment.task_id), dialect), current)
    )


def _owed(today: date, dialect: Dialect) -> Select[Any]:
    """(task, the unit of each obligation, the state of each, how many are overdue, rank of the worst light)."""
    counts, rank = Checklist.counts_against_units(), stand_on(None, today=today).light_rank()
    overdue = case((and_(Obligation.overdue(today), counts), 1), else_=0)
    light = case((and_(Obligation.begun(today), counts), rank))
    list_of = func.json_group_array if dialect.name == "sqlite" else func.array_agg
    lists: list[Any] = [list_of(column, type_=NullType()) for column in (Obligation.unit_id, Obligation.state)]
    return (
        select(col(Obligation.task_id), *lists, func.sum(overdue), func.min(light))
        .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
        .where(among(col(Obligation.task_id), dialect), col(Obligation.voided_at).is_(None))
        .group_by(col(Obligation.task_id))
    )


def _members(dialect: Dialect) -> Select[Any]:
    """(collective's assignment, state, how many obligations of its members), for the assignments `ids`."""
    members = _members_of_collectives(among(col(Assignment.id), dialect)).subquery()
    key = [members.c.assignment_id, members.c.state]
    return select(*key, func.count()).group_by(*key)


def _members_of_collectives(of_these: ColumnElement[bool]) -> Any:
    """(task, collective's assignment, obligation, state) of every member and every unit named under it, once each."""
    columns: Any = (
        col(Assignment.task_id),
        col(Assignment.id).label("assignment_id"),
        col(Obligation.id).label("obligation_id"),
        col(Obligation.state).label("state"),
    )
    named = aliased(Assignment)
    by_membership = (
        select(*columns)
        .join(Membership, col(Membership.collective_id) == col(Assignment.unit_id))
        .join(
            Obligation,
            and_(
                col(Obligation.task_id) == col(Assignment.task_id), col(Obligation.unit_id) == col(Membership.unit_id)
            ),
        )
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(
            of_these,
            col(Obligation.voided_at).is_(None),
            Membership.owing(col(Period.starts_on), func.coalesce(col(Period.expected_on), col(Period.due_on))),
        )
    )
    by_name = (
        select(*columns)
        .join(
            named,
            and_(
                col(named.task_id) == col(Assignment.task_id),
                col(named.named_under_id) == col(Assignment.unit_id),
                col(named.ended_on).is_(None),
            ),
        )
        .join(
            Obligation,
            and_(col(Obligation.task_id) == col(named.task_id), col(Obligation.unit_id) == col(named.unit_id)),
        )
        .where(of_these, col(Obligation.voided_at).is_(None))
    )
    return union(by_membership, by_name)


@lru_cache(1024)  # most units of a list stand alike
def _standing(states: tuple[str, ...]) -> tuple[orjson.Fragment, str | None]:
    """A unit's counts as JSON, and its state over all its obligations: the common state, else `in_progress`."""
    owed = set(states) if len(states) < 2 else set(states) - {WAIVED}
    common = next(iter(owed), None) if len(owed) < 2 else ObligationState.IN_PROGRESS
    return orjson.Fragment(orjson.dumps(_counts(states))), common


def _counts(states: Sequence[str]) -> dict[str, int]:
    waived = states.count(WAIVED)
    return {"owed": len(states) - waived, "completed": states.count(COMPLETED), "waived": waived}


def _task(row: Any, owed: _Owed, units: list[dict[str, Any]], is_unnamed: bool) -> dict[str, Any]:
    states, reason = owed.states, reason_of(owed.rank)
    counts = _counts(states)
    begun = counts["owed"] - states.count(NOT_STARTED)
    schedule, is_standing = _schedule(_text(row.schedule))
    return {
        "id": row.id,
        "checklist": {"id": row.checklist_id, "title": row.checklist_title},
        "section": {"id": row.section_id, "position": row.section_position, "title": row.section_title},
        "number": row.number,
        "requirement": row.requirement,
        "units_text": row.units_text,
        "due_text": row.due_text,
        "units_unfinished": bool(row.units_unfinished),
        "summary": row.summary,
        "summary_on": row.summary_on,
        "schedule": schedule,
        "starts_on": row.starts_on or row.first_day,
        "due_on": row.due_on,
        "due_source": row.due_source or DueSource.STATED,
        "standing": is_standing,
        "targets": _targets(_text(row.targets)),
        "state": task_state(
            total=len(states),
            waived=counts["waived"],
            completed=counts["completed"],
            begun=begun,
            unnamed=is_unnamed,
        ),
        "counts": counts,
        "overdue": owed.overdue,
        "light": light_of(reason),
        "light_reason": reason,
        "unnamed": is_unnamed,
        "withdrawn_on": row.withdrawn_on,
        "withdrawn_reason": row.withdrawn_reason,
        "as_if_never": row.voided_at is not None,
        "units": units,
        "revision": row.revision,
    }


def _list(stored: Any) -> Any:
    """A list parsed from JSON; PostgreSQL has lists."""
    return orjson.loads(stored) if isinstance(stored, str) else stored


def _text(stored: Any) -> str:
    """JSON parsed from text; PostgreSQL's driver has parsed it already."""
    return stored if isinstance(stored, str) else json.dumps(stored, sort_keys=True)


@lru_cache(1024)
def _schedule(stored: str) -> tuple[orjson.Fragment, bool]:
    schedule = loaded(json.loads(stored))
    return orjson.Fragment(schedule.model_dump_json()), schedule.kind == "standing"


@lru_cache(1024)
def _targets(stored: str) -> orjson.Fragment:
    return orjson.Fragment(to_json(targets_of(json.loads(stored))))
