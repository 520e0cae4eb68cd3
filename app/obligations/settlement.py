"""Settlement: it makes a task's obligations agree with its assignments, after every action that changes them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.checklists.models import Task
from app.clock import local_day
from app.database.bulk import insert_all
from app.journal.rows import Journaled
from app.languages.messages import template
from app.obligations.assignment_models import Assignment, Part, owing_units
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.periods import periods_of
from app.obligations.span_models import ObligationSpan
from app.obligations.spans import advance, begin_earlier, first_span, restart, void
from app.obligations.states import OWED_LATER, SCHEDULE_CHANGED, WAIVED_BY_ITSELF, ObligationState
from app.obligations.suspension_models import Suspension, suspensions_with_task
from app.units.models import Membership, Unit, UnitKind

ASSIGNMENT_ENDED = template("the assignment ended")


def nothing(_: Obligation) -> bool:
    return False


def settle(
    session: Session,
    task: Task,
    at: datetime,
    reason: str = ASSIGNMENT_ENDED,
    mistaken: Callable[[Obligation], bool] = nothing,
) -> list[Journaled]:
    """Create obligations that are owed and missing, waive open ones that nobody owes any more, reopen those that were
    waived because an assignment had ended, and set the current first day of all. The caller has locked the checklist's
    stream.

    Args:
        reason: the reason of those waived.
        mistaken: which of those not owed any more were owed by mistake; they are voided instead.

    Returns:
        Every row that was made or changed, for the journal. The new ones are not in the session.
    """
    return settle_all(session, [task], at, reason, mistaken)[task.id]


def settle_all(
    session: Session,
    tasks: Sequence[Task],
    at: datetime,
    reason: str = ASSIGNMENT_ENDED,
    mistaken: Callable[[Obligation], bool] = nothing,
    *,
    untold: bool = False,
) -> dict[int, list[Journaled]]:
    """`settle` for several tasks, by the same number of statements.

    Args:
        untold: whether no unit was ever told of the tasks. Unreported obligations that are not owed because of their
            day are then voided, and what is owed from another day was always owed from it.

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
    found = _Found(at, untold)
    for task in tasks:
        mistakes = {key for key, one in existing[task.id].items() if mistaken(one)}
        owing = {
            (period.id, unit_id): (period, part)
            for period in periods[task.id]
            for unit_id, part in owing_units(task, current[task.id], members, period, dissolved).items()
            if part.is_owed or (period.id, unit_id) not in mistakes
        }
        ended = {one.id for one in assignments[task.id] if one.ended_on is not None}
        for key, (period, part) in owing.items():
            found.look_at(existing[task.id].get(key), task, period, key[1], part, ended)
        planned_ids = {period.id for period in periods[task.id]}
        for key, obligation in existing[task.id].items():
            if key in owing or obligation.voided_at is not None:
                continue
            if key in mistakes:
                obligation.void(reason, at)
                found.mistaken.append(obligation)
            elif obligation.is_open:
                obligation.lapse(reason if key[0] in planned_ids else SCHEDULE_CHANGED)
                found.changed.append(obligation)
    insert_all(session, found.made)
    suspensions = suspensions_with_task(session, found.suspended, at)
    insert_all(session, suspensions)
    first = [first_span(obligation, at) for obligation in found.made]
    insert_all(session, first)
    spans: list[ObligationSpan | Suspension] = [*suspensions, *first, *begin_earlier(session, found.earlier, at)]
    spans += [*advance(session, found.changed, at), *restart(session, found.anew, at)]
    spans += void(session, found.mistaken, at)
    every = [*found.made, *found.changed, *found.anew, *found.mistaken]
    task_of = {obligation.id: obligation.task_id for obligation in every}
    rows: dict[int, list[Journaled]] = {task_id: [] for task_id in ids}
    for obligation in every:
        rows[obligation.task_id].append(obligation)
    for span in spans:
        rows[task_of[span.obligation_id]].append(span)
    return rows


@dataclass
class _Found:
    """The differences between the obligations of tasks and those owed."""

    at: datetime
    untold: bool = False
    made: list[Obligation] = field(default_factory=list)
    changed: list[Obligation] = field(default_factory=list)
    earlier: list[Obligation] = field(default_factory=list)  # of those changed: owed from an earlier day
    anew: list[Obligation] = field(default_factory=list)  # their spans are recorded anew
    mistaken: list[Obligation] = field(default_factory=list)  # voided now
    suspended: list[Obligation] = field(default_factory=list)  # owed from now on, in a suspended task

    def look_at(
        self,
        obligation: Obligation | None,
        task: Task,
        period: Period,
        unit_id: int,
        part: Part,
        ended: Collection[int],
    ) -> None:
        """Compare a unit's part in a period with its obligation, if there is one."""
        if obligation is None:
            if part.is_owed and _owes_from_now(part.assignment, period, local_day(self.at)):
                made = _owed(task, period, unit_id, part, task.rest_of_added(local_day(self.at)))
                self.made.append(made)
                self.suspended += [made] if made.suspended_on is not None else []
        elif obligation.voided_at is not None:
            if part.is_owed:
                obligation.assignment_id = part.assignment.id
                obligation.revive(part.starts_on, period.due_on)
                self._rest(obligation, task)
                self.anew.append(obligation)
        elif self.untold and obligation.is_open and not obligation.is_reported and not part.is_owed:
            obligation.void(OWED_LATER, self.at)
            self.mistaken.append(obligation)
        else:
            before, was_open = obligation.starts_on or period.starts_on, obligation.is_open
            if _follow(obligation, part, period, ended):
                if not was_open:
                    self._rest(obligation, task)
                since, has_begun = obligation.starts_on or before, before <= local_day(self.at)
                anew = since != before and (self.untold or not has_begun)  # nobody was answered that it stood
                (self.anew if anew else self.changed).append(obligation)
                if since < before and not anew:
                    self.earlier.append(obligation)

    def _rest(self, obligation: Obligation, task: Task) -> None:
        """Let an obligation that is owed again be suspended with its task."""
        rests_on = task.rest_of_added(local_day(self.at))
        if rests_on is not None and obligation.is_open and obligation.suspended_on is None:
            obligation.suspend(rests_on)
            self.suspended.append(obligation)


def _owed(task: Task, period: Period, unit_id: int, part: Part, suspended_on: date | None) -> Obligation:
    return Obligation.model_construct(
        checklist_id=task.checklist_id,
        task_id=task.id,
        period_id=period.id,
        unit_id=unit_id,
        assignment_id=part.assignment.id,
        starts_on=part.starts_on,
        due_on=period.due_on,
        suspended_on=suspended_on,
        report_every_days=task.schedule.get("report_every_days"),
    )


def _owes_from_now(assignment: Assignment, period: Period, today: date) -> bool:
    """A unit named later under an open collective owes the periods whose last day has not passed. Rows older than the
    day from which a part is owed do not say when that was."""
    says = assignment.named_under_id is None or assignment.starts_on is not None
    return says or period.due_on is None or period.due_on >= today


def _follow(obligation: Obligation, part: Part, period: Period, ended: Collection[int]) -> bool:
    """Let an obligation follow its assignment and the day from which it is owed. Returns whether that changed it. A
    reported one stays, whatever its day."""
    changed = False
    by_itself = obligation.reason in WAIVED_BY_ITSELF or obligation.assignment_id in ended
    if obligation.state is ObligationState.WAIVED and by_itself and part.is_owed:
        obligation.restore(part.starts_on, period.due_on)
        changed = True
    if part.is_owed and obligation.assignment_id != part.assignment.id:
        obligation.assignment_id = part.assignment.id
        changed = True
    if not obligation.is_open or (obligation.is_reported and not part.is_owed):
        return changed
    if not part.is_owed:
        obligation.lapse(OWED_LATER)
        return True
    since = obligation.starts_on or period.starts_on
    if part.starts_on < since or (part.starts_on > since and not obligation.is_reported):
        obligation.starts_on = part.starts_on
        changed = True
    return changed


def memberships_of(session: Session, unit_ids: Collection[int]) -> dict[int, list[Membership]]:
    """The memberships of each unit that is a collective; an empty one has an empty list."""
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
