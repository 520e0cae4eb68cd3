"""The routes that archive a checklist and restore it."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.checklists.queries import public_checklist
from app.checklists.schemas import ChecklistPublic
from app.config import SettingsDep
from app.database.session import SessionDep
from app.tasks import archival_actions

router = api_router("/checklists/{checklist_id}/archival", tags=["checklists"])


@router.put("")
def archive_checklist(checklist: VisibleChecklist, actor: RegisterEditor, session: SessionDep) -> ChecklistPublic:
    """Close a checklist: it stays readable and does not change any more. What is open in it is suspended from today on,
    as nobody can report on it: what was overdue before stays so, by the same days. Claims are judged and findings
    closed before."""
    return public_checklist(archival_actions.archive(session, checklist, by=actor, at=clock.now()))


@router.delete("")
def restore_checklist(
    checklist: VisibleChecklist, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> ChecklistPublic:
    """Make an archived checklist changeable again. The last days of what is open move by the calendar days that it was
    archived."""
    now, roll = clock.now(), settings.roll_days_off
    return public_checklist(archival_actions.restore(session, checklist, by=actor, at=now, roll=roll))
