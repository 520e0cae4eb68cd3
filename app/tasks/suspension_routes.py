"""The routes that suspend and resume."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.obligations.deps import LockedObligation, VisibleTask
from app.obligations.queries import public_obligation
from app.obligations.schemas import ObligationPublic
from app.tasks import suspension_actions
from app.tasks.queries import read_task
from app.tasks.schemas import TaskPublic
from app.tasks.suspension_schemas import SuspensionWrite

router = api_router(tags=["obligations"])


@router.put("/obligations/{obligation_id}/suspension")
def suspend_obligation(
    held: LockedObligation, wanted: SuspensionWrite, actor: RegisterEditor, session: SessionDep
) -> ObligationPublic:
    """暂停: let an open obligation rest from a day on. It takes no claim and no later day meanwhile; what was overdue
    before stays so, by the days it was."""
    suspension_actions.suspend(session, held, wanted, by=actor)
    return public_obligation(session, held.obligation, today=clock.today())


@router.delete("/obligations/{obligation_id}/suspension")
def resume_obligation(
    held: LockedObligation, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> ObligationPublic:
    """Resume it: its last day is later by the calendar days that it rested."""
    suspension_actions.resume(session, held, by=actor, roll=settings.roll_days_off)
    return public_obligation(session, held.obligation, today=clock.today())


@router.put("/tasks/{task_id}/suspension", tags=["tasks"])
def suspend_task(task: VisibleTask, wanted: SuspensionWrite, actor: RegisterEditor, session: SessionDep) -> TaskPublic:
    """暂停: let all that is open of a task rest, all or nothing, and what is added to it till it is resumed. What rests
    already stays as it is."""
    suspension_actions.suspend_task(session, task, wanted, by=actor, at=clock.now())
    return read_task(session, actor, task.id, today=clock.today())


@router.delete("/tasks/{task_id}/suspension", tags=["tasks"])
def resume_task(task: VisibleTask, actor: RegisterEditor, session: SessionDep, settings: SettingsDep) -> TaskPublic:
    """Resume all that rests of a task."""
    suspension_actions.resume_task(session, task, by=actor, at=clock.now(), roll=settings.roll_days_off)
    return read_task(session, actor, task.id, today=clock.today())
