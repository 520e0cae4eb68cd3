"""HTTP of imports on pages: a file is sent, its questions are answered, and it becomes a checklist."""

from fastapi.responses import RedirectResponse

from app import clock
from app.config import SettingsDep
from app.database.session import SessionDep
from app.pages.deps import PageEditor
from app.pages.forms import PostedDep
from app.pages.imports import queries
from app.pages.imports.deps import AnswersFormDep, CommitFormDep, PageImport, RegisterFormDep, SentOnPage
from app.pages.rendering import PageDep
from app.pages.routing import page_router
from app.registers.imports import actions

router = page_router()
uploads = page_router(checks_forms=False)  # a dependency of theirs does, before the session begins


@router.get("/imports")
def list_imports(actor: PageEditor, session: SessionDep, page: PageDep, cursor: str | None = None) -> str:
    """The files that were sent, and the form for another."""
    return page("imports.html", queries.imports(session, actor, cursor))


@uploads.post("/imports")
def begin_import(
    sent: SentOnPage, posted: PostedDep, actor: PageEditor, form: RegisterFormDep, session: SessionDep
) -> RedirectResponse:
    begun = actions.begin(session, sent, form.jurisdiction, by=actor, at=clock.now())
    return posted.leads_to(f"/imports/{begun.id}", "read")


@router.get("/imports/{import_id}")
def show_import(found: PageImport, session: SessionDep, page: PageDep) -> str:
    """An import with its questions."""
    return page("import.html", queries.import_page(session, found))


@router.post("/imports/{import_id}/answers")
def answer_import(
    posted: PostedDep, found: PageImport, form: AnswersFormDep, actor: PageEditor, session: SessionDep
) -> RedirectResponse:
    answered = actions.answer(session, found, form.answers(), by=actor, at=clock.now())
    return posted.leads_to(f"/imports/{answered.id}", "noted")


@router.post("/imports/{import_id}/commit")
def commit_import(
    posted: PostedDep,
    found: PageImport,
    form: CommitFormDep,
    actor: PageEditor,
    session: SessionDep,
    settings: SettingsDep,
) -> RedirectResponse:
    query = form.query()
    done = actions.commit(
        session,
        found,
        query.preview,
        by=actor,
        at=clock.now(),
        soon=settings.due_soon_days,
        roll=settings.roll_days_off,
        starts_on=query.starts_on,
        proposals=query.proposals,
    )
    return posted.leads_to(f"/board/{done.checklist_id}", "committed")
