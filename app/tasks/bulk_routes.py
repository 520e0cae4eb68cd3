"""The routes of bulk changes."""

from app import clock
from app.access.deps import RegisterEditor, Reviewer
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.tasks import bulk_actions
from app.tasks.bulk_schemas import AssignedMany, AssignMany, TasksCreate, TasksCreated, WaivedMany, WaiveMany

router = api_router(tags=["obligations"])


@router.post("/waivers", status_code=201, responses={404: ANSWERS[404]})
def waive_obligations(once: OnceDep, wanted: WaiveMany, actor: Reviewer, session: SessionDep) -> WaivedMany:
    """免办: waive several obligations at once, all or none; an error names the first invalid item."""
    return once.store(bulk_actions.waive_many(session, wanted, by=actor, at=clock.now()))


@router.post("/assignments", status_code=201, responses={404: ANSWERS[404]}, tags=["tasks"])
def assign_units(once: OnceDep, wanted: AssignMany, actor: RegisterEditor, session: SessionDep) -> AssignedMany:
    """分派: give several units a part in several tasks at once, all or none; an error names the first invalid
    item."""
    return once.store(bulk_actions.assign_many(session, wanted, by=actor, at=clock.now()))


@router.post("/checklists/{checklist_id}/tasks", status_code=201, tags=["tasks"])
def create_tasks(
    once: OnceDep, checklist: VisibleChecklist, wanted: TasksCreate, actor: RegisterEditor, session: SessionDep
) -> TasksCreated:
    """Add several tasks to a checklist at once, all or none; an error names the first invalid item."""
    return once.store(bulk_actions.create_tasks(session, checklist, wanted, by=actor, at=clock.now()))
