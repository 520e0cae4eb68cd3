"""The action that moves a checklist to another year, with its days, its tasks' days and its periods."""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists import actions as checklist_actions
from app.checklists.models import Checklist, Task, in_other_year
from app.checklists.queries import lock_checklist, was_shown
from app.checklists.schedules import AnySchedule, Milestone, Milestones, OnDay, loaded, stored
from app.checklists.schemas import ChecklistChange
from app.errors import ReportedOn
from app.journal.recorder import Change, lock, record_all
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.periods import replace_periods
from app.obligations.settlement import settle_all
from app.obligations.states import SCHEDULE_CHANGED


class ChangedChecklist(NamedTuple):
    checklist: Checklist
    periods_remade: int = 0


def change_checklist_and_periods(
    session: Session, checklist: Checklist, wanted: ChecklistChange, *, by: Actor, at: datetime, soon: int
) -> ChangedChecklist:
    """Change a checklist. Another year moves its days, and those days of its tasks that lie within it: the register
    printed them without a year.

    Raises:
        OutsideScope, ChecklistArchived, TitleTaken, StaleRevision, InvalidRequest: see
        `app.checklists.actions.change_checklist`; ReportedOn: the year, after it was published or reported on.
    """
    by.require_scope(checklist.jurisdiction_code)
    moment = lock(session, at, checklist.catalogue, checklist.stream)
    checklist = lock_checklist(session, checklist.id)
    former, first, last = checklist.year, checklist.starts_on, checklist.last_on
    checklist = checklist_actions.change_checklist(session, checklist, wanted, by=by, at=moment, soon=soon)
    years = checklist.year - former
    if not years:
        return ChangedChecklist(checklist)
    _require_untold(session, checklist)
    query = select(Task).where(col(Task.checklist_id) == checklist.id, col(Task.withdrawn_on).is_(None))
    tasks = session.exec(query.order_by(col(Task.id)).execution_options(populate_existing=True)).all()
    rows: dict[int, list[Journaled]] = {task.id: [task] for task in tasks}
    for task in tasks:
        task.schedule = stored(_in_other_year(loaded(task.schedule), first, last, years))
        task.starts_on = _moved(task.starts_on, first, last, years)
        task.revision += 1
    for part in session.exec(select(Assignment).where(col(Assignment.task_id).in_(rows))):
        if (starts_on := _moved(part.starts_on, first, last, years)) != part.starts_on:
            part.starts_on = starts_on
            rows[part.task_id].append(part)
    session.flush()
    periods = replace_periods(session, checklist, tasks, moment)
    settled = settle_all(session, tasks, moment, SCHEDULE_CHANGED, lambda one: not one.is_reported, untold=True)
    changes = [
        Change("task.changed", f"task:{task.id}", [*rows[task.id], *periods[task.id], *settled[task.id]])
        for task in tasks
    ]
    record_all(session, checklist.stream, changes, by=by.who, at=moment)
    remade = [one for some in periods.values() for one in some if isinstance(one, Period) and one.withdrawn_on is None]
    return ChangedChecklist(checklist, len(remade))


def _require_untold(session: Session, checklist: Checklist) -> None:
    of_checklist = col(Obligation.checklist_id) == checklist.id
    is_reported = session.exec(select(Obligation.id).where(of_checklist, Obligation.reported()).limit(1)).first()
    if was_shown(session, checklist) or is_reported is not None:
        detail = say(
            "checklist {id} was published or reported on; import its file again with the year", id=checklist.id
        )
        raise ReportedOn(detail, fields=[("body.year", detail)])


def _in_other_year(schedule: AnySchedule, first: date, last: date, years: int) -> AnySchedule:
    def moved(day: date) -> date:
        return in_other_year(day, years) if first <= day <= last else day

    match schedule:
        case OnDay(due_on=day):
            return OnDay(due_on=moved(day))
        case Milestones(milestones=several):
            return Milestones(milestones=[Milestone(due_on=moved(one.due_on), words=one.words) for one in several])
        case _:
            return schedule


def _moved(day: date | None, first: date, last: date, years: int) -> date | None:
    return in_other_year(day, years) if day is not None and first <= day <= last else day
