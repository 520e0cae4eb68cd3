"""HTTP of the office's desk, and of what is overdue on a day."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.database.session import SessionDep
from app.pages.deps import PageObligationReader
from app.pages.office import queries
from app.pages.office.queries import OfficeQuery, OverdueOnPageQuery
from app.pages.rendering import PageDep
from app.pages.routing import page_router
from app.tasks.fragments import FragmentsDep

router = page_router()


@router.get("/office")
def show_office(
    query: Annotated[OfficeQuery, Query()],
    actor: PageObligationReader,
    session: SessionDep,
    fragments: FragmentsDep,
    page: PageDep,
) -> str:
    """How a checklist stands as of a day, and what waits for the office; a unit sees what it owes itself."""
    return page("office.html", queries.office(session, actor, query, fragments, today=clock.today()))


@router.get("/overdue")
def list_overdue(
    query: Annotated[OverdueOnPageQuery, Query()], actor: PageObligationReader, session: SessionDep, page: PageDep
) -> str:
    """What is overdue as of a day, the longest overdue first."""
    return page("overdue.html", queries.overdue(session, actor, query, today=clock.today()))
