"""HTTP of the office's desk, and of what is overdue on a day."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import RedirectResponse

from app import clock
from app.database.session import SessionDep
from app.notices.urgings import actions as urging_actions
from app.pages.deps import PageEditor, PageObligationReader
from app.pages.desk.officer_forms import UrgingFormDep
from app.pages.forms import PostedDep
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


@router.post("/overdue/urgings")
def urge_several(
    posted: PostedDep,
    query: Annotated[OverdueOnPageQuery, Query()],
    actor: PageEditor,
    form: UrgingFormDep,
    session: SessionDep,
) -> RedirectResponse:
    """催办: urge the units of what was chosen, all or none, and come back to the same part of the list."""
    del query  # declared, so that the form may keep the parameters of its list
    urging_actions.urge(session, form.urging(), by=actor, at=clock.now())
    return posted.leads_to("/overdue", "urged_all")
