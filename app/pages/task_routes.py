"""The route of a task's page."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import CallerDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.obligations.deps import VisibleTask
from app.pages import task_queries
from app.pages.task_schemas import TaskPage, TaskPageQuery

router = api_router("/tasks", tags=["tasks"])


@router.get("/{task_id}", responses={401: ANSWERS[401]})
def read_task(
    task: VisibleTask, query: Annotated[TaskPageQuery, Query()], actor: CallerDep, session: SessionDep
) -> TaskPage:
    """One task, with its units and where each stands; with `expand`, what else its page shows."""
    return task_queries.task_page(session, actor, task, query.expand, today=clock.today())
