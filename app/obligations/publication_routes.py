"""The route that publishes a checklist."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.checklists.queries import public_checklist
from app.database.session import SessionDep
from app.obligations.publication_actions import publish
from app.obligations.schemas import ChecklistPublished, Publication

router = api_router(tags=["checklists"])


@router.put("/checklists/{checklist_id}/publication")
def publish_checklist(
    checklist: VisibleChecklist, wanted: Publication, actor: RegisterEditor, session: SessionDep
) -> ChecklistPublished:
    """Show a checklist to its units, or to everyone. The first time says from which day its tasks are owed; where units
    would be overdue at once, that day is required."""
    done = publish(session, checklist, wanted.audience, by=actor, at=clock.now(), starts_on=wanted.starts_on)
    return ChecklistPublished.of(public_checklist(done.checklist), overdue_at_once=done.overdue_at_once)
