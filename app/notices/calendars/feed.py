"""The calendar of a unit's last days (RFC 5545): events with fixed UIDs, cancelled and never removed."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.checklists.models import Checklist, Task
from app.languages.catalogue import Language, translated
from app.languages.messages import label
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.states import ObligationState, Timeliness, open_in
from app.units.models import Unit

if TYPE_CHECKING:
    from icalendar import Event

PAST = timedelta(days=60)
ONE_DAY = timedelta(days=1)
LONGEST = 120  # characters of a title


def calendar_of(session: Session, unit: Unit, language: Language, today: date) -> bytes:
    """The calendar of open obligations and of the last 60 days. The same rows make the same bytes."""
    from icalendar import Calendar  # eighty modules

    calendar = Calendar()
    calendar.add("prodid", "-//Duban//due days//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{unit.name} 督办")
    for obligation, task, changed_at, changes in session.execute(_rows(unit.id, today)):
        calendar.add_component(_event(obligation, task, changed_at, changes, language))
    content: bytes = calendar.to_ical()
    return content


def _rows(unit_id: int, today: date) -> Any:
    spans = (
        sa_select(
            col(ObligationSpan.obligation_id).label("of"),
            func.max(ObligationSpan.from_at).label("changed_at"),
            func.count().label("changes"),
        )
        .where(col(ObligationSpan.unit_id) == unit_id)
        .group_by(col(ObligationSpan.obligation_id))
        .subquery()
    )
    stays = and_(open_in("obligation"), col(Obligation.voided_at).is_(None), col(Task.withdrawn_on).is_(None))
    return (
        sa_select(Obligation, Task, spans.c.changed_at, spans.c.changes)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
        .join(spans, spans.c.of == col(Obligation.id))
        .where(col(Obligation.unit_id) == unit_id, Checklist.counts_against_units())
        .where(col(Obligation.due_on).is_not(None), or_(stays, col(Obligation.due_on) >= today - PAST))
        .order_by(col(Obligation.id))
    )


def _event(obligation: Obligation, task: Task, changed_at: Any, changes: int, language: Language) -> "Event":
    from icalendar import Event

    event, due_on, suspended_on = Event(), obligation.due_on, obligation.suspended_on
    is_off = obligation.voided_at is not None or obligation.state is ObligationState.WAIVED or task.withdrawn_on
    rests = suspended_on is not None and due_on is not None and due_on >= suspended_on  # another day follows
    state = translated(label(Timeliness.SUSPENDED if rests else obligation.state), language)
    event.add("uid", f"obligation-{obligation.id}@duban")
    event.add("sequence", changes - 1)  # each change of its state or last day is a span
    event.add("dtstamp", changed_at)
    event.add("dtstart", due_on)
    event.add("dtend", due_on + ONE_DAY if due_on else due_on)
    event.add("summary", f"[{state}] {task.requirement[:LONGEST]}")
    event.add("status", "CANCELLED" if is_off else "TENTATIVE" if rests else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
