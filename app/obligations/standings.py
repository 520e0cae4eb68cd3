"""What stands of each obligation on a day: from its row today, from its spans on a day that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, column, false, func, literal, not_, select, table
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import clock
from app.checklists.models import Checklist, Task
from app.errors import AsOfInFuture
from app.languages.messages import say
from app.obligations.days import DaysLater, ShanghaiDay
from app.obligations.lights import light_rank
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.span_models import ObligationSpan
from app.obligations.states import open_in, timeliness_of, waiting_in_time

# Reports are kept in a room to the right of this one; that they were made is all that is asked of them here.
_MOMENT = ObligationSpan.__table__.c.from_at.type  # type: ignore[attr-defined]
_REPORTS = table("status_update", column("obligation_id"), column("posted_at", _MOMENT))


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

    @property
    def has_no_last_day(self) -> ColumnElement[bool]:
        return and_(self.is_open, col(self._row.due_on).is_(None))

    @property
    def holds_unindexed(self) -> ColumnElement[bool]:
        """Whether a row is what holds on the day, said so that SQLite does not choose the index on its first moment
        where another one finds far fewer rows."""
        if self.is_today:
            return Obligation.begun(self.day)
        begun = col(ObligationSpan.from_at) < clock.end_of(self.day)
        return case((begun, ObligationSpan.at_end_of(self.day)), else_=false())

    def is_stale(self, silent_days: int | None = None) -> ColumnElement[bool]:
        """长期推进, open, and nobody has reported for longer than a number of days: the task's report cycle, as it is
        today, where none is given. Never null.

        A scalar subquery, asked for the few rows without a last day: an EXISTS is answered by PostgreSQL from a hash of
        every obligation.
        """
        owed: Any = Obligation if self.is_today else aliased(Obligation)
        every: Any = col(Task.schedule)["report_every_days"].as_integer()
        cycle = every if silent_days is None else literal(silent_days)
        silent = self._silent_since(owed) < DaysLater(literal(self.day), -cycle)
        of_standing = (
            select(silent)
            .where(
                col(Task.id) == owed.task_id,
                col(Period.id) == owed.period_id,
                col(Task.schedule)["kind"].as_string() == "standing",
            )
            .correlate(self._row)
        )
        if not self.is_today:
            of_standing = of_standing.where(owed.id == self.obligation_id)
        return case((self.has_no_last_day, func.coalesce(of_standing.scalar_subquery(), false())), else_=false())

    @property
    def silent_since(self) -> ColumnElement[date]:
        """The day of the last report, or the period's first; the statement has to join Obligation and Period."""
        return self._silent_since(Obligation)

    def _silent_since(self, owed: Any) -> ColumnElement[date]:
        if self.is_today:
            return func.coalesce(col(Obligation.reported_on), col(Period.starts_on))
        of_this = and_(_REPORTS.c.obligation_id == owed.id, _REPORTS.c.posted_at < clock.end_of(self.day))
        last = select(func.max(_REPORTS.c.posted_at)).where(of_this).scalar_subquery()
        return func.coalesce(ShanghaiDay(last), col(Period.starts_on))

    def timeliness(self, soon: int) -> ColumnElement[str]:
        """What the dates say; the statement has to join Checklist.

        Args:
            soon: days before the last day that count as soon, where the checklist does not say.
        """
        columns = (self.state, self.due_on, self.completed_on, self.claimed_on)
        return timeliness_of(*columns, on=self.day, soon=yellow_days(soon))

    def light_rank(self, soon: int, stale: ColumnElement[bool] | None = None) -> ColumnElement[int]:
        """How it shows, as `reason_of` reads it; the statement has to join Checklist. The checklist's days are those
        of today.

        Args:
            stale: `is_stale`, where the statement has a cheaper way to know.
        """
        return light_rank(
            self.state,
            self.due_on,
            self.completed_on,
            self.claimed_on,
            self.has_missed,
            self.finding_due_on,
            self.is_stale() if stale is None else stale,
            on=self.day,
            yellow_days=yellow_days(soon),
            red_days=col(Checklist.red_days),
        )

    def select(self, columns: Sequence[Any], *, with_obligation: bool = True) -> Select[Any]:
        """A SELECT over what holds on the day. `obligation` is joined unless nothing of it is needed."""
        if self.is_today:
            rows = select(*columns).select_from(_table(Obligation))
            return rows if self.with_upcoming else rows.where(Obligation.begun(self.day))
        source: FromClause = _table(ObligationSpan)
        if with_obligation:
            source = source.join(_table(Obligation), col(Obligation.id) == col(ObligationSpan.obligation_id))
        return select(*columns).select_from(source).where(ObligationSpan.at_end_of(self.day))


def yellow_days(soon: int) -> ColumnElement[int]:
    """How many days before a last day count as soon: as the checklist says, or the setting."""
    return func.coalesce(col(Checklist.yellow_days), literal(soon))


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
