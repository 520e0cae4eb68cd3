"""The time events: an obligation is due soon, or became overdue; once for each last day."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, literal, not_
from sqlmodel import Session, col, func, select

from app import clock
from app.checklists.models import Checklist, ChecklistState
from app.notices.models import JobRun, NoticeEvent, TimeEvent
from app.notices.reminders.firing import is_reminded
from app.obligations.days import DaysLater
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan

FACTS = "facts"


def new_facts(session: Session, on: date) -> Iterator[NoticeEvent]:
    """The events of a day that are not recorded yet. There is none for what nobody could know in time: a past register
    that is imported now, and what was overdue before the first tick."""
    for event, condition in (
        (TimeEvent.DUE_SOON, and_(col(Obligation.due_on) >= on, _soon(on))),
        (TimeEvent.BECAME_OVERDUE, and_(Obligation.overdue(on), col(Obligation.due_on) >= _first_day(session, on))),
    ):
        said = select(NoticeEvent.id).where(
            col(NoticeEvent.obligation_id) == col(Obligation.id),
            col(NoticeEvent.due_on) == col(Obligation.due_on),
            col(NoticeEvent.event) == event,
        )
        rows = (
            select(Obligation)
            .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
            .where(col(Checklist.state) == ChecklistState.PUBLISHED, Checklist.counts_against_units(), condition)
            .where(col(Obligation.voided_at).is_(None), not_(said.correlate(Obligation).exists()))
            .order_by(col(Obligation.due_on), col(Obligation.id))
        )
        for obligation in session.exec(rows).all():
            due_on = obligation.due_on
            if due_on is not None and is_reminded(obligation, on) and _was_known(session, obligation.id, due_on):
                yield NoticeEvent(
                    checklist_id=obligation.checklist_id,
                    obligation_id=obligation.id,
                    unit_id=obligation.unit_id,
                    event=event,
                    due_on=due_on,
                    happened_on=on,
                )


def _soon(on: date) -> ColumnElement[bool]:
    return col(Obligation.due_on) <= DaysLater(literal(on), col(Checklist.yellow_days))


def _first_day(session: Session, on: date) -> date:
    """The earliest last day with an event: the day before the first tick."""
    first = session.exec(select(func.min(JobRun.slot)).where(col(JobRun.name) == FACTS)).one()
    return min(on, date.fromisoformat(first) if first else on) - timedelta(days=1)


def _was_known(session: Session, obligation_id: int, due_on: date) -> bool:
    """Whether it was recorded before its last day was over."""
    first = select(func.min(func.coalesce(ObligationSpan.recorded_at, ObligationSpan.from_at))).where(
        col(ObligationSpan.obligation_id) == obligation_id
    )
    recorded = session.exec(first).one()
    return recorded is not None and recorded < clock.end_of(due_on)


def is_still(session: Session, event: NoticeEvent, today: date) -> bool:
    """Whether an event is still true when it is to be sent."""
    obligation = session.get_one(Obligation, event.obligation_id)
    if obligation.due_on != event.due_on or not is_reminded(obligation, today):
        return False
    return event.event is TimeEvent.DUE_SOON or obligation.is_overdue(today)
