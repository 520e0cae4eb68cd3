"""Bringing a task's obligations into line with who is assigned to it. Every action that changes who owes ends here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.checklists.models import Task
from app.clock import local_day
from app.database.bulk import insert_all
from app.journal.rows import Journaled
from app.obligations.assignment_models import Assignment, owing_units
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.periods import periods_of
from app.obligations.spans import advance, first_span
from app.obligations.states import SCHEDULE_CHANGED, WAIVED_BY_ITSELF, ObligationState
from app.units.models import Membership, Unit, UnitKind

ASSIGNMENT_ENDED = "the assignment ended"


def settle(session: Session, task: Task, at: datetime, reason: str = ASSIGNMENT_ENDED) -> list[Journaled]:
    """Make the obligations that are owed and missing, waive the open ones that nobody owes any more, and take up again
    those that were waived because an assignment had ended. The caller holds the checklist's stream.

    Args:
        reason: why what is not owed any more is waived.

    Returns:
        Every row that was made or changed, for the journal. The session does not know the new ones.
    """
    return settle_all(session, [task], at, reason)[task.id]


def settle_all(
    session: Session, tasks: Sequence[Task], at: datetime, reason: str = ASSIGNMENT_ENDED
) -> dict[int, list[Journaled]]:
    """`settle` for several tasks, by as many statements as for one.

    Returns:
        id of a task → every row of it that was made or changed.
    """
    ids = [task.id for task in tasks]
    assignments = _assignments(session, ids)
    current = {
        task.id: [one for one in assignments[task.id] if one.ended_on is None and task.withdrawn_on is None]
        for task in tasks
    }
    members = memberships_of(session, {one.unit_id for some in current.values() for one in some})
    dissolved = _dissolved(session, current.values(), members)
    existing, periods = _obligations(session, ids), periods_of(session, ids)
    made: list[Obligation] = []
    changed: list[Obligation] = []
    for task in tasks:
        ended = {one.id for one in assignments[task.id] if one.ended_on is not None}
        for period in periods[task.id]:
            owing = owing_units(current[task.id], members, period, dissolved)
            for unit_id, assignment in owing.items():
                obligation = existing[task.id].get((period.id, unit_id))
                if obligation is None:
                    if _owes_from_now(assignment, period, local_day(at)):
                        made.append(_owed(task, period, unit_id, assignment))
                elif _takes_up(obligation, assignment, period, ended):
                    changed.append(obligation)
            for (period_id, unit_id), obligation in existing[task.id].items():
                if period_id == period.id and unit_id not in owing and obligation.is_open:
                    obligation.waive(reason)
                    changed.append(obligation)
        standing = {period.id for period in periods[task.id]}
        for (period_id, _), obligation in existing[task.id].items():
            if period_id not in standing and obligation.is_open:
                obligation.waive(SCHEDULE_CHANGED)
                changed.append(obligation)
    insert_all(session, made)
    spans = [first_span(obligation, at) for obligation in made]
    insert_all(session, spans)
    spans += advance(session, changed, at)
    task_of = {obligation.id: obligation.task_id for obligation in [*made, *changed]}
    rows: dict[int, list[Journaled]] = {task_id: [] for task_id in ids}
    for obligation in [*made, *changed]:
        rows[obligation.task_id].append(obligation)
    for span in spans:
        rows[task_of[span.obligation_id]].append(span)
    return rows


def _owed(task: Task, period: Period, unit_id: int, assignment: Assignment) -> Obligation:
    return Obligation.model_construct(
        checklist_id=task.checklist_id,
        task_id=task.id,
        period_id=period.id,
        unit_id=unit_id,
        assignment_id=assignment.id,
        starts_on=period.starts_on,
        due_on=period.due_on,
        report_every_days=task.schedule.get("report_every_days"),
    )


def _owes_from_now(assignment: Assignment, period: Period, today: date) -> bool:
    """A unit named later under an open collective owes the periods whose last day has not passed."""
    return assignment.named_under_id is None or period.due_on is None or period.due_on >= today


def _takes_up(obligation: Obligation, assignment: Assignment, period: Period, ended: set[int]) -> bool:
    """Let an obligation follow its assignment; answers whether that changed it."""
    changed = False
    by_itself = obligation.reason in WAIVED_BY_ITSELF or obligation.assignment_id in ended
    if obligation.state is ObligationState.WAIVED and by_itself:
        obligation.restore(period.starts_on, period.due_on)
        changed = True
    if obligation.assignment_id != assignment.id:
        obligation.assignment_id = assignment.id
        changed = True
    return changed


def memberships_of(session: Session, unit_ids: Collection[int]) -> dict[int, list[Membership]]:
    """The memberships of each unit that is a collective, be it empty."""
    collectives = select(Unit.id).where(col(Unit.id).in_(unit_ids), col(Unit.kind) == UnitKind.COLLECTIVE)
    members: dict[int, list[Membership]] = {unit_id: [] for unit_id in session.exec(collectives)}
    grouped = defaultdict(list, members)
    for membership in session.exec(select(Membership).where(col(Membership.collective_id).in_(members))):
        grouped[membership.collective_id].append(membership)
    return dict(grouped)


def _dissolved(
    session: Session, parts: Iterable[Sequence[Assignment]], members: Mapping[int, Sequence[Membership]]
) -> dict[int, date]:
    unit_ids = {one.unit_id for some in parts for one in some}
    unit_ids |= {one.unit_id for some in members.values() for one in some}
    query = select(Unit).where(col(Unit.id).in_(unit_ids), col(Unit.dissolved_on).is_not(None))
    return {unit.id: unit.dissolved_on for unit in session.exec(query) if unit.dissolved_on is not None}


def _assignments(session: Session, task_ids: Sequence[int]) -> Mapping[int, list[Assignment]]:
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    for one in session.exec(select(Assignment).where(col(Assignment.task_id).in_(task_ids))):
        found[one.task_id].append(one)
    return found


def _obligations(session: Session, task_ids: Sequence[int]) -> Mapping[int, dict[tuple[int, int], Obligation]]:
    """By task, then by period and unit."""
    query = select(Obligation).where(col(Obligation.task_id).in_(task_ids)).order_by(col(Obligation.id))
    found: defaultdict[int, dict[tuple[int, int], Obligation]] = defaultdict(dict)
    for one in session.exec(query.with_for_update().execution_options(populate_existing=True)):
        found[one.task_id][one.period_id, one.unit_id] = one
    return found
