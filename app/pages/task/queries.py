"""The query for a task's page, made of several lists."""

from collections.abc import Collection
from datetime import date
from functools import partial

from sqlalchemy import Connection
from sqlmodel import Session

from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists.queries import get_task
from app.database.engine import leave_event_loop
from app.errors import MissingKey
from app.obligations.queries import list_obligations
from app.obligations.schemas import ObligationPublic, ObligationQuery
from app.pages.first_rows import first_rows
from app.pages.task.schemas import TaskPart, TaskParts
from app.paging import MAX_PAGE
from app.tasks.fragments import TaskFragments
from app.tasks.period_queries import list_periods
from app.tasks.period_schemas import PeriodQuery
from app.tasks.queries import task_json
from app.updates.queries import list_updates
from app.updates.schemas import UpdateQuery

NEWEST = 20


def task_page(
    connection: Connection,
    actor: Actor,
    task_id: int,
    parts: Collection[TaskPart],
    fragments: TaskFragments,
    *,
    today: date,
) -> bytes:
    """A task, and the parts of its page that are asked for, as JSON in the shape of TaskPage.

    Raises:
        NotFound: the caller sees no such task. MissingKey: what units owe and report is for callers with a key.
        TakesLonger: as `task_json`.
    """
    shown = task_json(connection, actor.viewer, task_id, fragments, today=today)
    if not actor.may(Permission.READ_OBLIGATIONS) and {TaskPart.UNITS, TaskPart.UPDATES} & {*parts}:
        raise MissingKey()
    rest = _parts(connection, actor, task_id, parts, today) if parts else NO_PARTS
    return shown[:-1] + b"," + rest[1:]


def _parts(connection: Connection, actor: Actor, task_id: int, parts: Collection[TaskPart], today: date) -> bytes:
    leave_event_loop(connection)
    periods = obligations = updates = None
    with Session(connection) as session:
        if TaskPart.PERIODS in parts:
            find = partial(list_periods, session, get_task(session, actor, task_id))
            periods = first_rows(find, f"tasks/{task_id}/periods", PeriodQuery(), MAX_PAGE)
        if TaskPart.UNITS in parts:
            owed, of_task = partial(list_obligations, connection, actor, today=today), ObligationQuery(task=task_id)
            obligations = first_rows(owed, "obligations", of_task, MAX_PAGE, ObligationPublic)
        if TaskPart.UPDATES in parts:
            updates = first_rows(partial(list_updates, session, actor), "updates", UpdateQuery(task=task_id), NEWEST)
    return TaskParts(periods=periods, obligations=obligations, updates=updates).model_dump_json().encode()


NO_PARTS = TaskParts(periods=None, obligations=None, updates=None).model_dump_json().encode()
