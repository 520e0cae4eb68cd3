"""The queries for the task list with the state of each unit: a fixed number of statements for any page size."""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, case, exists, func, select
from sqlmodel import Session, col

from app.access.actors import Actor, Viewer
from app.access.models import ActorRole
from app.checklists.models import Checklist, Task
from app.checklists.queries import in_scope, no_task
from app.database.filters import filters_of
from app.obligations.models import Obligation
from app.obligations.queries import visible_in_joined
from app.paging import JsonPage
from app.tasks.changes import changed_tasks
from app.tasks.filters import PageRow, in_state, one_statement, page_statement
from app.tasks.fragments import MadeFrom, TaskFragments
from app.tasks.schemas import TaskPublic, TaskQuery, TaskSort, TaskState
from app.tasks.shapes import shape_tasks


def list_tasks(
    connection: Connection, viewer: Viewer, query: TaskQuery, fragments: TaskFragments, *, today: date
) -> JsonPage:
    """A page of TaskPublic. Cached tasks that are still valid are not read again.

    Raises:
        InvalidCursor. TakesLonger: much of it is not cached, and the connection is the event loop's.
    """
    total = query.total(partial(_count, connection, viewer, query, today))
    after = query.after(date if query.sort in (TaskSort.DUE, TaskSort.DUE_LAST) else int, int)
    filters, values = filters_of(query)
    statement = page_statement(viewer, filters, today=today, continues=after is not None, dialect=connection.dialect)
    seen = {f"after_{place}": value for place, value in enumerate(after or [])}
    found = statement.run(connection, **values, **seen, most=query.limit + 1)
    rows = [PageRow(*row) for row in found]
    listed = rows[: query.limit]
    made_from = {row.id: MadeFrom(row.head, row.others, today) for row in listed}
    items = _items(connection, viewer, made_from, fragments)
    cursor = query.cursor_at(_key(listed[-1], query.sort)) if len(rows) > query.limit else None
    return JsonPage([items[task_id] for task_id in made_from], cursor, total)


def task_json(connection: Connection, viewer: Viewer, task_id: int, fragments: TaskFragments, *, today: date) -> bytes:
    """One task as the list shows it.

    Raises:
        NotFound: no such task, or the caller may not see its checklist. TakesLonger: as `list_tasks`.
    """
    rows = one_statement(viewer, connection.dialect).run(connection, id=task_id)
    if not rows:
        raise no_task(task_id)
    head, others = rows[0]
    return _items(connection, viewer, {task_id: MadeFrom(head, others, today)}, fragments)[task_id]


def _items(
    connection: Connection, viewer: Viewer, made_from: dict[int, MadeFrom], fragments: TaskFragments
) -> dict[int, bytes]:
    """The tasks as JSON. Cached ones that are still valid are not read again."""
    with_states = viewer.role is not ActorRole.ANONYMOUS
    items = fragments.find(made_from, with_states=with_states)
    if len(items) < len(made_from):
        rest = {task_id: made for task_id, made in made_from.items() if task_id not in items}
        items |= _unchanged(connection, rest, fragments, with_states=with_states)
    missing = [task_id for task_id in made_from if task_id not in items]
    if missing:
        today = made_from[missing[0]].today
        shaped = shape_tasks(connection, missing, today=today, with_states=with_states)
        fragments.store(shaped, made_from, with_states=with_states)
        items |= shaped
    return items


def _unchanged(
    connection: Connection, wanted: dict[int, MadeFrom], fragments: TaskFragments, *, with_states: bool
) -> dict[int, bytes]:
    """The cached tasks of a changed checklist that did not change themselves."""
    earlier = fragments.find_earlier(wanted, with_states=with_states)
    changed = {head: changed_tasks(connection, head) for head in {head for head, _ in earlier.values()}}
    found = {
        task_id: json
        for task_id, (head, json) in earlier.items()
        if (tasks := changed[head]) is not None and task_id not in tasks
    }
    fragments.store(found, wanted, with_states=with_states)
    return found


def _count(connection: Connection, viewer: Viewer, query: TaskQuery, today: date, most: int) -> int:
    filters, values = filters_of(query)
    statement = page_statement(viewer, filters, today=today, continues=False, dialect=connection.dialect)
    return len(statement.run(connection, **values, most=most))


def count_by_state(
    connection: Connection, actor: Actor, checklist_id: int, *, drafts: bool
) -> dict[int, dict[TaskState, int]]:
    """The number of a checklist's tasks in each state, by section: for an officer all, for a unit those of its own
    obligations.

    Args:
        drafts: also of a checklist that no unit was told of.
    """
    number = (func.count(case((in_state(state), 1))).label(state) for state in TaskState)
    rows = select(col(Task.section_id), *number).join(Checklist, col(Checklist.id) == col(Task.checklist_id))
    rows = rows.where(col(Task.checklist_id) == checklist_id, col(Task.withdrawn_on).is_(None))
    if actor.is_officer:
        rows = rows.where(in_scope(actor))
    else:
        owed = col(Obligation.task_id) == col(Task.id), col(Obligation.voided_at).is_(None)
        rows = rows.where(exists().where(*owed, visible_in_joined(actor, col(Obligation.unit_id))))
    if not drafts:
        rows = rows.where(Checklist.counts_against_units())
    found = connection.execute(rows.group_by(col(Task.section_id)))
    return {section_id: dict(zip(TaskState, numbers, strict=True)) for section_id, *numbers in found}


def _key(row: Any, sort: TaskSort) -> list[Any]:
    return [row.checklist_id, row.sort_key] if sort is TaskSort.NUMBER else [row.sort_key, row.id]


def read_task(session: Session, viewer: Viewer, task_id: int, *, today: date) -> TaskPublic:
    """One task in the shape of the list. The caller has to be allowed to see it."""
    session.flush()
    with_states = viewer.role is not ActorRole.ANONYMOUS
    shaped = shape_tasks(session.connection(), [task_id], today=today, with_states=with_states)
    return TaskPublic.model_validate_json(shaped[task_id])
