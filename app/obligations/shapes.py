"""How a row of an obligation is read, and shaped as ObligationPublic, as of a day."""

from typing import Any

from sqlalchemy import Select, func
from sqlmodel import col

from app import clock
from app.checklists.models import Checklist, Task
from app.checklists.targets import falls_short, figures_of, reached, targets_of
from app.obligations.assignment_models import Assignment
from app.obligations.lights import LightReason, light_of, light_reason
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.schemas import TargetReached
from app.obligations.stands import Stand
from app.obligations.states import ObligationState, counted_until, timeliness
from app.obligations.suspension_models import Suspension
from app.units.models import Unit


def select_public(stand: Stand) -> Select[Any]:
    """The rows that `shaped` needs. The joins are outer ones, though each row has its partner: else SQLite may begin
    with one of the other tables, and has to sort what it finds."""
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


def shaped(row: Any, stand: Stand, last_update: dict[str, Any] | None) -> dict[str, Any]:
    """The members of ObligationPublic, from a row of `select_public`."""
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
