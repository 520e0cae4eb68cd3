"""The routes of public pages: the registers, and the board of each, which the office publishes there."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from app import clock
from app.database.session import SessionDep
from app.obligations.publication_actions import publish
from app.pages.board import queries
from app.pages.board.forms import PublicationFormDep
from app.pages.board.queries import BoardQuery
from app.pages.deps import PageChecklist, PageEditor, PageReader
from app.pages.forms import PostedDep
from app.pages.rendering import STYLE, PageDep
from app.pages.routing import page_router
from app.tasks.fragments import FragmentsDep

router = page_router(personal=False)
forms = page_router()
style = APIRouter(include_in_schema=False)


@router.get("/")
def list_boards(viewer: PageReader, session: SessionDep, page: PageDep, cursor: str | None = None) -> str:
    """The registers that are published, each with its board."""
    return page("registers.html", queries.list_registers(session, viewer, cursor))


@router.get("/board/{checklist_id}")
def show_board(
    checklist: PageChecklist,
    query: Annotated[BoardQuery, Query()],
    viewer: PageReader,
    session: SessionDep,
    fragments: FragmentsDep,
    page: PageDep,
) -> str:
    """A checklist as everybody may see it; of a past day, the register as it was published then."""
    return page("board.html", queries.board(session, viewer, checklist, query, fragments, today=clock.today()))


@forms.post("/board/{checklist_id}/publication")
def publish_board(
    posted: PostedDep, actor: PageEditor, checklist: PageChecklist, form: PublicationFormDep, session: SessionDep
) -> RedirectResponse:
    """Show a checklist to its units, or to everyone."""
    wanted = form.publication()
    done = publish(session, checklist, wanted.audience, by=actor, at=clock.now(), starts_on=wanted.starts_on)
    return posted.leads_to(f"/board/{done.checklist.id}", "published_late" if done.overdue_at_once else "published")


@style.get("/style.css")
async def read_style(v: str = "") -> Response:
    """The pages' style. Its address names its version, so it may be stored for ever."""
    del v
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})
