"""The task list, with where each unit stands: two queries, whatever the page size (a third tells who asks)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.access.actors import Actor
from app.access.models import ActorRole
from app.checklists.models import Checklist, Section, Task
from app.checklists.queries import may_see
from app.checklists.schedules import loaded
from app.checklists.targets import targets_of
from app.obligations.lights import LightReason, light_of, reason_of, worst
from app.obligations.models import Assignment, Obligation
from app.obligations.period_models import DueSource, Period
from app.obligations.queries import NEVER
from app.obligations.schemas import (
    ChecklistInTask,
    Counts,
    SectionInTask,
    TaskPublic,
    TaskQuery,
    TaskSort,
    TaskState,
    TaskUnit,
    task_state,
)
from app.obligations.standings import standings
from app.obligations.states import ObligationState, open_in
from app.paging import Page, after_key
from app.units.models import Membership, Unit, UnitKind

_current = col(Assignment.ended_on).is_(None)


def list_tasks(session: Session, actor: Actor, query: TaskQuery, *, today: date, soon: int) -> Page[TaskPublic]:
    """Raises:
    InvalidCursor.
    """
    rows = _filtered(_select_tasks(actor), query)
    by_due = query.sort is not TaskSort.NUMBER
    order: list[Any]
    if by_due:
        order = [func.coalesce(_next_due(), literal(NEVER)), col(Task.id)]
        after = query.after(date, int)
    else:
        order = [col(Task.checklist_id), col(Task.number)]
        after = query.after(int, int)
    descending = query.sort is TaskSort.DUE_LAST
    if after:
        rows = rows.where(after_key(order, after, descending=descending))
    rows = rows.order_by(*(column.desc() for column in order)) if descending else rows.order_by(*order)
    found = session.execute(rows.limit(query.limit + 1)).all()
    kept = found[: query.limit]
    cursor = None
    if len(found) > query.limit:
        last = kept[-1]
        cursor = query.cursor_at([last.due_on or NEVER, last.id] if by_due else [last.checklist_id, last.number])
    return Page(items=_public(session, actor, kept, today, soon), next_cursor=cursor)


def read_task(session: Session, actor: Actor, task_id: int, *, today: date, soon: int) -> TaskPublic:
    """One task as the list shows it. Only for a task that the actor is known to see."""
    session.flush()
    rows = session.execute(_select_tasks(actor).where(col(Task.id) == task_id)).all()
    return _public(session, actor, rows, today, soon)[0]


def _of_periods(column: Any) -> Any:
    of_task = and_(col(Period.task_id) == col(Task.id), col(Period.withdrawn_on).is_(None))
    return select(column).where(of_task).scalar_subquery()


def _next_due() -> Any:
    """The next last day of what a task has open; of its last period where nothing is."""
    still_open = and_(col(Obligation.task_id) == col(Task.id), open_in("obligation"))
    first_open = select(func.min(Obligation.due_on)).where(still_open).scalar_subquery()
    return func.coalesce(first_open, _of_periods(func.max(Period.due_on)))


def _select_tasks(actor: Actor) -> Select[Any]:
    task: Any = Task
    return (
        select(
            *task.__table__.columns,
            col(Checklist.title).label("checklist_title"),
            col(Section.title).label("section_title"),
            col(Section.position).label("section_position"),
            _next_due().label("due_on"),
            _of_periods(func.max(Period.due_source)).label("due_source"),
            unnamed().label("unnamed"),
        )
        .join(Checklist, col(Checklist.id) == col(Task.checklist_id))
        .join(Section, col(Section.id) == col(Task.section_id))
        .where(may_see(actor))
    )


def _filtered(rows: Select[Any], query: TaskQuery) -> Select[Any]:
    withdrawn = col(Task.withdrawn_on)
    rows = rows.where(withdrawn.is_not(None) if query.withdrawn else withdrawn.is_(None))
    if query.checklist is not None:
        rows = rows.where(col(Task.checklist_id) == query.checklist)
    if query.section is not None:
        rows = rows.where(col(Task.section_id) == query.section)
    if query.unit is not None or query.role is not None:
        rows = rows.where(_has_part(query))
    if query.state is not None:
        rows = rows.where(in_state(query.state))
    if query.standing is not None:
        is_standing = col(Task.schedule)["kind"].as_string() == "standing"
        rows = rows.where(is_standing if query.standing else not_(is_standing))
    if query.unassigned is not None:
        assigned = exists().where(col(Assignment.task_id) == col(Task.id), _current)
        rows = rows.where(not_(assigned) if query.unassigned else assigned)
    if query.unnamed is not None:
        rows = rows.where(unnamed() if query.unnamed else not_(unnamed()))
    if query.q is not None:
        rows = rows.where(col(Task.requirement).contains(query.q, autoescape=True))
    if query.due_from is not None:
        rows = rows.where(_next_due() >= query.due_from)
    if query.due_until is not None:
        rows = rows.where(_next_due() <= query.due_until)
    return rows


def _has_part(query: TaskQuery) -> ColumnElement[bool]:
    """A unit has a part in a task that names it, or that names a collective in which it has a place."""
    part = and_(col(Assignment.task_id) == col(Task.id), _current)
    if query.role is not None:
        part = and_(part, col(Assignment.role) == query.role)
    if query.unit is not None:
        place = select(col(Membership.collective_id)).where(
            col(Membership.unit_id) == query.unit, col(Membership.until_on).is_(None)
        )
        part = and_(part, or_(col(Assignment.unit_id) == query.unit, col(Assignment.unit_id).in_(place)))
    return exists().where(part)


def unnamed() -> ColumnElement[bool]:
    """Nobody is accountable yet under an open collective of the task, and nobody has closed its list."""
    named = aliased(Assignment)
    return exists().where(
        col(Assignment.task_id) == col(Task.id),
        _current,
        col(Assignment.closed_on).is_(None),
        col(Unit.id) == col(Assignment.unit_id),
        col(Unit.is_open) == true(),
        not_(
            exists().where(
                col(named.task_id) == col(Assignment.task_id),
                col(named.named_under_id) == col(Assignment.unit_id),
                col(named.ended_on).is_(None),
            )
        ),
        not_(
            exists().where(col(Membership.collective_id) == col(Assignment.unit_id), col(Membership.until_on).is_(None))
        ),
    )


def in_state(state: TaskState) -> ColumnElement[bool]:
    """`task_state`, in SQL."""

    def some(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(col(Obligation.task_id) == col(Task.id), *conditions)

    at = col(Obligation.state)
    owed = some(at != ObligationState.WAIVED)
    unfinished = some(at.not_in([ObligationState.WAIVED, ObligationState.COMPLETED]))
    begun = some(at.not_in([ObligationState.WAIVED, ObligationState.NOT_STARTED]))
    completed = and_(owed, not_(unfinished), not_(unnamed()))
    waived = and_(some(), not_(owed), not_(unnamed()))
    match state:
        case TaskState.COMPLETED:
            return completed
        case TaskState.WAIVED:
            return waived
        case TaskState.IN_PROGRESS:
            return and_(begun, not_(completed), not_(waived))
        case TaskState.NOT_STARTED:
            return and_(not_(begun), not_(completed), not_(waived))


def _parts(task_ids: Sequence[int], today: date, soon: int) -> Any:
    """One statement for all that stands beside the tasks of a page: each assignment with its own obligation's state,
    the counts of each collective's members, and the counts of each task. A row is one (assignment or task, state)."""
    own: Any = (
        select(
            col(Assignment.task_id),
            col(Assignment.id).label("assignment_id"),
            col(Assignment.unit_id),
            col(Unit.name),
            col(Unit.kind),
            col(Unit.is_open),
            col(Assignment.role),
            col(Assignment.text),
            col(Assignment.named_under_id),
            col(Assignment.closed_on),
            col(Obligation.state),
            func.count(col(Obligation.id)).label("number"),
            literal(0).label("overdue"),
            cast(null(), Integer).label("light_rank"),
        )
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .outerjoin(
            Obligation,
            and_(
                col(Obligation.task_id) == col(Assignment.task_id), col(Obligation.unit_id) == col(Assignment.unit_id)
            ),
        )
        .where(col(Assignment.task_id).in_(task_ids), _current)
        .group_by(col(Assignment.id), col(Unit.id), col(Obligation.state))
    )
    members = _members_of_collectives(task_ids).subquery()
    collective = select(
        members.c.task_id,
        members.c.assignment_id,
        *_nothing(Assignment.unit_id, Unit.name, Unit.kind, Unit.is_open, Assignment.role, Assignment.text),
        *_nothing(Assignment.named_under_id, Assignment.closed_on),
        members.c.state,
        func.count(),
        literal(0),
        cast(null(), Integer),
    ).group_by(members.c.task_id, members.c.assignment_id, members.c.state)
    total = (
        select(
            col(Obligation.task_id),
            *_nothing(Assignment.id, Assignment.unit_id, Unit.name, Unit.kind, Unit.is_open, Assignment.role),
            *_nothing(Assignment.text, Assignment.named_under_id, Assignment.closed_on),
            col(Obligation.state),
            func.count(),
            func.sum(case((Obligation.overdue(today), 1), else_=0)),
            func.min(case((Obligation.begun(today), standings(None, today=today).light_rank(soon)))),
        )
        .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
        .where(col(Obligation.task_id).in_(task_ids))
        .group_by(col(Obligation.task_id), col(Obligation.state))
    )
    return union_all(own, collective, total)


def _nothing(*columns: Any) -> list[Any]:
    """NULLs of the columns' types: PostgreSQL takes a bare NULL for text and refuses the union."""
    return [cast(null(), column.type) for column in columns]


def _members_of_collectives(task_ids: Sequence[int]) -> Any:
    """(task, collective's assignment, obligation, state) of every member and every unit named under it, once each."""
    columns: Any = (
        col(Assignment.task_id),
        col(Assignment.id).label("assignment_id"),
        col(Obligation.id).label("obligation_id"),
        col(Obligation.state).label("state"),
    )
    named = aliased(Assignment)
    of_these = and_(col(Assignment.task_id).in_(task_ids), _current)
    by_membership = (
        select(*columns)
        .join(Membership, col(Membership.collective_id) == col(Assignment.unit_id))
        .join(
            Obligation,
            and_(
                col(Obligation.task_id) == col(Assignment.task_id), col(Obligation.unit_id) == col(Membership.unit_id)
            ),
        )
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(
            of_these,
            or_(col(Membership.from_on).is_(None), col(Membership.from_on) <= col(Period.starts_on)),
            or_(col(Membership.until_on).is_(None), col(Membership.until_on) > col(Period.starts_on)),
        )
    )
    by_name = (
        select(*columns)
        .join(
            named,
            and_(
                col(named.task_id) == col(Assignment.task_id),
                col(named.named_under_id) == col(Assignment.unit_id),
                col(named.ended_on).is_(None),
            ),
        )
        .join(
            Obligation,
            and_(col(Obligation.task_id) == col(named.task_id), col(Obligation.unit_id) == col(named.unit_id)),
        )
        .where(of_these)
    )
    return union(by_membership, by_name)


def _public(session: Session, actor: Actor, rows: Sequence[Any], today: date, soon: int) -> list[TaskPublic]:
    totals: dict[int, dict[ObligationState, int]] = defaultdict(dict)
    overdue: dict[int, int] = defaultdict(int)
    lights: dict[int, list[LightReason | None]] = defaultdict(list)
    heads: dict[int, dict[int, Any]] = defaultdict(dict)  # task → assignment → a row that names its unit
    states: dict[int, dict[ObligationState, int]] = defaultdict(dict)  # assignment → counts
    if rows:
        for part in session.execute(_parts([row.id for row in rows], today, soon)).all():
            if part.assignment_id is None:
                totals[part.task_id][part.state] = part.number
                overdue[part.task_id] += part.overdue
                lights[part.task_id].append(reason_of(part.light_rank))
                continue
            if part.unit_id is not None:
                heads[part.task_id].setdefault(part.assignment_id, part)
            if part.state is not None:
                states[part.assignment_id][part.state] = part.number
    with_states = actor.role is not ActorRole.ANONYMOUS
    return [
        _task(
            row,
            totals[row.id],
            overdue[row.id],
            worst(lights[row.id]),
            [_unit(head, states[key], with_states) for key, head in sorted(heads[row.id].items())],
        )
        for row in rows
    ]


def _unit(head: Any, states: dict[ObligationState, int], with_state: bool) -> TaskUnit:
    has_own = with_state and head.kind != UnitKind.COLLECTIVE
    return TaskUnit(
        unit_id=head.unit_id,
        name=head.name,
        kind=head.kind,
        role=head.role,
        text=head.text,
        is_open=head.is_open,
        named_under=head.named_under_id,
        list_closed=head.closed_on is not None,
        counts=_counts(states),
        state=_own_state(states) if has_own else None,
    )


def _own_state(states: dict[ObligationState, int]) -> ObligationState | None:
    """Of a unit's obligations of all periods: what it is, if all are the same, and else that it is at work."""
    owed = states.keys() - {ObligationState.WAIVED} or states.keys()
    return next(iter(owed), None) if len(owed) < 2 else ObligationState.IN_PROGRESS


def _counts(states: dict[ObligationState, int]) -> Counts:
    waived = states.get(ObligationState.WAIVED, 0)
    return Counts(owed=sum(states.values()) - waived, completed=states.get(ObligationState.COMPLETED, 0), waived=waived)


def _task(
    row: Any, states: dict[ObligationState, int], overdue: int, reason: LightReason | None, units: list[TaskUnit]
) -> TaskPublic:
    total, waived = sum(states.values()), states.get(ObligationState.WAIVED, 0)
    begun = total - waived - states.get(ObligationState.NOT_STARTED, 0)
    schedule = loaded(row.schedule)
    return TaskPublic(
        id=row.id,
        checklist=ChecklistInTask(id=row.checklist_id, title=row.checklist_title),
        section=SectionInTask(id=row.section_id, position=row.section_position, title=row.section_title),
        number=row.number,
        requirement=row.requirement,
        units_text=row.units_text,
        units_unfinished=row.units_unfinished,
        summary=row.summary,
        summary_on=row.summary_on,
        schedule=schedule,
        targets=targets_of(row.targets),
        due_on=row.due_on,
        due_source=row.due_source or DueSource.STATED,
        standing=schedule.kind == "standing",
        state=task_state(
            total=total,
            waived=waived,
            completed=states.get(ObligationState.COMPLETED, 0),
            begun=begun,
            unnamed=row.unnamed,
        ),
        counts=_counts(states),
        overdue=overdue,
        light=light_of(reason),
        light_reason=reason,
        unnamed=row.unnamed,
        withdrawn_on=row.withdrawn_on,
        withdrawn_reason=row.withdrawn_reason,
        units=units,
        revision=row.revision,
    )
