"""The routes of checklists and sections."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Reader, RegisterEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.checklists import actions, queries
from app.checklists.deps import VisibleChecklist, VisibleSection
from app.checklists.schemas import (
    ChecklistCreate,
    ChecklistPublic,
    ChecklistQuery,
    SectionChange,
    SectionCreate,
    SectionPublic,
    SectionQuery,
)
from app.config import SettingsDep
from app.database.session import SessionDep
from app.paging import LinkedDep, Page

router = api_router(tags=["checklists"])


@router.get("/checklists")
def list_checklists(
    query: Annotated[ChecklistQuery, Query()], actor: Reader, session: SessionDep, linked: LinkedDep
) -> Page[ChecklistPublic]:
    """List the checklists that you may see, newest first."""
    return linked(queries.list_checklists(session, actor, query))


@router.post("/checklists", status_code=201)
def create_checklist(
    once: OnceDep, wanted: ChecklistCreate, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> ChecklistPublic:
    """Begin a checklist. It is a draft until it is published."""
    soon = settings.due_soon_days
    checklist = actions.create_checklist(session, wanted, by=actor, at=clock.now(), soon=soon)
    return once.store(queries.public_checklist(checklist))


@router.get("/checklists/{checklist_id}")
def read_checklist(checklist: VisibleChecklist) -> ChecklistPublic:
    """One checklist."""
    return queries.public_checklist(checklist)


@router.delete("/checklists/{checklist_id}/publication")
def unpublish_checklist(checklist: VisibleChecklist, actor: RegisterEditor, session: SessionDep) -> ChecklistPublic:
    """Make a checklist a draft again."""
    return queries.public_checklist(actions.unpublish(session, checklist, by=actor, at=clock.now()))


@router.get("/checklists/{checklist_id}/sections")
def list_sections(
    query: Annotated[SectionQuery, Query()], checklist: VisibleChecklist, session: SessionDep, linked: LinkedDep
) -> Page[SectionPublic]:
    """List a checklist's sections in their order."""
    return linked(queries.list_sections(session, checklist, query))


@router.post("/checklists/{checklist_id}/sections", status_code=201)
def create_section(
    once: OnceDep, checklist: VisibleChecklist, wanted: SectionCreate, actor: RegisterEditor, session: SessionDep
) -> SectionPublic:
    """Add a section."""
    section = actions.create_section(session, checklist, wanted, by=actor, at=clock.now())
    return once.store(SectionPublic.model_validate(section))


@router.patch("/sections/{section_id}")
def change_section(
    section: VisibleSection, wanted: SectionChange, actor: RegisterEditor, session: SessionDep
) -> SectionPublic:
    """Change a section's title or position."""
    return SectionPublic.model_validate(actions.change_section(session, section, wanted, by=actor, at=clock.now()))
