"""Dependencies that load the checklist or section of a path, if the caller may see it."""

from typing import Annotated

from fastapi import Depends

from app.access.deps import Reader
from app.checklists import queries
from app.checklists.models import Checklist, Section
from app.database.session import SessionDep
from app.shapes import RowId


def _visible_checklist(checklist_id: RowId, actor: Reader, session: SessionDep) -> Checklist:
    return queries.get_checklist(session, actor, checklist_id)


def _visible_section(section_id: RowId, actor: Reader, session: SessionDep) -> Section:
    return queries.get_section(session, actor, section_id)


VisibleChecklist = Annotated[Checklist, Depends(_visible_checklist)]
VisibleSection = Annotated[Section, Depends(_visible_section)]
