"""The routes of reminder rules."""

from app import clock
from app.access.deps import ObligationReader, RegisterEditor
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.database.session import SessionDep
from app.notices.reminders import actions, queries
from app.notices.reminders.schemas import ReminderRulesPublic, ReminderRulesWrite

router = api_router("/checklists/{checklist_id}/reminder-rules", tags=["notices"])


@router.get("")
def read_reminder_rules(
    actor: ObligationReader, checklist: VisibleChecklist, session: SessionDep
) -> ReminderRulesPublic:
    """The reminder ladder of a checklist; the default one, off, until somebody sets one."""
    return queries.public_rules(session, checklist)


@router.put("")
def set_reminder_rules(
    actor: RegisterEditor, checklist: VisibleChecklist, wanted: ReminderRulesWrite, session: SessionDep
) -> ReminderRulesPublic:
    """Set the ladder of a checklist, or switch it on or off."""
    return actions.set_rules(session, checklist, wanted, by=actor, at=clock.now())
