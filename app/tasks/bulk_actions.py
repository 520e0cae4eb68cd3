"""Many waivers or assignments at once: all or none."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.queries import get_task
from app.obligations.actions import waive
from app.tasks.assignment_actions import assign
from app.tasks.bulk import at_index, change_each, hold_checklists
from app.tasks.bulk_schemas import AssignedMany, AssignedPublic, AssignMany, WaivedMany, WaivedPublic, WaiveMany
from app.units.models import directory_of
from app.units.queries import get_unit


def waive_many(session: Session, wanted: WaiveMany, *, by: Actor, at: datetime) -> WaivedMany:
    """Waive several obligations, all or none.

    Raises:
        What `waive` raises for the first that cannot be, with its index; NotFound: it is not for the actor's eyes.
    """
    waived = change_each(
        session, wanted.items, lambda held, item: waive(session, held, item.reason, by=by), by=by, at=at
    )
    return WaivedMany(items=[WaivedPublic(obligation_id=one.id, state=one.state) for one in waived])


def assign_many(session: Session, wanted: AssignMany, *, by: Actor, at: datetime) -> AssignedMany:
    """Give several units a part in several tasks, all or none.

    Raises:
        What `assign` raises for the first that cannot be, with its index; NotFound: no such task or unit.
    """
    found = []
    for index, item in enumerate(wanted.items):
        with at_index(index):
            found.append((get_task(session, by, item.task_id), get_unit(session, by, item.unit_id)))
    directories = {directory_of(unit.jurisdiction_code) for _, unit in found}
    moment = hold_checklists(session, {task.checklist_id for task, _ in found}, at, directories)
    assigned = []
    for index, ((task, unit), item) in enumerate(zip(found, wanted.items, strict=True)):
        with at_index(index):
            done = assign(session, task, unit, item, by=by, at=moment)
        whose = {"task_id": task.id, "unit_id": unit.id, "role": done.assignment.role}
        assigned.append(AssignedPublic.of(done, **whose))
    return AssignedMany(items=assigned)
