"""The queries for obligations, and which of them a caller may see."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, not_
from sqlmodel import Session, col, select

from app import clock
from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.checklists.queries import in_scope, may_see
from app.checklists.targets import falls_short, figures_of, reached, targets_of
from app.database.filters import contains
from app.errors import NotFound
from app.journal.recorder import lock
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.days import NEVER, day_or_never
from app.obligations.lights import LightReason, light_of, light_reason
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.reports import last_updates
from app.obligations.schemas import ObligationPublic, ObligationQuery, TargetReached, UnitObligationQuery
from app.obligations.sorting import finds_suspended, kind_of, sort_key
from app.obligations.stands import Stand, stand_for
from app.obligations.states import ObligationState, Timeliness, counted_until, open_in, timeliness
from app.obligations.suspension_models import Suspension
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
    rows = _select_public(stand).add_columns(order[0]).where(visible_on(actor, stand, drafts=not filters_by_lateness))
    rows = rows.where(*_conditions(query, stand))
    total = query.total(partial(count_rows, connection, rows))
    if after:
        rows = rows.where(after_key([key, stand.obligation_id], after[2:]))
    found = connection.execute(rows.order_by(*order).limit(query.limit + 1)).all()
    shown, cursor = found[: query.limit], None
    if len(found) > query.limit:
        cursor = query.cursor_at([stand.day, stand.known_on, shown[-1].sort_key, shown[-1].id])
    said = last_updates(connection, [row.id for row in shown], None if stand.is_today else stand.day)
    return stand.page([orjson.dumps(_shape(row, stand, said.get(row.id))) for row in shown], cursor, total)


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
    row = session.execute(_select_public(stand).where(col(Obligation.id) == obligation.id)).one()
    said = last_updates(session.connection(), [obligation.id], None)
    return ObligationPublic.model_validate(_shape(row, stand, said.get(obligation.id)))


def _select_public(stand: Stand) -> Select[Any]:
    """The joins are outer ones, though each row has its partner: else SQLite may begin with one of the others, and has
    to sort what it finds."""
    columns = [
        stand.obligation_id.label("id"),
        stand.checklist_id.label("checklist_id"),
        col(Obligation.task_id),
        col(Task.number),
        col(Task.requirement),
        stand.unit_id.label("unit_id"),
        col(Unit.name).label("unit_name"),
        col(Assignment.role),
        col(Period.key),
        func.coalesce(stand.starts_on, col(Period.starts_on)).label("starts_on"),
        col(Period.due_source),
        stand.due_on.label("due_on"),
        stand.first_due_on.label("first_due_on"),
        col(Obligation.extended_to),
        stand.state.label("state"),
        stand.completed_on.label("completed_on"),
        stand.done_on.label("done_on"),
        col(Obligation.percent),
        col(Obligation.reason),
        col(Obligation.reached),
        col(Obligation.reported_on),
        col(Obligation.acknowledged_at),
        col(Obligation.voided_at),
        stand.claimed_on.label("claimed_on"),
        col(Period.expected_on),
        col(Period.provisional),
        col(Task.targets),
        stand.has_missed.label("has_missed"),
        stand.finding_due_on.label("finding_due_on"),
        stand.finding_answered_on.label("finding_answered_on"),
        stand.suspended_on.label("suspended_on"),
        Suspension.current_reason(stand.suspended_on).label("suspension_reason"),
        stand.counts_against_units.label("counts_against_units"),
        stand.yellow_days.label("yellow_days"),
        stand.red_days.label("red_days"),
        stand.is_stale().label("stale"),
    ]
    return (
        stand.select(columns, with_lights=True)
        .outerjoin(Task, col(Task.id) == col(Obligation.task_id))
        .outerjoin(Checklist, col(Checklist.id) == stand.checklist_id)
        .outerjoin(Unit, col(Unit.id) == stand.unit_id)
        .outerjoin(Assignment, col(Assignment.id) == col(Obligation.assignment_id))
        .outerjoin(Period, col(Period.id) == col(Obligation.period_id))
    )


def _shape(row: Any, stand: Stand, last_update: dict[str, Any] | None) -> dict[str, Any]:
    """The members of ObligationPublic."""
    facts, suspended_on = (row.state, row.due_on, row.done_on, row.claimed_on), row.suspended_on
    when = timeliness(*facts, on=stand.day, soon=row.yellow_days, suspended_on=suspended_on)
    voided_at = row.voided_at if stand.with_voided else None
    reason = _light_reason(row, stand) if row.counts_against_units and voided_at is None else None
    targets, contradicts = _targets(row, stand) if row.targets else ([], False)
    is_known = row.acknowledged_at is not None and row.acknowledged_at < clock.end_of(stand.day)
    return {
        "id": row.id,
        "checklist_id": row.checklist_id,
        **owed_by(row.task_id, row.number, row.requirement, row.unit_id, row.unit_name),
        "role": row.role,
        "period": row.key,
        "starts_on": row.starts_on,
        "due_on": row.due_on,
        "first_due_on": row.first_due_on,
        "extended_to": row.extended_to if stand.is_today else None,
        "due_source": row.due_source,
        "state": row.state,
        "percent": row.percent if stand.is_today else None,
        "completed_on": row.completed_on,
        "reason": row.reason if stand.is_today else None,
        "acknowledged_at": clock.shown(row.acknowledged_at) if is_known else None,
        "voided_at": voided_at and clock.shown(voided_at),
        "timeliness": when,
        "days_overdue": (counted_until(stand.day, suspended_on) - row.due_on).days if when == "overdue" else 0,
        "expected_on": row.expected_on,
        "provisional": row.provisional,
        "targets": targets,
        "contradicts_target": contradicts,
        "stale": row.stale,
        "light": light_of(reason),
        "light_reason": reason,
        "has_missed": row.has_missed or when == "overdue",  # the row says it from its next change on
        "claimed_on": row.claimed_on,
        "finding_due_on": row.finding_due_on,
        "finding_answered_on": row.finding_answered_on,
        "suspended_on": row.suspended_on,
        "suspension_reason": row.suspension_reason if stand.is_today else None,
        "last_update": last_update,
    }


def _light_reason(row: Any, stand: Stand) -> LightReason | None:
    return light_reason(
        row.state,
        row.due_on,
        row.done_on,
        row.claimed_on,
        row.has_missed,
        row.finding_due_on,
        row.finding_answered_on,
        row.stale,
        on=stand.day,
        yellow_days=row.yellow_days,
        red_days=row.red_days,
        suspended_on=row.suspended_on,
    )


def owed_by(task_id: int, number: int, requirement: str, unit_id: int, unit_name: str) -> dict[str, Any]:
    """The members that every list of obligations shows: what is owed, and by whom."""
    return {
        "task": {"id": task_id, "number": number, "requirement": requirement},
        "unit": {"id": unit_id, "name": unit_name},
    }


def _targets(row: Any, stand: Stand) -> tuple[list[dict[str, Any]], bool]:
    """Its targets with the figures reported, and whether a claim falls short of them."""
    targets, numbers = targets_of(row.targets), reached(figures_of(row.reached)) if stand.is_today else {}
    shown = [TargetReached(**one.model_dump(), reached=numbers.get(one.metric)) for one in targets]
    is_claimed = row.state in (ObligationState.COMPLETED, ObligationState.SUBMITTED)
    falls = stand.is_today and is_claimed and falls_short(targets, numbers)
    return [one.model_dump(mode="json") for one in shown], falls


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
