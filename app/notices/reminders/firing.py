"""The reminders (提醒) of a day: the rungs that fire, their receivers, and the items still due when sent."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.checklists.models import Checklist, ChecklistState, Task
from app.notices.models import Notice, ReceiverKind, Reminder
from app.notices.reminders.ladder import reached
from app.notices.reminders.models import ReminderRules
from app.notices.reminders.queries import rungs_of
from app.notices.reminders.schemas import Rung
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.states import ObligationState, open_in
from app.workdays.queries import load_calendar


class Fired(NamedTuple):
    """A rung of an obligation that fires."""

    obligation: Obligation
    due_on: date
    rung: Rung
    jurisdiction_code: str


class Due(NamedTuple):
    """A line of a digest."""

    obligation: Obligation
    rung: str
    colour: str


def is_reminded(obligation: Obligation, on: date) -> bool:
    """Whether its unit has something to do on a day: open, begun, and not claimed, suspended or completed once."""
    is_suspended = obligation.suspended_on is not None and obligation.suspended_on <= on
    waits = obligation.state is ObligationState.SUBMITTED or obligation.held_on is not None
    owed = obligation.is_open and obligation.voided_at is None and obligation.has_begun(on)
    return owed and not waits and not is_suspended and obligation.due_on is not None


def firing(session: Session, on: date, *, also_off: bool = False) -> Iterator[Fired]:
    """The rungs that fire on a day, of checklists that units were told of.

    Args:
        also_off: as if every ladder were switched on.
    """
    calendar = load_calendar(session)
    told = col(Checklist.state) == ChecklistState.PUBLISHED, Checklist.counts_against_units()
    rows = select(Checklist, ReminderRules).join(
        ReminderRules, col(ReminderRules.checklist_id) == col(Checklist.id), isouter=True
    )
    for checklist, rules in session.exec(rows.where(*told).order_by(col(Checklist.id))).all():
        if not (also_off or (rules is not None and rules.is_on)):
            continue
        rungs = rungs_of(rules)
        found: dict[tuple[date, date], Rung | None] = {}
        fired = _fired(session, checklist.id)
        for obligation, starts_on in session.execute(_open(checklist.id)):
            if not is_reminded(obligation, on):
                continue
            days = starts_on, obligation.due_on  # many have the same
            if days not in found:
                found[days] = reached(rungs, *days, on, calendar)
            rung = found[days]
            if rung is not None and (obligation.id, obligation.due_on, rung.key) not in fired:
                yield Fired(obligation, obligation.due_on, rung, checklist.jurisdiction_code)


def _open(checklist_id: int) -> Select[Obligation, date]:
    of_it = col(Obligation.checklist_id) == checklist_id, col(Obligation.due_on).is_not(None), open_in("obligation")
    return (
        sa_select(Obligation, func.coalesce(col(Obligation.starts_on), col(Period.starts_on)))
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(*of_it, col(Task.withdrawn_on).is_(None))
        .order_by(col(Obligation.due_on), col(Obligation.id))
    )


def _fired(session: Session, checklist_id: int) -> set[tuple[int, date, str]]:
    rows = (
        select(col(Reminder.obligation_id), col(Reminder.due_on), col(Reminder.rung))
        .join(Obligation, col(Obligation.id) == col(Reminder.obligation_id))
        .where(col(Obligation.checklist_id) == checklist_id, col(Reminder.due_on) == col(Obligation.due_on))
    )
    return set(session.exec(rows).all())


class Receiver(NamedTuple):
    """The receiver of a notice."""

    kind: ReceiverKind
    jurisdiction_code: str
    unit_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.unit_id or self.jurisdiction_code}"


def digests(fired: Iterator[Fired]) -> dict[Receiver, list[Fired]]:
    """The rungs that fire, by receiver."""
    found: dict[Receiver, list[Fired]] = defaultdict(list)
    for one in fired:
        for kind in one.rung.receivers:
            unit_id = one.obligation.unit_id if kind is ReceiverKind.UNIT else None
            found[Receiver(kind, one.jurisdiction_code, unit_id)].append(one)
    return found


def still_due(session: Session, notice: Notice, today: date) -> list[Due]:
    """The items of a digest that are still open, with the same last day, not claimed and not suspended."""
    items = {obligation_id: (day, rung, colour) for obligation_id, day, rung, colour in notice.items}
    ids = sorted(items)
    found: list[Due] = []
    for first in range(0, len(ids), 500):
        for obligation in session.exec(select(Obligation).where(col(Obligation.id).in_(ids[first : first + 500]))):
            day, rung, colour = items[obligation.id]
            same = obligation.due_on is not None and obligation.due_on.isoformat() == day
            if same and is_reminded(obligation, today):
                found.append(Due(obligation, rung, colour))
    return found
