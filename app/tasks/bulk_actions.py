"""The bulk actions: several waivers, assignments or tasks, all or none."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.checklists.queries import get_task
from app.journal.recorder import lock
from app.obligations.actions import waive
from app.tasks.actions import create_task
from app.tasks.assignment_actions import assign
from app.tasks.bulk import change_each, each, lock_checklists
from app.tasks.bulk_schemas import (
    AssignedMany,
    AssignedPublic,
    AssignMany,
    AssignmentItem,
    TaskCreated,
    TasksCreate,
    TasksCreated,
    WaivedMany,
    WaivedPublic,
    WaiveMany,
)
from app.units.models import Unit, directory_of
from app.units.queries import get_unit


def waive_many(session: Session, wanted: WaiveMany, *, by: Actor, at: datetime) -> WaivedMany:
    """Waive several obligations, all or none.

    Raises:
        What `waive` raises for the first invalid item, with its index; NotFound: the actor may not see it.
    """
    waived = change_each(
        session, wanted.items, lambda locked, item: waive(session, locked, item.reason, by=by), by=by, at=at
    )
    return WaivedMany(items=[WaivedPublic(obligation_id=one.id, state=one.state) for one in waived])


def assign_many(session: Session, wanted: AssignMany, *, by: Actor, at: datetime) -> AssignedMany:
    """Give several units a part in several tasks, all or none.

    Raises:
        What `assign` raises for the first invalid item, with its index; NotFound: the task or unit does not exist.
    """
    found = each(wanted.items, lambda item: (get_task(session, by, item.task_id), get_unit(session, by, item.unit_id)))
    directories = {directory_of(unit.jurisdiction_code) for _, unit in found}
    moment = lock_checklists(session, {task.checklist_id for task, _ in found}, at, directories)

    def assign_one(one: tuple[tuple[Task, Unit], AssignmentItem]) -> AssignedPublic:
        (task, unit), item = one
        done = assign(session, task, unit, item, by=by, at=moment)
        return AssignedPublic.of(done, task_id=task.id, unit_id=unit.id, role=done.assignment.role)

    return AssignedMany(items=each(zip(found, wanted.items, strict=True), assign_one))


def create_tasks(
    session: Session, checklist: Checklist, wanted: TasksCreate, *, by: Actor, at: datetime
) -> TasksCreated:
    """Add several tasks to a checklist, all or none.

    Raises:
        What `create_task` raises for the first invalid item, with its index.
    """
    moment = lock(session, at, checklist.stream)
    made = each(wanted.items, lambda item: create_task(session, checklist, item, by=by, at=moment))
    return TasksCreated(items=[TaskCreated.of(task) for task in made])
