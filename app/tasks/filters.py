"""The statement of the task list: one for each set of filters and sort order, compiled once."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Dialect,
    Integer,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.access.actors import Viewer
from app.access.models import ActorRole
from app.checklists.models import Checklist, Task
from app.checklists.queries import may_see
from app.database.columns import BigId
from app.database.filters import Filters, contains
from app.database.prepared import Prepared, value
from app.journal.stamps import checklist_head_column, stamp_column
from app.obligations.assignment_models import Assignment
from app.obligations.days import NEVER
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.states import ObligationState, open_in
from app.tasks.lateness import conditions_of, overdue_number, progress
from app.tasks.schemas import TaskSort, TaskState
from app.units.models import Membership, Unit

current = col(Assignment.ended_on).is_(None)


class PageRow(NamedTuple):
    """A task of a page: its sort key, and the heads that its JSON depends on."""

    id: int
    checklist_id: int
    sort_key: Any  # its number, or its next last day as the driver gives it
    head: str  # of its checklist's stream, in the form of `checklist_head_column`
    others: str  # stamp of all streams that are not a checklist's


def page_statement(viewer: Viewer, filters: Filters, *, today: date, continues: bool, dialect: Dialect) -> Prepared:
    """The statement of a page's rows, each a PageRow. It runs with the filters' values, `most`, and `after_0` and
    `after_1` where it continues behind a row."""
    filters_by_lateness = filters.sort is TaskSort.MOST_OVERDUE or any(
        one is not None for one in (filters.overdue, filters.light, filters.timeliness)
    )
    return _prepared(viewer, filters, today if filters_by_lateness else None, continues, dialect)


@lru_cache(512)
def _prepared(viewer: Viewer, filters: Filters, on: date | None, continues: bool, dialect: Dialect) -> Prepared:
    key, kind = _sort_key(filters.sort, on)
    order: list[Any] = [key, col(Task.id)]
    types: list[Any] = [kind, BigId]
    if filters.sort is TaskSort.NUMBER:
        order, types = [col(Task.checklist_id), key], [BigId, kind]
    head, others = checklist_head_column(col(Task.checklist_id)), stamp_column(within="", scope=null())
    rows: Select[Any] = select(col(Task.id), col(Task.checklist_id), key.label("sort_key"), head, others)
    rows = rows.join(Checklist, col(Checklist.id) == col(Task.checklist_id)).where(may_see(viewer))
    rows = _filtered(rows, filters, with_states=viewer.role is not ActorRole.ANONYMOUS)
    rows = rows if on is None else rows.where(*conditions_of(filters, on))
    descending = filters.sort is TaskSort.DUE_LAST
    if continues:
        seen = tuple_(*(value(f"after_{place}", type_) for place, type_ in enumerate(types)))
        rows = rows.where(tuple_(*order) < seen if descending else tuple_(*order) > seen)
    rows = rows.order_by(*(column.desc() for column in order)) if descending else rows.order_by(*order)
    return Prepared(rows.limit(value("most", Integer())), dialect)


@lru_cache(128)
def one_statement(viewer: Viewer, dialect: Dialect) -> Prepared:
    """The statement of the task `id`, if the caller sees it: what its JSON was made from, as in a PageRow."""
    head, others = checklist_head_column(col(Task.checklist_id)), stamp_column(within="", scope=null())
    rows = select(head, others).select_from(Task).join(Checklist, col(Checklist.id) == col(Task.checklist_id))
    return Prepared(rows.where(col(Task.id) == value("id", BigId), may_see(viewer)), dialect)


def _sort_key(sort: TaskSort, on: date | None) -> tuple[Any, Any]:
    """The sort key of tasks, never null, and its type."""
    if sort is TaskSort.NUMBER:
        return col(Task.number), Integer()
    if sort in (TaskSort.DUE, TaskSort.DUE_LAST):
        return func.coalesce(next_due(), literal(NEVER)), Date()
    if sort is TaskSort.MOST_OVERDUE and on is not None:
        return literal(0) - overdue_number(on), Integer()
    return (progress() if sort is TaskSort.PROGRESS else literal(0) - progress()), Integer()


def _filtered(rows: Select[Any], filters: Filters, *, with_states: bool) -> Select[Any]:
    """Args:
    with_states: whether what each unit has open is shown.
    """
    withdrawn = col(Task.withdrawn_on)
    rows = rows.where(withdrawn.is_not(None) if filters.withdrawn else withdrawn.is_(None))
    if filters.jurisdiction is not None:
        rows = rows.where(col(Checklist.jurisdiction_code).like(filters.jurisdiction.concat("%")))
    if filters.checklist is not None:
        rows = rows.where(col(Task.checklist_id) == filters.checklist)
    if filters.section is not None:
        rows = rows.where(col(Task.section_id) == filters.section)
    if filters.unit is not None:
        rows = rows.where(col(Task.id).in_(_of_unit(filters, with_owed=with_states)))
    elif filters.role is not None:
        has_role = and_(current, col(Assignment.role) == filters.role)
        rows = rows.where(exists().where(col(Assignment.task_id) == col(Task.id), has_role))
    if filters.state is not None:
        rows = rows.where(in_state(filters.state))
    if filters.standing is not None:
        is_standing = col(Task.schedule)["kind"].as_string() == "standing"
        rows = rows.where(is_standing if filters.standing else not_(is_standing))
    if filters.unassigned is not None:
        assigned = exists().where(col(Assignment.task_id) == col(Task.id), current)
        rows = rows.where(not_(assigned) if filters.unassigned else assigned)
    if filters.unnamed is not None:
        rows = rows.where(unnamed() if filters.unnamed else not_(unnamed()))
    if filters.q is not None:
        rows = rows.where(contains(col(Task.requirement), filters.q))
    if filters.due_from is not None:
        rows = rows.where(next_due() >= filters.due_from)
    if filters.due_until is not None:
        rows = rows.where(next_due() <= filters.due_until)
    return rows


def _of_unit(filters: Filters, *, with_owed: bool) -> Any:
    """The tasks that name a unit or a collective that it is a member of, and those of which it still
    has open obligations: it owes these also after it was dissolved or left a collective."""
    place = select(col(Membership.collective_id)).where(
        col(Membership.unit_id) == filters.unit, col(Membership.until_on).is_(None)
    )
    named = or_(col(Assignment.unit_id) == filters.unit, col(Assignment.unit_id).in_(place))
    part = select(col(Assignment.task_id)).where(current, named)
    owed = select(col(Obligation.task_id)).where(
        open_in("obligation"), col(Obligation.unit_id) == filters.unit, col(Obligation.voided_at).is_(None)
    )
    if filters.role is not None:
        part = part.where(col(Assignment.role) == filters.role)
        owed = owed.join(Assignment, col(Assignment.id) == col(Obligation.assignment_id))
        owed = owed.where(col(Assignment.role) == filters.role)
    return union(part, owed) if with_owed else part


def of_periods(column: Any) -> Any:
    of_task = and_(col(Period.task_id) == col(Task.id), col(Period.withdrawn_on).is_(None))
    return select(column).where(of_task).scalar_subquery()


def next_due() -> Any:
    """The next last day of a task's open obligations; without any, that of its last period."""
    still_open = and_(col(Obligation.task_id) == col(Task.id), open_in("obligation"))
    first_open = select(func.min(Obligation.due_on)).where(still_open).scalar_subquery()
    return func.coalesce(first_open, of_periods(func.max(Period.due_on)))


def unnamed() -> ColumnElement[bool]:
    """Nobody is accountable yet under an open collective of the task, and nobody has closed its list."""
    of_task = col(Assignment.task_id) == col(Task.id), current, col(Unit.id) == col(Assignment.unit_id)
    return exists().where(*of_task, lacks_names())


def lacks_names() -> ColumnElement[bool]:
    """`unnamed`, of one part: the statement has an Assignment and its Unit. Only an open collective is looked into."""
    named = aliased(Assignment)
    is_named = exists().where(
        col(named.task_id) == col(Assignment.task_id),
        col(named.named_under_id) == col(Assignment.unit_id),
        col(named.ended_on).is_(None),
    )
    has_members = exists().where(
        col(Membership.collective_id) == col(Assignment.unit_id), col(Membership.until_on).is_(None)
    )
    nobody = and_(col(Assignment.closed_on).is_(None), not_(is_named), not_(has_members))
    return case((col(Unit.is_open) == true(), nobody), else_=false())


def in_state(state: TaskState) -> ColumnElement[bool]:
    """`task_state`, in SQL."""

    def some(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(col(Obligation.task_id) == col(Task.id), col(Obligation.voided_at).is_(None), *conditions)

    at = col(Obligation.state)
    owed = some(at != ObligationState.WAIVED)
    unfinished = some(open_in("obligation"))
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
