"""The route that changes a checklist, its year included."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.checklists.queries import public_checklist
from app.checklists.schemas import ChecklistChange
from app.config import SettingsDep
from app.database.session import SessionDep
from app.obligations.schemas import ChecklistChanged
from app.obligations.year_actions import change_checklist_and_periods

router = api_router(tags=["checklists"])


@router.patch("/checklists/{checklist_id}")
def change_checklist(
    checklist: VisibleChecklist,
    wanted: ChecklistChange,
    actor: RegisterEditor,
    session: SessionDep,
    settings: SettingsDep,
) -> ChecklistChanged:
    """Change a checklist's title, its year, whether it asks for review, and when its lights change. The year changes
    only before units were told of it and anything was reported; then all periods are remade."""
    soon = settings.due_soon_days
    done = change_checklist_and_periods(session, checklist, wanted, by=actor, at=clock.now(), soon=soon)
    return ChecklistChanged.of(public_checklist(done.checklist), periods_remade=done.periods_remade)
