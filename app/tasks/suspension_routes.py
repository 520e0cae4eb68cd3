"""The routes that suspend and resume."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.obligations.deps import LockedObligationDep, VisibleTask
from app.obligations.queries import public_obligation
from app.obligations.schemas import ObligationPublic
from app.tasks import suspension_actions
from app.tasks.queries import read_task
from app.tasks.schemas import TaskPublic
from app.tasks.suspension_schemas import SuspensionWrite

router = api_router(tags=["obligations"])


@router.put("/obligations/{obligation_id}/suspension")
def suspend_obligation(
    locked: LockedObligationDep, wanted: SuspensionWrite, actor: RegisterEditor, session: SessionDep
) -> ObligationPublic:
    """暂停: suspend an open obligation from a day on. Meanwhile it accepts no claim and no later day; if it was
    overdue before, it stays so, by the same days."""
    suspension_actions.suspend(session, locked, wanted, by=actor)
    return public_obligation(session, locked.obligation, today=clock.today())


@router.delete("/obligations/{obligation_id}/suspension")
def resume_obligation(
    locked: LockedObligationDep, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> ObligationPublic:
    """Resume an obligation: its last day moves by the calendar days of its suspension."""
    suspension_actions.resume(session, locked, by=actor, roll=settings.roll_days_off)
    return public_obligation(session, locked.obligation, today=clock.today())


@router.put("/tasks/{task_id}/suspension", tags=["tasks"])
def suspend_task(task: VisibleTask, wanted: SuspensionWrite, actor: RegisterEditor, session: SessionDep) -> TaskPublic:
    """暂停: suspend all open obligations of a task, all or none, and those added until it is resumed. One that is
    suspended already does not change."""
    suspension_actions.suspend_task(session, task, wanted, by=actor, at=clock.now())
    return read_task(session, actor, task.id, today=clock.today())


@router.delete("/tasks/{task_id}/suspension", tags=["tasks"])
def resume_task(task: VisibleTask, actor: RegisterEditor, session: SessionDep, settings: SettingsDep) -> TaskPublic:
    """Resume all suspended obligations of a task."""
    suspension_actions.resume_task(session, task, by=actor, at=clock.now(), roll=settings.roll_days_off)
    return read_task(session, actor, task.id, today=clock.today())
