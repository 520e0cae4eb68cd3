"""The functions that make a task's periods from its schedule; `settlement` follows each change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.checklists.models import Checklist, Task
from app.checklists.schedules import AfterEvent, loaded
from app.clock import local_day
from app.database.bulk import insert_all
from app.errors import InvalidRequest, NothingOwed
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.planning import ONE_DAY, PlannedPeriod, plan, span_of
from app.obligations.spans import advance
from app.obligations.states import open_in


def periods_of(session: Session, task_ids: Sequence[int]) -> Mapping[int, list[Period]]:
    """The periods of each task that are not withdrawn, in the order in which they begin."""
    query = select(Period).where(col(Period.task_id).in_(task_ids), col(Period.withdrawn_on).is_(None))
    found: defaultdict[int, list[Period]] = defaultdict(list)
    for one in session.exec(query.order_by(col(Period.starts_on), col(Period.id))):
        found[one.task_id].append(one)
    return found


def last_days(session: Session, task: Task) -> dict[str, date | None]:
    """Key of each period of a task that is not withdrawn → its last day."""
    return {one.key: one.due_on for one in periods_of(session, [task.id])[task.id]}


def make_periods(
    session: Session, checklist: Checklist, tasks: Sequence[Task], *, may_be_none: bool = False
) -> list[Period]:
    """Make the periods of new tasks for the whole span. The caller has locked the checklist's stream.

    Args:
        may_be_none: whether a task may have none, if all its last days lie before it is owed.

    Raises:
        InvalidRequest: a last day lies before the checklist's first day.
        NothingOwed: all last days of a task lie before the day from which it is owed.
    """
    made = [_made(task, one) for task in tasks for one in _planned(checklist, task, may_be_none=may_be_none)]
    insert_all(session, made)
    return made


def remake_periods(session: Session, checklist: Checklist, task: Task, at: datetime) -> list[Journaled]:
    """After a change of the schedule: past and reported periods stay, the others are made anew. If both schedules have
    only the one period of the whole span, it gets another last day.

    A change makes no period whose last day has passed: nobody was told of it in time, and the responses for past days
    would change.

    The caller has locked the checklist's stream and settles the task afterwards.

    Raises:
        InvalidRequest: a last day lies before the checklist's first day.
        NothingOwed: all last days lie before the day from which the task is owed.
    """
    today = local_day(at)
    every = {one.key: one for one in _every_period(session, task)}
    planned = _planned(checklist, task)
    staying = _staying(session, task, list(every.values()), planned, today)
    if len(planned) > 1:  # the one period of the whole span is made even where its last day has passed
        planned = _still_to_come(planned, staying, today)
    wanted = {one.key: one for one in planned if one.key not in {period.key for period in staying}}
    replaced = [period for period in every.values() if period not in staying and period.key not in wanted]
    changed = [period for period in replaced if period.withdraw(today)]
    changed += [every[key] for key, one in wanted.items() if key in every and _fit(every[key], one)]
    changed += [_made(task, one) for key, one in wanted.items() if key not in every]
    session.add_all(changed)
    session.flush()
    return [*changed, *follow(session, changed, at)]


def replace_periods(
    session: Session, checklist: Checklist, tasks: Sequence[Task], at: datetime
) -> dict[int, list[Journaled]]:
    """In a checklist that no unit was told of, replace its periods by those that its tasks plan now, except periods
    counted from an event. The caller has locked the checklist's stream and settles the tasks afterwards.

    Returns:
        id of a task → its rows that were made or changed.

    Raises:
        InvalidRequest: a last day lies before the checklist's first day.
    """
    changed: dict[int, list[Journaled]] = {}
    for task in tasks:
        every = {one.key: one for one in _every_period(session, task) if one.event_id is None}
        planned = {one.key: one for one in _planned(checklist, task, may_be_none=True)}
        some = [period for key, period in every.items() if key not in planned and period.withdraw(local_day(at))]
        some += [every[key] for key, one in planned.items() if key in every and _fit(every[key], one)]
        some += [_made(task, one) for key, one in planned.items() if key not in every]
        session.add_all(some)
        session.flush()
        changed[task.id] = [*some, *follow(session, some, at)]
    return changed


def follow(
    session: Session, periods: Sequence[Period], at: datetime, moved_to: Mapping[int, date] | None = None
) -> list[Journaled]:
    """Give the open obligations of periods the current last day; it stays for those that were completed once.

    Args:
        moved_to: id of an obligation → its last day now, if a suspension had moved it.
    """
    by_id = {period.id: period for period in periods}
    query = select(Obligation).where(col(Obligation.period_id).in_(by_id)).order_by(col(Obligation.id))
    moved: list[Obligation] = []
    for obligation in session.exec(query.with_for_update().execution_options(populate_existing=True)).all():
        period = by_id[obligation.period_id]
        again = (moved_to or {}).get(obligation.id)
        # what was granted stays
        due_on = period.due_on if obligation.extended_to is None else again or obligation.due_on
        first = obligation.extended_to and period.due_on
        follows = obligation.is_open and obligation.held_on is None
        if follows and (obligation.due_on, obligation.first_due_on) != (due_on, first):
            obligation.due_on, obligation.first_due_on = due_on, first
            obligation.extended_to = again or obligation.extended_to
            moved.append(obligation)
    return [*moved, *advance(session, moved, at)]


def follow_cycle(session: Session, task: Task, at: datetime) -> list[Journaled]:
    """Give the open obligations of a standing task its current report cycle."""
    cycle = task.schedule.get("report_every_days")
    of_task = select(Obligation).where(col(Obligation.task_id) == task.id, open_in("obligation"))
    moved = [one for one in session.exec(of_task.with_for_update()).all() if one.report_every_days != cycle]
    for one in moved:
        one.report_every_days = cycle
    return [*moved, *advance(session, moved, at)]


def _every_period(session: Session, task: Task) -> Sequence[Period]:
    return session.exec(select(Period).where(col(Period.task_id) == task.id).order_by(col(Period.id))).all()


def _planned(checklist: Checklist, task: Task, *, may_be_none: bool = False) -> list[PlannedPeriod]:
    planned = plan(loaded(task.schedule), span_of(checklist))
    for one in planned:
        if one.due_on is not None and one.due_on < checklist.starts_on:
            detail = say(
                "{day} lies before the checklist's first day; give {first_day} or later",
                day=one.due_on,
                first_day=checklist.starts_on,
            )
            name = "due_on" if len(planned) == 1 else "milestones"
            raise InvalidRequest(detail, fields=[(f"body.schedule.{name}", detail)])
    owed = [one for one in planned if is_owed(task, one)]
    if planned and not owed and not may_be_none:
        raise nothing_owed(task, task.starts_on, planned)
    return owed


def make_left_out(session: Session, checklist: Checklist, task: Task, former: date) -> list[Period]:
    """Make the periods that were left out because of `former`, after a task is owed from an earlier day than that,
    unless another period is there."""
    every = {one.key: one for one in _every_period(session, task)}
    current = [one for one in every.values() if one.withdrawn_on is None and one.event_id is None]
    made: list[Period] = []
    for one in _planned(checklist, task, may_be_none=True):
        is_free = all(one.ends_on < other.starts_on or (other.ends_on or date.max) < one.starts_on for other in current)
        if one.last_start is None or one.last_start >= former or not is_free:
            continue
        period = every.get(one.key)
        if period is None:
            made.append(_made(task, one))
        elif _fit(period, one):
            made.append(period)
    session.add_all(made)
    session.flush()
    return made


def withdraw_unowed(session: Session, tasks: Sequence[Task], on: date) -> Mapping[int, list[Period]]:
    """Withdraw the periods of tasks whose last day lies before the day from which they are owed, unless a unit still
    owes something of them or has reported on it. The caller has settled the tasks.

    Returns:
        id of a task → its periods that were withdrawn.
    """
    withdrawn: defaultdict[int, list[Period]] = defaultdict(list)
    stands = select(Obligation.period_id).where(
        col(Obligation.task_id).in_([task.id for task in tasks]), col(Obligation.voided_at).is_(None)
    )
    owed_ids, periods = set(session.exec(stands)), periods_of(session, [task.id for task in tasks])
    for task in tasks:
        for period in periods[task.id]:
            if not is_owed(task, period) and period.id not in owed_ids and period.withdraw(on):
                withdrawn[task.id].append(period)
    session.flush()
    return withdrawn


def is_owed(task: Task, period: Period | PlannedPeriod) -> bool:
    """Whether a period's last day does not lie before the day from which its task is owed."""
    return task.starts_on is None or period.last_start is None or period.last_start >= task.starts_on


def nothing_owed(
    task: Task, starts_on: date | None, periods: Sequence[Period | PlannedPeriod], field: str = "starts_on"
) -> NothingOwed:
    """Args:
    periods: those whose last days all lie before `starts_on`.
    """
    detail = say(
        "task {number} would be owed from {day}, and its last day is {last}; give starts_on of {last} or before",
        number=task.number,
        day=starts_on,
        last=max(one.last_start for one in periods if one.last_start is not None),
    )
    return NothingOwed(detail, fields=[(f"body.{field}", detail)])


def _staying(
    session: Session, task: Task, periods: Sequence[Period], planned: Sequence[PlannedPeriod], today: date
) -> list[Period]:
    """The periods that a change of the schedule does not touch."""
    current = [period for period in periods if period.withdrawn_on is None]
    if len(planned) == 1 and [period.key for period in current] == [planned[0].key]:
        return []
    from_events = isinstance(loaded(task.schedule), AfterEvent)
    return [one for one in current if (from_events and one.event_id is not None) or stays(session, one, today)]


def stays(session: Session, period: Period, today: date) -> bool:
    """Whether a period is past, or was reported on or completed."""
    if period.due_on is not None and period.due_on < today:
        return True
    touched = select(Obligation.id).where(col(Obligation.period_id) == period.id, Obligation.reported())
    return session.exec(touched.limit(1)).first() is not None


def _still_to_come(planned: Sequence[PlannedPeriod], staying: Sequence[Period], today: date) -> list[PlannedPeriod]:
    """The rest of a plan, without periods whose last day has passed and days of past periods that stay."""
    past = [one.ends_on or one.due_on for one in staying if one.event_id is None and one.due_on and one.due_on < today]
    covered = max((day for day in past if day is not None), default=date.min)
    coming = [one for one in planned if one.ends_on > covered and (one.due_on is None or one.due_on >= today)]
    return [one if one.starts_on > covered else replace(one, starts_on=covered + ONE_DAY) for one in coming]


def _made(task: Task, planned: PlannedPeriod) -> Period:
    period = Period(
        checklist_id=task.checklist_id,
        task_id=task.id,
        key=planned.key,
        starts_on=planned.starts_on,
        due_source=planned.due_source,
    )
    _fit(period, planned)
    return period


def _fit(period: Period, planned: PlannedPeriod) -> bool:
    """Set a period to what the schedule plans. Returns whether that changed it."""
    before = period.model_dump()
    period.title, period.starts_on, period.ends_on = planned.title, planned.starts_on, planned.ends_on
    period.due_on, period.due_source = planned.due_on, planned.due_source
    period.expected_on, period.withdrawn_on, period.provisional = planned.expected_on, None, None
    return period.model_dump() != before
