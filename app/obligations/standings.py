"""What stands of each obligation on a day: from its row today, from its spans on a day that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, not_, select
from sqlmodel import col

from app.errors import AsOfInFuture
from app.languages.messages import say
from app.obligations.models import Obligation, ObligationSpan, Period
from app.obligations.states import open_in, waiting_in_time


@dataclass(frozen=True)
class Standings:
    """Where the standing of obligations is read on a day: the table, its columns, and which rows hold."""

    day: date
    is_today: bool
    with_upcoming: bool = False  # today's answer only: also what is made ahead and has not begun
    by_first: bool = False  # counted from the first last day, whatever was granted since; joins Obligation and Period

    @property
    def table(self) -> str:
        return "obligation" if self.is_today else "obligation_span"

    @property
    def _row(self) -> type[Obligation] | type[ObligationSpan]:
        return Obligation if self.is_today else ObligationSpan

    @property
    def obligation_id(self) -> Any:
        return col(Obligation.id) if self.is_today else col(ObligationSpan.obligation_id)

    @property
    def unit_id(self) -> Any:
        return col(self._row.unit_id)

    @property
    def checklist_id(self) -> Any:
        return col(self._row.checklist_id)

    @property
    def state(self) -> Any:
        return col(self._row.state)

    @property
    def due_on(self) -> Any:
        return self.first_due_on if self.by_first else col(self._row.due_on)

    @property
    def first_due_on(self) -> Any:
        """The last day before any was granted: the period's. What was never extended has it in its own row, where a
        later change of the schedule does not reach the days that have passed."""
        never_extended = col(Obligation.extended_to).is_(None)
        return case((never_extended, col(self._row.due_on)), else_=col(Period.due_on))

    @property
    def completed_on(self) -> Any:
        return col(self._row.completed_on)

    @property
    def claimed_on(self) -> Any:
        return col(self._row.claimed_on)

    @property
    def has_missed(self) -> Any:
        return col(self._row.has_missed)

    @property
    def finding_due_on(self) -> Any:
        return col(self._row.finding_due_on)

    @property
    def waits(self) -> ColumnElement[bool]:
        """A claim made by the last day waits for review."""
        return waiting_in_time(self.state, self.due_on, self.claimed_on)

    @property
    def is_open(self) -> ColumnElement[bool]:
        return open_in(self.table)

    @property
    def is_overdue(self) -> ColumnElement[bool]:
        return and_(self.is_open, self.due_on < self.day, not_(self.waits))

    def select(self, columns: Sequence[Any], *, with_obligation: bool = True) -> Select[Any]:
        """A SELECT over what holds on the day. `obligation` is joined unless nothing of it is needed."""
        if self.is_today:
            rows = select(*columns).select_from(_table(Obligation))
            return rows if self.with_upcoming else rows.where(Obligation.begun(self.day))
        source: FromClause = _table(ObligationSpan)
        if with_obligation:
            source = source.join(_table(Obligation), col(Obligation.id) == col(ObligationSpan.obligation_id))
        return select(*columns).select_from(source).where(ObligationSpan.at_end_of(self.day))


def _table(model: Any) -> FromClause:
    table: FromClause = model.__table__
    return table


def standings(as_of: date | None, *, today: date, upcoming: bool = False, by_first: bool = False) -> Standings:
    """Standings at the end of a day in Shanghai, of today where none is named.

    Args:
        by_first: counted from the first last day; the statement then has to join Period.

    Raises:
        AsOfInFuture.
    """
    if as_of is not None and as_of > today:
        raise AsOfInFuture(
            say("as_of is {as_of}, and today is {today}; give today or an earlier day", as_of=as_of, today=today),
            fields=[("query.as_of", say("give {day} or before", day=today))],
        )
    return Standings(as_of or today, as_of is None or as_of == today, upcoming, by_first)
