"""The actions on a unit's part in a task: assign, name under an open collective, close its list, end."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.clock import local_day
from app.errors import NotFound, NotOpen
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.queries import count_open, count_overdue
from app.obligations.settlement import ASSIGNMENT_ENDED, settle
from app.obligations.starts import require_something_owed, require_within, start_of_part
from app.tasks.actions import AS_IF_NEVER, current_assignment, lock_task
from app.tasks.part_schemas import AssignmentWrite
from app.units.models import Unit, directory_of


class Assigned(NamedTuple):
    """A unit's part in a task, whether it is new, and the numbers of obligations made and overdue."""

    assignment: Assignment
    is_new: bool
    obligations_made: int = 0
    overdue_at_once: int = 0


def assign(
    session: Session,
    task: Task,
    unit: Unit,
    wanted: AssignmentWrite,
    *,
    by: Actor,
    at: datetime,
    text: str | None = None,
) -> Assigned:
    """Give a unit a part in a task, or another part, or another day from which it is owed. The same again changes
    nothing.

    Args:
        text: the unit as a register prints it; its name without it.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn;
        OutsideJurisdiction: the unit does not belong to the checklist's jurisdiction; UnitDissolved;
        NotOpen: the collective to name it under is not an open one of this task;
        InvalidRequest, NothingOwed: what `starts_on` says; who is named under an open list may owe nothing.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    unit.require_jurisdiction(checklist.jurisdiction_code, or_below=True)
    if wanted.named_under == unit.id:
        raise NotOpen(say("{unit} cannot be named under itself; give the open collective of the task", unit=unit.name))
    if wanted.named_under is not None:
        _open_collective(session, task, wanted.named_under)
    # its directory too, so that nobody joins or dissolves it meanwhile
    moment = lock(session, moment, directory_of(unit.jurisdiction_code))
    session.refresh(unit)
    assignment = current_assignment(session, task.id, unit.id)
    is_new, today = assignment is None, local_day(moment)
    if assignment is None:
        unit.require_existing()
        assignment = Assignment(
            checklist_id=checklist.id,
            task_id=task.id,
            unit_id=unit.id,
            role=wanted.role,
            text=unit.name if text is None else text[:200],
            named_under_id=wanted.named_under,
        )
        is_named = wanted.named_under is not None
        starts_on = start_of_part(session, checklist, task, wanted.starts_on, today, is_named=is_named)
        session.add(assignment)
    else:
        starts_on = wanted.starts_on or assignment.starts_on
        part = assignment.role, assignment.named_under_id, assignment.starts_on
        if part == (wanted.role, wanted.named_under, starts_on):
            return Assigned(assignment, False)
    if wanted.starts_on is not None:
        require_within(checklist, wanted.starts_on)
    assignment.role, assignment.named_under_id, assignment.starts_on = wanted.role, wanted.named_under, starts_on
    session.flush()
    # a unit that is named late is just as accountable, and the response says how many obligations were made
    if is_new and wanted.named_under is None:
        require_something_owed(session, task, assignment)
    of_task = col(Obligation.task_id) == task.id
    before = count_open(session, assignment), count_overdue(session, of_task, today)
    verb = "unit.assigned" if is_new else "assignment.changed"
    _journal(session, checklist, assignment, verb, by, moment, settle(session, task, moment))
    after = count_open(session, assignment), count_overdue(session, of_task, today)
    return Assigned(assignment, is_new, *(max(0, now - then) for now, then in zip(after, before, strict=True)))


def unassign(
    session: Session,
    task: Task,
    unit_id: int,
    reason: str | None,
    *,
    by: Actor,
    at: datetime,
    as_if_never: bool = False,
) -> Assignment:
    """End a unit's part in a task, today: its open obligations are waived, completed ones stay.

    Args:
        as_if_never: it was assigned by mistake: obligations through this part alone are voided, as if they had never
            been. A part that ended before can be voided later.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NotFound: it has no part in it.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    former = _ended_assignment(session, task, unit_id) if as_if_never else None
    assignment = former or _assignment(session, task, unit_id)
    why = reason or ASSIGNMENT_ENDED
    assignment.ended_on, assignment.ended_reason = assignment.ended_on or local_day(moment), why
    session.flush()
    rows = settle(session, task, moment, why, lambda one: as_if_never and one.assignment_id == assignment.id)
    _journal(session, checklist, assignment, "assignment.ended", by, moment, rows, as_if_never=as_if_never)
    return assignment


def close_list(session: Session, task: Task, unit_id: int, reason: str, *, by: Actor, at: datetime) -> Assignment:
    """Close an open collective's list: no further unit is named, and the task can be completed.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NotOpen: it is not an open collective of this task.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    assignment = _open_collective(session, task, unit_id)
    if assignment.closed_on is None:
        assignment.closed_on, assignment.closed_reason = local_day(moment), reason
        _journal(session, checklist, assignment, "list.closed", by, moment, [])
    return assignment


def reopen_list(session: Session, task: Task, unit_id: int, *, by: Actor, at: datetime) -> Assignment:
    """Open the closed list of an open collective again. Raises as `close_list`."""
    checklist, moment = lock_task(session, task, by=by, at=at)
    assignment = _open_collective(session, task, unit_id)
    if assignment.closed_on is not None:
        assignment.closed_on = assignment.closed_reason = None
        _journal(session, checklist, assignment, "list.reopened", by, moment, [])
    return assignment


def _ended_assignment(session: Session, task: Task, unit_id: int) -> Assignment | None:
    """The last part of a unit that ended, if it has none now and some of its obligations are not voided."""
    if current_assignment(session, task.id, unit_id) is not None:
        return None
    owed = select(Obligation.id).where(
        col(Obligation.assignment_id) == col(Assignment.id), col(Obligation.voided_at).is_(None)
    )
    query = select(Assignment).where(
        col(Assignment.task_id) == task.id, col(Assignment.unit_id) == unit_id, owed.exists()
    )
    return session.exec(query.order_by(col(Assignment.id).desc())).first()


def _assignment(session: Session, task: Task, unit_id: int) -> Assignment:
    assignment = current_assignment(session, task.id, unit_id)
    if assignment is None:
        raise NotFound(
            say(
                "unit {unit} has no part in task {task}; GET /tasks/{task} lists those that have",
                unit=unit_id,
                task=task.id,
            )
        )
    return assignment


def _open_collective(session: Session, task: Task, unit_id: int) -> Assignment:
    assignment = current_assignment(session, task.id, unit_id)
    unit = session.get(Unit, unit_id)
    if assignment is None or unit is None or not unit.is_open:
        raise NotOpen(
            say(
                "unit {unit} is not an open collective of task {task}; GET /tasks/{task} shows them as is_open",
                unit=unit_id,
                task=task.id,
            )
        )
    return assignment


def _journal(
    session: Session,
    checklist: Checklist,
    assignment: Assignment,
    verb: str,
    by: Actor,
    moment: datetime,
    rows: list[Journaled],
    *,
    as_if_never: bool = False,
) -> None:
    subject, rows = f"task:{assignment.task_id}", [assignment, *rows]
    facts = AS_IF_NEVER if as_if_never else None
    record(session, checklist.stream, by=by.who, verb=verb, subject=subject, at=moment, rows=rows, facts=facts)
