"""The routes of imports."""

from typing import Annotated

from fastapi import Depends, Query

from app import clock
from app.access.deps import RegisterEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.languages.catalogue import said_in
from app.languages.negotiation import LanguageDep
from app.paging import LinkedDep, Page
from app.registers.imports import actions, queries
from app.registers.imports.deps import ImportFileDep, SentRegisterDep
from app.registers.imports.models import RegisterImport
from app.registers.imports.schemas import (
    CommitQuery,
    ImportAnswers,
    ImportCommitted,
    ImportInList,
    ImportPreview,
    ImportQuery,
)
from app.shapes import RowId

router = api_router("/registers/imports", tags=["registers"], journaled=False)


def _visible_import(import_id: RowId, actor: RegisterEditor, session: SessionDep) -> RegisterImport:
    return queries.get_import(session, actor, import_id)


VisibleImport = Annotated[RegisterImport, Depends(_visible_import)]


@router.post("", status_code=201)
def begin_import(
    sent: SentRegisterDep,
    once: OnceDep,
    actor: RegisterEditor,
    form: ImportFileDep,
    session: SessionDep,
    language: LanguageDep,
) -> ImportPreview:
    """Read a file (multipart/form-data) and store its reading: every row, and the open questions."""
    shown = actions.begin(session, sent, form.jurisdiction, by=actor, at=clock.now(), checklist_id=form.checklist)
    return once.store(said_in(language, shown))


@router.get("")
def list_imports(
    query: Annotated[ImportQuery, Query()], actor: RegisterEditor, session: SessionDep, linked: LinkedDep
) -> Page[ImportInList]:
    """List the files that were sent, newest first."""
    return linked(queries.list_imports(session, actor, query))


@router.get("/{import_id}")
def read_import(found: VisibleImport, session: SessionDep, language: LanguageDep) -> ImportPreview:
    """One import, read with today's directory."""
    return said_in(language, queries.preview(session, found))


@router.post("/{import_id}/answers", status_code=201)
def answer_import(
    once: OnceDep,
    found: VisibleImport,
    wanted: ImportAnswers,
    actor: RegisterEditor,
    session: SessionDep,
    language: LanguageDep,
) -> ImportPreview:
    """Say what unknown names mean, which task a row is, and which proposals and rules are taken.

    The directory stores what names mean, so that the next file is read without questions."""
    shown = actions.answer(session, found, wanted, by=actor, at=clock.now())
    return once.store(said_in(language, shown))


@router.post("/{import_id}/commit", status_code=201)
def commit_import(
    once: OnceDep,
    found: VisibleImport,
    query: Annotated[CommitQuery, Query()],
    actor: RegisterEditor,
    session: SessionDep,
    settings: SettingsDep,
) -> ImportCommitted:
    """Make a draft checklist of it, or update the one that it is a newer edition of: all or none, and
    not while a question blocks. An edition that changes anything names the `preview` that was read; where rows propose
    times or targets, `proposals` or answers say what becomes of them."""
    with query.named():
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
    return once.store(done)
