"""The query for a task's page, made of several lists."""

from collections.abc import Collection
from datetime import date
from functools import partial

from sqlmodel import Session

from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists.models import Task
from app.errors import MissingKey
from app.obligations.queries import list_obligations
from app.obligations.schemas import ObligationPublic, ObligationQuery
from app.pages.first_rows import first_rows
from app.pages.task_schemas import TaskPage, TaskPart
from app.paging import MAX_PAGE
from app.tasks.period_queries import list_periods
from app.tasks.queries import read_task
from app.tasks.schemas import PeriodQuery
from app.updates.queries import list_updates
from app.updates.schemas import UpdateQuery

NEWEST = 20


def task_page(session: Session, actor: Actor, task: Task, parts: Collection[TaskPart], *, today: date) -> TaskPage:
    """A task, and the parts of its page that are asked for.

    Raises:
        MissingKey: what units owe and report is for callers with a key.
    """
    if not actor.may(Permission.READ_OBLIGATIONS) and {TaskPart.UNITS, TaskPart.UPDATES} & {*parts}:
        raise MissingKey()
    periods = obligations = updates = None
    if TaskPart.PERIODS in parts:
        find = partial(list_periods, session, task)
        periods = first_rows(find, f"tasks/{task.id}/periods", PeriodQuery(), MAX_PAGE)
    if TaskPart.UNITS in parts:
        owed, of_task = (
            partial(list_obligations, session.connection(), actor, today=today),
            ObligationQuery(task=task.id),
        )
        obligations = first_rows(owed, "obligations", of_task, MAX_PAGE, ObligationPublic)
    if TaskPart.UPDATES in parts:
        updates = first_rows(partial(list_updates, session, actor), "updates", UpdateQuery(task=task.id), NEWEST)
    shown = read_task(session, actor, task.id, today=today)
    return TaskPage.of(shown, periods=periods, obligations=obligations, updates=updates)
