"""The queries for a task's periods."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlmodel import Session, col, func, select

from app.checklists.models import Task
from app.checklists.targets import TargetScope, figures_of, reached, targets_of
from app.obligations.models import Obligation
from app.obligations.period_models import Period, TaskEvent
from app.obligations.schemas import TargetReached
from app.obligations.states import ObligationState
from app.paging import Page, keyset_page
from app.tasks.period_schemas import Counts, PeriodPublic, PeriodQuery, TaskEventPublic, TaskEventQuery


def list_periods(session: Session, task: Task, query: PeriodQuery) -> Page[PeriodPublic]:
    """A task's periods in the order in which they were made, each with how many units owe and have completed it."""
    rows = select(Period).where(col(Period.task_id) == task.id)
    if not query.withdrawn:
        rows = rows.where(col(Period.withdrawn_on).is_(None))
    return keyset_page(session, query, rows, col(Period.id), partial(_public_periods, session, task))


def list_events(session: Session, task: Task, query: TaskEventQuery) -> Page[TaskEventPublic]:
    """The events of a task, in the order of their entry."""
    rows: Any = select(TaskEvent, Period).join(Period, col(Period.event_id) == col(TaskEvent.id))
    rows = rows.where(col(TaskEvent.task_id) == task.id)
    return keyset_page(session, query, rows, col(TaskEvent.id), lambda some: [public_event(*one) for one in some])


def public_event(event: TaskEvent, period: Period) -> TaskEventPublic:
    return TaskEventPublic(
        **event.model_dump(), period=period.key, due_on=period.due_on, provisional=period.provisional
    )


def _public_periods(session: Session, task: Task, periods: Sequence[Period]) -> list[PeriodPublic]:
    ids = [period.id for period in periods]
    counts, together = _counts(session, task.id, ids), _together(session, task, ids)
    return [PeriodPublic(**one.model_dump(), counts=counts[one.id], together=together[one.id]) for one in periods]


def _counts(session: Session, task_id: int, period_ids: list[int]) -> dict[int, Counts]:
    query = (
        select(Obligation.period_id, Obligation.state, func.count())
        .where(
            col(Obligation.task_id) == task_id,
            col(Obligation.period_id).in_(period_ids),
            col(Obligation.voided_at).is_(None),
        )
        .group_by(col(Obligation.period_id), col(Obligation.state))
    )
    states: dict[int, dict[ObligationState, int]] = defaultdict(dict)
    for period_id, state, number in session.exec(query).all():
        states[period_id][ObligationState(state)] = number
    return {
        period_id: Counts(
            owed=sum(number for state, number in states[period_id].items() if state is not ObligationState.WAIVED),
            completed=states[period_id].get(ObligationState.COMPLETED, 0),
            waived=states[period_id].get(ObligationState.WAIVED, 0),
        )
        for period_id in period_ids
    }


def _together(session: Session, task: Task, period_ids: list[int]) -> dict[int, list[TargetReached]]:
    """Period → the sums that its units reached of the targets of all together."""
    targets = [one for one in targets_of(task.targets) if one.scope is TargetScope.TOGETHER]
    reports: dict[int, list[Any]] = {period_id: [] for period_id in period_ids}
    query = select(Obligation.period_id, Obligation.reached).where(
        col(Obligation.task_id) == task.id,
        col(Obligation.period_id).in_(period_ids if targets else []),
        col(Obligation.voided_at).is_(None),
    )
    for period_id, figures in session.exec(query):
        reports[period_id].append(figures_of(figures))
    sums = {period_id: reached(*some) for period_id, some in reports.items()}
    return {
        period_id: [TargetReached(**one.model_dump(), reached=numbers.get(one.metric)) for one in targets]
        for period_id, numbers in sums.items()
    }
