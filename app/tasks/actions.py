"""The office's actions on tasks; each settles the obligations in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists import queries as checklist_queries
from app.checklists.actions import lock_contents
from app.checklists.models import Checklist, FormerSection, FormerSummary, Section, Task
from app.checklists.schedules import AfterEvent, AnySchedule, loaded, stored
from app.checklists.targets import stored_list
from app.clock import local_day
from app.errors import StaleRevision, UnknownReference
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say, template
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.periods import follow_cycle, last_days, make_periods, remake_periods, stays
from app.obligations.queries import count_overdue
from app.obligations.settlement import settle
from app.obligations.starts import follow_start, require_within, start_of_task
from app.tasks.event_periods import event_periods, recount
from app.tasks.period_schemas import ScheduleChange
from app.tasks.schemas import TaskChange, TaskItem
from app.workdays.models import CALENDAR

WITHDRAWN = template("the task was withdrawn")
AS_IF_NEVER = {"as_if_never": True}  # the journal's fact of a mistake that is voided


class Changed(NamedTuple):
    """The effect of a change of a task: on its periods, and the number of obligations that became overdue."""

    schedule: ScheduleChange | None
    overdue_at_once: int


def create_task(session: Session, checklist: Checklist, wanted: TaskItem, *, by: Actor, at: datetime) -> Task:
    """Add a task to a section of a checklist.

    Raises:
        OutsideScope, ChecklistArchived; UnknownReference: the section is not one of this checklist;
        AlreadyExists: another task has this number; InvalidRequest, NothingOwed: what `starts_on` says.
    """
    moment = lock_contents(session, checklist, by=by, at=at)
    section = _section(session, checklist, wanted.section_id)
    task = Task(
        checklist_id=checklist.id,
        section_id=section.id,
        number=wanted.number or checklist_queries.last_number(session, checklist.id) + 1,
        requirement=wanted.requirement,
        units_text=wanted.units_text,
        due_text=wanted.due_text,
        summary=wanted.summary,
        summary_on=local_day(moment) if wanted.summary else None,
        schedule=stored(wanted.schedule),
        starts_on=start_of_task(session, checklist, wanted.starts_on, local_day(moment)),
        targets=stored_list(wanted.targets),
        created_at=moment,
    )
    session.add(task)
    session.flush()
    rows = [task, *make_periods(session, checklist, [task])]
    _journal(session, checklist, task, "task.created", by, moment, rows)
    return task


def change_task(
    session: Session,
    task: Task,
    wanted: TaskChange,
    *,
    by: Actor,
    at: datetime,
    roll: bool,
    summary_on: date | None = None,
    units_unfinished: bool | None = None,
) -> Changed:
    """Change a task. A new last day counts for open obligations from now on; closed ones do not change.

    Args:
        summary_on: the day of a new 完成情况; today without it.
        units_unfinished: whether the newly printed list of units ends in 等.

    Returns:
        What a schedule that was sent did to the task's periods, and how many obligations the change made overdue.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn, UnknownReference, AlreadyExists;
        StaleRevision: somebody changed it after it was read. InvalidRequest, NothingOwed: what `starts_on` says.
    """
    if isinstance(wanted.schedule, AfterEvent):
        at = lock(session, at, CALENDAR)  # before the checklist's: heads by name
    checklist, moment = lock_task(session, task, by=by, at=at)
    if task.revision != wanted.revision:
        raise StaleRevision(
            current={
                "id": task.id,
                "revision": task.revision,
                "requirement": task.requirement,
                "schedule": task.schedule,
                "summary": task.summary,
                "number": task.number,
            }
        )
    today, of_task = local_day(moment), col(Obligation.task_id) == task.id
    late, owed_from = count_overdue(session, of_task, today), task.starts_on or checklist.starts_on
    if wanted.starts_on is not None and wanted.starts_on != owed_from:
        require_within(checklist, wanted.starts_on)
        task.starts_on = wanted.starts_on
    former = _change_words(session, checklist, task, wanted, summary_on or today, moment)
    if units_unfinished is not None:
        task.units_unfinished = units_unfinished
    if wanted.targets is not None:
        task.targets = stored_list(wanted.targets)
    followed: list[Journaled] = []
    before = last_days(session, task) if wanted.schedule else {}
    if wanted.schedule is not None and wanted.schedule != loaded(task.schedule):
        followed += _reschedule(session, checklist, task, wanted.schedule, moment, roll=roll)
    if wanted.starts_on is not None and wanted.starts_on != owed_from:
        followed += follow_start(session, checklist, task, owed_from, moment)
    task.revision += 1
    _journal(session, checklist, task, "task.changed", by, moment, [task, *former, *followed])
    overdue_at_once = max(0, count_overdue(session, of_task, today) - late)
    if wanted.schedule is None:
        return Changed(None, overdue_at_once)
    change = ScheduleChange.between(before, last_days(session, task), changed_nothing=not followed)
    return Changed(change, overdue_at_once)


def _change_words(
    session: Session, checklist: Checklist, task: Task, wanted: TaskChange, summary_on: date, at: datetime
) -> list[Journaled]:
    """Change what is printed, its number and its section. Returns the rows of what past days show instead."""
    former: list[Journaled] = []
    if wanted.section_id is not None and wanted.section_id != task.section_id:
        section = _section(session, checklist, wanted.section_id)
        former.append(_former_section(session, task, at))
        task.section_id = section.id
    for name in ("number", "requirement", "units_text", "due_text"):
        value = getattr(wanted, name)
        if value is not None:
            setattr(task, name, value)
    if wanted.summary is not None and wanted.summary != task.summary:
        before = FormerSummary(checklist_id=checklist.id, task_id=task.id, summary=task.summary, until_at=at)
        session.add(before)
        former.append(before)
        task.summary, task.summary_on = wanted.summary, summary_on
    return former


def _reschedule(
    session: Session, checklist: Checklist, task: Task, schedule: AnySchedule, at: datetime, *, roll: bool
) -> list[Journaled]:
    """Every row that was made or changed, for the journal."""
    task.schedule = stored(schedule)
    rows = remake_periods(session, checklist, task, at)
    if isinstance(schedule, AfterEvent):
        today = local_day(at)
        counted = [one for one in event_periods(session, task) if not stays(session, one[0], today)]
        rows += recount(session, schedule, counted, roll=roll, at=at)
    return [*rows, *settle(session, task, at), *follow_cycle(session, task, at)]


def withdraw_task(
    session: Session, task: Task, reason: str, *, by: Actor, at: datetime, as_if_never: bool = False
) -> Task:
    """Withdraw a task: its open obligations are waived, completed ones stay.

    Args:
        as_if_never: it was entered by mistake: its obligations are voided, as if they had never been. A task that was
            withdrawn before can be voided later.

    Raises:
        OutsideScope, ChecklistArchived; TaskWithdrawn: it is withdrawn, or was taken back, already.
    """
    checklist = session.get_one(Checklist, task.checklist_id)
    moment = lock_contents(session, checklist, by=by, at=at)
    session.refresh(task)
    task.withdraw(reason, local_day(moment), never=moment if as_if_never else None)
    task.revision += 1
    rows = [task, *settle(session, task, moment, f"{WITHDRAWN}: {reason}", lambda _: as_if_never)]
    _journal(session, checklist, task, "task.withdrawn", by, moment, rows, as_if_never=as_if_never)
    return task


def renumber_tasks(
    session: Session, checklist: Checklist, numbers: Mapping[int, int], *, by: Actor, at: datetime
) -> None:
    """Give tasks new numbers in one change, so that two can swap; withdrawn ones may have to make way.

    Args:
        numbers: id of a task → its number.

    Raises:
        OutsideScope, ChecklistArchived; AlreadyExists: a task that stays as it is has one of the numbers.
    """
    moment = lock_contents(session, checklist, by=by, at=at)
    query = select(Task).where(col(Task.checklist_id) == checklist.id, col(Task.id).in_(numbers))
    tasks = session.exec(query.order_by(col(Task.id)).execution_options(populate_existing=True)).all()
    for task in tasks:
        task.number = -task.id  # out of the way: the numbers are unique after every statement
    session.flush()
    for task in tasks:
        task.number = numbers[task.id]
        task.revision += 1
    subject = f"checklist:{checklist.id}"
    record(session, checklist.stream, by=by.who, verb="tasks.renumbered", subject=subject, at=moment, rows=tasks)


def lock_task(session: Session, task: Task, *, by: Actor, at: datetime) -> tuple[Checklist, datetime]:
    """Lock a task's checklist to change the task or its assignments.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn.
    """
    checklist = session.get_one(Checklist, task.checklist_id)
    moment = lock_contents(session, checklist, by=by, at=at)
    session.refresh(task)
    task.require_not_withdrawn()
    return checklist, moment


def _section(session: Session, checklist: Checklist, section_id: int) -> Section:
    query = select(Section).where(col(Section.id) == section_id, col(Section.checklist_id) == checklist.id)
    section = session.exec(query).first()
    if section is None:
        raise UnknownReference(
            fields=[
                (
                    "body.section_id",
                    say(
                        "{section} is not a section of checklist {checklist}; give one of its own",
                        section=section_id,
                        checklist=checklist.id,
                    ),
                )
            ]
        )
    return section


def _former_section(session: Session, task: Task, until_at: datetime) -> FormerSection:
    former = FormerSection(
        checklist_id=task.checklist_id, task_id=task.id, section_id=task.section_id, until_at=until_at
    )
    session.add(former)
    return former


def _journal(
    session: Session,
    checklist: Checklist,
    task: Task,
    verb: str,
    by: Actor,
    moment: datetime,
    rows: Sequence[Journaled],
    *,
    as_if_never: bool = False,
) -> None:
    subject, facts = f"task:{task.id}", AS_IF_NEVER if as_if_never else None
    record(session, checklist.stream, by=by.who, verb=verb, subject=subject, at=moment, rows=rows, facts=facts)


def current_assignment(session: Session, task_id: int, unit_id: int) -> Assignment | None:
    query = select(Assignment).where(
        col(Assignment.task_id) == task_id, col(Assignment.unit_id) == unit_id, col(Assignment.ended_on).is_(None)
    )
    return session.exec(query).first()
