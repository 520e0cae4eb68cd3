"""The routes of tasks, their assignments and events."""

from typing import Annotated

from fastapi import Query, Request, Response

from app import clock
from app.access.deps import EventEnterer, Reader, RegisterEditor
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.checklists.queries import get_checklist
from app.config import SettingsDep
from app.database.session import ConnectionDep, SessionDep
from app.edge.problems import ANSWERS
from app.fastpath.marks import fast_read
from app.obligations.deps import VisibleTask
from app.paging import LinkedDep, Page, dumped
from app.shapes import RowId, WithReason
from app.tasks import actions as task_actions
from app.tasks import assignment_actions, event_actions, period_queries
from app.tasks import queries as task_queries
from app.tasks.fragments import FragmentsDep
from app.tasks.part_schemas import AssignmentWrite, Ending
from app.tasks.period_schemas import (
    PeriodPublic,
    PeriodQuery,
    TaskEventCreate,
    TaskEventEntered,
    TaskEventPublic,
    TaskEventQuery,
)
from app.tasks.schemas import TaskChange, TaskChanged, TaskCreate, TaskPublic, TaskQuery, TaskWritten, Withdrawal
from app.units.deps import VisibleUnit

router = api_router("/tasks", tags=["tasks"])


@router.get("", response_model=Page[TaskPublic])
@fast_read(on_event_loop=True)
def list_tasks(
    query: Annotated[TaskQuery, Query()],
    viewer: Reader,
    connection: ConnectionDep,
    fragments: FragmentsDep,
    request: Request,
    response: Response,
) -> Response:
    """List tasks with the state of each unit, in the order of the register."""
    page = task_queries.list_tasks(connection, viewer, query, fragments, today=clock.today())
    return dumped(page, request, response)


@router.post("", status_code=201, responses={404: ANSWERS[404]})
def create_task(once: OnceDep, wanted: TaskCreate, actor: RegisterEditor, session: SessionDep) -> TaskWritten:
    """Add a task to a checklist. Units are assigned to it one by one."""
    checklist = get_checklist(session, actor, wanted.checklist_id)
    task = task_actions.create_task(session, checklist, wanted, by=actor, at=clock.now())
    shown = task_queries.read_task(session, actor, task.id, today=clock.today())
    return once.store(TaskWritten.of(shown, obligations_made=0, overdue_at_once=0))  # nobody has a part in it yet


@router.patch("/{task_id}")
def change_task(
    task: VisibleTask, wanted: TaskChange, actor: RegisterEditor, session: SessionDep, settings: SettingsDep
) -> TaskChanged:
    """Change a task. With another schedule, periods that are past or have been reported on stay as they were, and the
    others are made anew; `schedule_change` names them."""
    done = task_actions.change_task(session, task, wanted, by=actor, at=clock.now(), roll=settings.roll_days_off)
    shown = task_queries.read_task(session, actor, task.id, today=clock.today())
    return TaskChanged.of(shown, schedule_change=done.schedule, overdue_at_once=done.overdue_at_once)


@router.put("/{task_id}/withdrawal")
def withdraw_task(task: VisibleTask, wanted: Withdrawal, actor: RegisterEditor, session: SessionDep) -> TaskPublic:
    """Withdraw a task: its open obligations are waived, completed ones stay. A task entered by mistake is
    voided as if it had never been."""
    task_actions.withdraw_task(session, task, wanted.reason, by=actor, at=clock.now(), as_if_never=wanted.as_if_never)
    return task_queries.read_task(session, actor, task.id, today=clock.today())


@router.put("/{task_id}/units/{unit_id}", responses={201: {"model": TaskWritten, "description": "newly assigned"}})
def assign_unit(
    task: VisibleTask,
    unit: VisibleUnit,
    wanted: AssignmentWrite,
    actor: RegisterEditor,
    session: SessionDep,
    response: Response,
) -> TaskWritten:
    """Give a unit (or a collective) a part in a task, or another part, or another day from which it is owed."""
    done = assignment_actions.assign(session, task, unit, wanted, by=actor, at=clock.now())
    response.status_code = 201 if done.is_new else 200
    shown = task_queries.read_task(session, actor, task.id, today=clock.today())
    return TaskWritten.of(shown, obligations_made=done.obligations_made, overdue_at_once=done.overdue_at_once)


@router.delete("/{task_id}/units/{unit_id}")
def unassign_unit(
    task: VisibleTask,
    unit_id: RowId,
    ending: Annotated[Ending, Query()],
    actor: RegisterEditor,
    session: SessionDep,
) -> TaskPublic:
    """End a unit's part in a task: its open obligations are waived, completed ones stay. A part assigned by mistake
    is voided as if it had never been."""
    assignment_actions.unassign(
        session, task, unit_id, ending.reason, by=actor, at=clock.now(), as_if_never=ending.as_if_never
    )
    return task_queries.read_task(session, actor, task.id, today=clock.today())


@router.put("/{task_id}/units/{unit_id}/closure")
def close_list(
    task: VisibleTask,
    unit_id: RowId,
    wanted: WithReason,
    actor: RegisterEditor,
    session: SessionDep,
) -> TaskPublic:
    """Close the list of an open collective of the task: no further unit is named."""
    assignment_actions.close_list(session, task, unit_id, wanted.reason, by=actor, at=clock.now())
    return task_queries.read_task(session, actor, task.id, today=clock.today())


@router.delete("/{task_id}/units/{unit_id}/closure")
def reopen_list(task: VisibleTask, unit_id: RowId, actor: RegisterEditor, session: SessionDep) -> TaskPublic:
    """Open the closed list of an open collective again."""
    assignment_actions.reopen_list(session, task, unit_id, by=actor, at=clock.now())
    return task_queries.read_task(session, actor, task.id, today=clock.today())


@router.get("/{task_id}/periods")
def list_periods(
    task: VisibleTask, query: Annotated[PeriodQuery, Query()], session: SessionDep, linked: LinkedDep
) -> Page[PeriodPublic]:
    """List a task's periods, and how many units have completed each."""
    return linked(period_queries.list_periods(session, task, query))


@router.get("/{task_id}/events")
def list_events(
    task: VisibleTask, query: Annotated[TaskEventQuery, Query()], session: SessionDep, linked: LinkedDep
) -> Page[TaskEventPublic]:
    """List the events of a task from which its days are counted."""
    return linked(period_queries.list_events(session, task, query))


@router.post("/{task_id}/events", status_code=201)
def enter_event(
    once: OnceDep,
    task: VisibleTask,
    wanted: TaskEventCreate,
    actor: EventEnterer,
    session: SessionDep,
    settings: SettingsDep,
) -> TaskEventEntered:
    """Enter an event, such as a document that was issued: a period begins, and its last day is counted
    from the day after. A unit of the task may, where the schedule says `entered_by_units`, unless that makes others
    overdue at once."""
    entered = event_actions.enter_event(session, task, wanted, by=actor, at=clock.now(), roll=settings.roll_days_off)
    shown = period_queries.public_event(entered.event, entered.period)
    return once.store(TaskEventEntered.of(shown, overdue_at_once=entered.overdue_at_once))


@router.put("/{task_id}/events/{event_id}/withdrawal")
def withdraw_event(
    task: VisibleTask, event_id: RowId, wanted: WithReason, actor: RegisterEditor, session: SessionDep
) -> TaskEventPublic:
    """Withdraw an event that did not happen so: open obligations of its period are waived, completed ones stay."""
    taken_back = event_actions.withdraw_event(session, task, event_id, wanted.reason, by=actor, at=clock.now())
    return period_queries.public_event(*taken_back)
