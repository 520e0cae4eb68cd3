"""The queries for obligations, and which of them a caller may see."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, and_, false, func, not_
from sqlmodel import Session, col, select

from app import clock
from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.checklists.queries import in_scope, may_see
from app.database.filters import contains
from app.errors import NotFound
from app.journal.recorder import lock
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.days import NEVER, day_or_never
from app.obligations.lights import LightReason, light_of
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.reports import last_updates
from app.obligations.schemas import ObligationPublic, ObligationQuery, UnitObligationQuery
from app.obligations.shapes import select_public, shaped
from app.obligations.sorting import finds_suspended, kind_of, sort_key
from app.obligations.stands import Stand, stand_for
from app.obligations.states import Timeliness, open_in
from app.paging import JsonPage, after_key, count_rows
from app.units.models import Unit


def visible_to(actor: Actor, unit_id: Any, checklist_id: Any) -> ColumnElement[bool]:
    """The condition on obligations that an actor may see: a unit its own, an officer those in scope."""
    own = select(Checklist.id).where(col(Checklist.id) == checklist_id, visible_in_joined(actor, unit_id))
    return own.correlate_except(Checklist).exists()


def visible_on(actor: Actor, stand: Stand, *, drafts: bool) -> ColumnElement[bool]:
    """`visible_to`, for the obligations of a past or present day.

    Args:
        drafts: whether officers also see what no unit had been told of.
    """
    own = visible_in_joined(actor, stand.unit_id)
    if not (drafts and actor.is_officer):
        own = and_(own, stand.counts_against_units)
    return select(Checklist.id).where(col(Checklist.id) == stand.checklist_id, own).correlate_except(Checklist).exists()


def visible_in_joined(actor: Actor, unit_id: Any) -> ColumnElement[bool]:
    """`visible_to`, in a statement that joins each row's Checklist."""
    if actor.is_officer:
        return in_scope(actor)
    if actor.unit_ids:
        return and_(unit_id.in_(sorted(actor.unit_ids)), may_see(actor))
    return false()


class LockedObligation(NamedTuple):
    """An obligation whose row and stream this transaction has locked, with its checklist and task."""

    obligation: Obligation
    checklist: Checklist
    task: Task
    moment: datetime

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return f"obligation:{self.obligation.id}"


def get_obligation(session: Session, actor: Actor, obligation_id: int) -> Obligation:
    """Raises:
    NotFound: the obligation does not exist, or the actor may not see it.
    """
    query = select(Obligation).where(
        col(Obligation.id) == obligation_id, visible_to(actor, col(Obligation.unit_id), col(Obligation.checklist_id))
    )
    obligation = session.exec(query).first()
    if obligation is None:
        raise no_obligation(obligation_id)
    return obligation


def no_obligation(obligation_id: int) -> NotFound:
    return NotFound(say("there is no obligation {id} that you may see; check the number", id=obligation_id))


def lock_obligation(session: Session, obligation: Obligation, at: datetime) -> LockedObligation:
    """Lock an obligation's stream and row, in the order of locks, and read their current state."""
    checklist = session.get_one(Checklist, obligation.checklist_id)
    moment = lock(session, at, checklist.stream)
    session.refresh(checklist)
    obligation = session.get_one(Obligation, obligation.id, with_for_update=True, populate_existing=True)
    return LockedObligation(obligation, checklist, session.get_one(Task, obligation.task_id), moment)


def list_obligations(connection: Connection, actor: Actor, query: ObligationQuery, *, today: date) -> JsonPage:
    """A page of ObligationPublic by last day, those without one last. For a past day it is read from the spans.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
    """
    after = query.after(date, date, kind_of(query.sort), int)
    stand = stand_for(query, after, today=today, upcoming=query.upcoming)
    is_narrow = query.unit or query.checklist or query.task or not actor.is_officer
    key = sort_key(query, stand, finds_few=bool(is_narrow) or finds_suspended(query))
    order = [key.label("sort_key"), stand.obligation_id]
    judged = (query.overdue, query.stale, query.timeliness, query.light)
    filters_by_lateness = any(one is not None for one in judged)
    rows = select_public(stand).add_columns(order[0]).where(visible_on(actor, stand, drafts=not filters_by_lateness))
    rows = rows.where(*_conditions(query, stand))
    total = query.total(partial(count_rows, connection, rows))
    if after:
        rows = rows.where(after_key([key, stand.obligation_id], after[2:]))
    found = connection.execute(rows.order_by(*order).limit(query.limit + 1)).all()
    shown, cursor = found[: query.limit], None
    if len(found) > query.limit:
        cursor = query.cursor_at([stand.day, stand.known_on, shown[-1].sort_key, shown[-1].id])
    said = last_updates(connection, [row.id for row in shown], None if stand.is_today else stand.day)
    return stand.page([orjson.dumps(shaped(row, stand, said.get(row.id))) for row in shown], cursor, total)


def list_unit_obligations(
    connection: Connection, actor: Actor, unit: Unit, query: UnitObligationQuery, *, today: date
) -> JsonPage:
    """A page of ObligationPublic: what one unit owes.

    Raises:
        NotYourUnit: a reporter asks for another unit. AsOfInFuture, InvalidCursor.
    """
    if not actor.is_officer:
        actor.require_unit(unit.id, unit.name)
    of_unit = ObligationQuery(**query.model_dump(), unit=unit.id)
    return list_obligations(connection, actor, of_unit, today=today)


def _conditions(query: ObligationQuery, stand: Stand) -> Iterator[ColumnElement[bool]]:
    """The conditions of a query's filters."""
    equal = (
        (query.unit, stand.unit_id),
        (query.checklist, stand.checklist_id),
        (query.task, col(Obligation.task_id)),
        (query.period, col(Period.key)),
        (query.timeliness, stand.timeliness),
    )
    yield from (column == value for value, column in equal if value is not None)
    flags: Sequence[tuple[bool | None, Callable[[], ColumnElement[bool]]]] = (
        (query.open, lambda: stand.is_open),
        (query.overdue, lambda: stand.is_overdue),
        (query.suspended, lambda: stand.is_suspended),
        (query.stale, stand.is_stale),
        (query.acknowledged, lambda: col(Obligation.acknowledged_at) < clock.end_of(stand.day)),
    )
    given = ((flag, condition()) for flag, condition in flags if flag is not None)
    yield from (condition if flag else not_(func.coalesce(condition, false())) for flag, condition in given)
    if query.state:
        yield stand.state.in_(query.state)
    if query.light is not None:
        yield stand.light_rank().in_([one.rank for one in LightReason if light_of(one) is query.light])
    if query.q is not None:
        yield contains(col(Task.requirement), query.q)
        if query.checklist is not None:  # or PostgreSQL searches the words of every task
            yield col(Task.checklist_id) == query.checklist
    if query.due_from is not None:
        yield and_(stand.due_on >= query.due_from, day_or_never(stand.due_on) >= query.due_from)
    if finds_suspended(query):
        yield stand.is_suspended
    if (first := _first_day(query, stand)) is not None:
        yield day_or_never(stand.due_on) >= first
    if query.due_until is not None:
        yield stand.due_on <= query.due_until


def _first_day(query: ObligationQuery, stand: Stand) -> date | None:
    """The first last day that a filter can find, from which the index of last days is read."""
    if query.stale or query.timeliness in (Timeliness.NO_LAST_DAY, Timeliness.COMPLETED):
        return NEVER
    return stand.day if query.timeliness in (Timeliness.DUE_SOON, Timeliness.NOT_YET_DUE) else None


def public_obligation(session: Session, obligation: Obligation, *, today: date) -> ObligationPublic:
    """One obligation as of today."""
    session.flush()
    stand = Stand(today, today, today, with_upcoming=True, with_voided=True)
    row = session.execute(select_public(stand).where(col(Obligation.id) == obligation.id)).one()
    said = last_updates(session.connection(), [obligation.id], None)
    return ObligationPublic.model_validate(shaped(row, stand, said.get(obligation.id)))


def count_open(session: Session, assignment: Assignment) -> int:
    """The number of open obligations of an assignment."""
    of_it = col(Obligation.assignment_id) == assignment.id, col(Obligation.task_id) == assignment.task_id
    stands = col(Obligation.voided_at).is_(None), open_in("obligation")
    return session.exec(select(func.count()).select_from(Obligation).where(*of_it, *stands)).one()


def count_overdue(session: Session, which: ColumnElement[bool], on: date) -> int:
    """The number of selected obligations that are overdue on a day."""
    late = which, col(Obligation.voided_at).is_(None), Obligation.overdue(on)
    return session.exec(select(func.count()).select_from(Obligation).where(*late, Obligation.begun(on))).one()


def open_first(found: Sequence[Obligation], today: date) -> list[Obligation]:
    """A unit's obligations for a task: the open ones of periods that have begun first, then the other open ones, each
    by last day."""
    return sorted(found, key=lambda one: (not one.is_open, not one.has_begun(today), one.due_on or NEVER, one.id))
