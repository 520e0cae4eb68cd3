"""The route of a task's page."""

from typing import Annotated

from fastapi import Query, Response

from app import clock
from app.access.deps import CallerDep
from app.access.routing import api_router
from app.database.session import ConnectionDep
from app.edge.problems import ANSWERS
from app.fastpath.marks import fast_read
from app.pages.task import queries
from app.pages.task.schemas import TaskPage, TaskPageQuery
from app.paging import as_json
from app.shapes import RowId
from app.tasks.fragments import FragmentsDep

router = api_router("/tasks", tags=["tasks"])


@router.get("/{task_id}", response_model=TaskPage, responses={401: ANSWERS[401]})
@fast_read(on_event_loop=True)
def read_task(
    task_id: RowId,
    query: Annotated[TaskPageQuery, Query()],
    actor: CallerDep,
    connection: ConnectionDep,
    fragments: FragmentsDep,
    response: Response,
) -> Response:
    """One task, with its units and where each stands; with `expand`, what else its page shows."""
    page = queries.task_page(connection, actor, task_id, query.expand, fragments, today=clock.today())
    return as_json(page, response)
