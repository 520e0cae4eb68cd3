"""The route of a caller's to-do list."""

from app import clock
from app.access.deps import ObligationReader
from app.access.routing import api_router
from app.database.session import SessionDep
from app.pages.todo import queries
from app.pages.todo.schemas import CallerToDo
from app.tasks.fragments import FragmentsDep

router = api_router("/me", tags=["me"])


@router.get("/todo")
def read_todo(actor: ObligationReader, session: SessionDep, fragments: FragmentsDep) -> CallerToDo:
    """Your to-do list: counts, the first rows, and the addresses of the full lists."""
    return queries.caller_todo(session, actor, fragments, today=clock.today())
