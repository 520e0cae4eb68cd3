"""The query for a checklist's dashboard, made of the same groupings as the room's lists."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from sqlmodel import col

from app.access.actors import Actor
from app.checklists.models import Task
from app.obligations.lights import Light, light_of, reason_of
from app.obligations.models import Obligation
from app.obligations.stands import stand_on
from app.obligations.states import ONE_DAY, ObligationState, Timeliness
from app.oversight.dashboard_schemas import (
    DashboardPublic,
    DashboardQuery,
    ObligationTally,
    SectionOnDashboard,
    TasksOnDashboard,
)
from app.oversight.grouping_queries import Grouping, counts_of, list_by_section, list_by_task, list_by_unit, list_trend
from app.oversight.tally_queries import Selection, on_time_rate, rows_on_day, section_of, tally
from app.oversight.tally_schemas import Tally, TallyQuery
from app.paging import MAX_PAGE
from app.tasks.queries import count_by_state
from app.tasks.schemas import TaskState

WORST = 10


class _Count(NamedTuple):
    """Counts of tasks by the states of their obligations."""

    timeliness: Counter[Timeliness]
    light: Counter[Light | None]
    state: Counter[TaskState]


def dashboard(
    connection: Connection, actor: Actor, checklist_id: int, query: DashboardQuery, *, today: date
) -> DashboardPublic:
    """A checklist's figures as of a day, over all that the actor may see.

    Raises:
        RoleNotAllowed: a unit asks for drafts. AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf.
    """
    stand = stand_on(query.as_of, query.known_on, today=today, by_first=query.due == "first")
    days = {"as_of": stand.day, "known_on": stand.known_on}
    of_checklist = query.model_dump() | days | {"checklist": checklist_id}
    selection = Selection(actor, TallyQuery(**of_checklist), stand)

    def rows_of(grouping: Grouping[Any], limit: int = MAX_PAGE) -> list[Any]:
        return grouping(connection, actor, grouping.query(**of_checklist, limit=limit), today=today).items

    tasks = _tasks(connection, selection, checklist_id)
    trend = rows_of(list_trend)
    by_month = {row.month: row for row in trend}
    first_day = stand.day.replace(day=1)
    return DashboardPublic(
        checklist_id=checklist_id,
        **days,
        tasks=_task_tally(tasks.values(), stand.is_today),
        obligations=_obligations(connection, selection),
        sections=[
            SectionOnDashboard.of(row, tasks=_task_tally([tasks[row.section.id]], stand.is_today))
            for row in rows_of(list_by_section)
        ],
        worst_units=rows_of(list_by_unit, WORST),
        worst_tasks=rows_of(list_by_task, WORST),
        this_month=by_month.get(f"{first_day:%Y-%m}"),
        last_month=by_month.get(f"{first_day - ONE_DAY:%Y-%m}"),
        trend=trend,
    )


def _obligations(connection: Connection, selection: Selection) -> ObligationTally:
    stand = selection.stand
    by_state = rows_on_day(selection, [stand.state.label("state"), func.count().label("number")]).group_by(stand.state)
    counts = tally(selection, stand.checklist_id)
    states = {row.state: row.number for row in connection.execute(by_state)}
    row = connection.execute(select(counts, on_time_rate(counts).label("on_time_rate"))).first()
    return ObligationTally(
        **(_NOTHING if row is None else counts_of(row)),
        by_state=_of_each(ObligationState, states),
    )


# The figures of a checklist without obligations.
_NOTHING = {name: 0 if field.annotation is int else None for name, field in Tally.model_fields.items()}


def _tasks(connection: Connection, selection: Selection, checklist_id: int) -> dict[int, _Count]:
    """Counts of its tasks, by their section on that day."""
    stand = selection.stand
    counts = tally(selection, col(Obligation.task_id), [Obligation])
    rows = select(counts, section_of(stand).label("section_id")).join(Task, col(Task.id) == counts.c.of_key)
    found: dict[int, _Count] = {}

    def of_section(section_id: int) -> _Count:
        return found.setdefault(section_id, _Count(Counter(), Counter(), Counter()))

    for row in connection.execute(rows):
        count = of_section(row.section_id)
        count.timeliness.update(word for word in Timeliness if getattr(row, word))
        count.light[light_of(reason_of(row.worst))] += 1
    if stand.is_today:
        states = count_by_state(connection, selection.actor, checklist_id, drafts=selection.query.drafts)
        for section_id, numbers in states.items():
            of_section(section_id).state.update(numbers)
    return found


def _task_tally(counts: Collection[_Count], is_today: bool) -> TasksOnDashboard:
    states = sum((one.state for one in counts), Counter[TaskState]())
    return TasksOnDashboard(
        by_state=_of_each(TaskState, states) if is_today else None,
        by_timeliness=_of_each(Timeliness, sum((one.timeliness for one in counts), Counter[Timeliness]())),
        by_light=_of_each(Light, sum((one.light for one in counts), Counter[Light | None]())),
    )


def _of_each(words: type[StrEnum], numbers: Mapping[Any, int]) -> dict[Any, int]:
    return {word: numbers.get(word, 0) for word in words}
