"""Obligations as of a day: read from their rows for today, from their spans for a past day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, false, func, literal, not_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import clock
from app.checklists.models import Checklist
from app.checklists.span_models import ChecklistSpan
from app.errors import AsOfInFuture, KnownBeforeAsOf, KnownOnInFuture
from app.languages.messages import say
from app.obligations.alike import alike_by
from app.obligations.days import DaysBetween, DaysLater, LatestDay, ShanghaiDay
from app.obligations.lights import light_rank
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.reports import REPORTS
from app.obligations.schemas import DayQuery
from app.obligations.span_models import ObligationSpan
from app.obligations.states import finding_late_in, last_day_passed, open_in, timeliness_of, waiting_in_time
from app.obligations.suspension_models import Suspension
from app.paging import JsonPage, Total


@dataclass(frozen=True)
class Stand:
    """Obligations as of a day: the table to read, its columns, and the rows that are in force."""

    day: date
    known_on: date  # what had been recorded by the end of this day
    today: date
    with_upcoming: bool = False  # for today only: also periods that have not begun
    by_first: bool = False  # counted from the first last day, without later ones granted
    with_voided: bool = False  # for today only: also voided ones

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def _known(self) -> date | None:
        """None if all that is known today counts."""
        return None if self.known_on == self.today else self.known_on

    def page(self, items: Sequence[bytes], cursor: str | None, total: Total) -> JsonPage:
        """A page of a list about the day, which names both days."""
        return JsonPage(items, cursor, total, {"as_of": self.day.isoformat(), "known_on": self.known_on.isoformat()})

    @property
    def table(self) -> str:
        return "obligation" if self.is_today else "obligation_span"

    @property
    def _row(self) -> type[Obligation] | type[ObligationSpan]:
        return Obligation if self.is_today else ObligationSpan

    @property
    def row_id(self) -> Any:
        """The primary key of the table."""
        return col(self._row.id)

    @property
    def alike_by(self) -> Sequence[Any]:
        """What decides, beside the day, how a closed row is judged by the last day that holds."""
        return alike_by(self._row)

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
        """The last day before any later one was granted."""
        return func.coalesce(col(self._row.first_due_on), col(self._row.due_on))

    @property
    def starts_on(self) -> Any:
        """The day from which it is owed; null in rows older than the column."""
        return col(self._row.starts_on)

    @property
    def completed_on(self) -> Any:
        return col(self._row.completed_on)

    @property
    def done_on(self) -> Any:
        """`Obligation.done_on`, in SQL."""
        return func.coalesce(col(self._row.held_on), self.completed_on)

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
    def finding_answered_on(self) -> Any:
        return col(self._row.finding_answered_on)

    @property
    def is_finding_late(self) -> ColumnElement[bool]:
        return finding_late_in(self.finding_due_on, self.finding_answered_on, self.day)

    @property
    def suspended_on(self) -> Any:
        return col(self._row.suspended_on)

    @property
    def is_suspended(self) -> ColumnElement[bool]:
        """It is suspended on the day. Never null."""
        return and_(self.is_open, self.suspended_on.is_not(None), self.suspended_on <= self.day)

    @property
    def waits(self) -> ColumnElement[bool]:
        """A claim made by the last day waits for review."""
        return waiting_in_time(self.state, self.due_on, self.claimed_on)

    @property
    def is_open(self) -> ColumnElement[bool]:
        return open_in(self.table)

    @property
    def is_overdue(self) -> ColumnElement[bool]:
        passed = last_day_passed(self.due_on, self.suspended_on, self.day)
        return and_(passed, self.is_open, col(self._row.held_on).is_(None), not_(self.waits))

    def is_overdue_by(self, days: int) -> ColumnElement[bool]:
        """Whether it is overdue by a number of days or more."""
        return last_day_passed(self.due_on, self.suspended_on, self.day, days - 1)

    @property
    def days_overdue(self) -> ColumnElement[int]:
        """The number of days it has been overdue, 0 if it is not: `counted_until`, in SQL."""
        is_suspended = self.suspended_on <= self.day
        until = case((is_suspended, DaysLater(self.suspended_on, -1)), else_=literal(self.day))
        return case((self.is_overdue, DaysBetween(until, self.due_on)), else_=0)

    @property
    def has_no_last_day(self) -> ColumnElement[bool]:
        return and_(col(self._row.due_on).is_(None), self.is_open)

    @property
    def holds_unindexed(self) -> ColumnElement[bool]:
        """Whether a row is in force on the day, written so that SQLite does not choose the index on its first moment if
        another one finds far fewer rows."""
        if self.is_today:
            return Obligation.begun(self.day)
        begun = col(ObligationSpan.from_at) < clock.end_of(self.day)
        return case((begun, ObligationSpan.at_end_of(self.day, self._known)), else_=false())

    @property
    def is_open_unindexed(self) -> ColumnElement[bool]:
        """`is_open`, written so that SQLite does not read a past day from the index of open spans: of those few were in
        force on the day."""
        return self.is_open if self.is_today else case((self.is_open, true()), else_=false())

    @property
    def counts_against_units(self) -> ColumnElement[bool]:
        """Whether units had been told of the checklist: today, where all counts that is known today, and else by the
        end of `known_on`. The statement has to join Checklist."""
        if self._known is None:
            return Checklist.counts_against_units()
        published: Any = select(col(ChecklistSpan.id)).where(
            col(ChecklistSpan.checklist_id) == self.checklist_id,
            ChecklistSpan.at_end_of(self._known),
            col(ChecklistSpan.audience).is_not(None),
        )
        was_told: ColumnElement[bool] = published.correlate_except(ChecklistSpan).exists()
        return was_told

    def is_stale(self, silent_days: int | None = None) -> ColumnElement[bool]:
        """长期推进, open, and nobody has reported for longer than a number of days: its report cycle, where none is
        given. Never null.

        A scalar subquery for the few rows without a last day: for an EXISTS, PostgreSQL would build a hash of
        all obligations.
        """
        owed: Any = Obligation if self.is_today else aliased(Obligation)
        every = col(self._row.report_every_days)
        cycle: Any = every if silent_days is None else literal(silent_days)
        silent = self._silent_since(owed) < DaysLater(literal(self.day), -cycle)
        silent_duty = select(silent).where(col(Period.id) == owed.period_id, every.is_not(None)).correlate(self._row)
        if not self.is_today:
            silent_duty = silent_duty.where(owed.id == self.obligation_id)
        may_be = and_(self.has_no_last_day, not_(self.is_suspended))
        return case((may_be, func.coalesce(silent_duty.scalar_subquery(), false())), else_=false())

    @property
    def silent_since(self) -> ColumnElement[date]:
        """The latest of: the day from which it is owed, the day on which units were first told of the checklist, the
        day of the last report, and the day on which it was resumed. In the far future where units were never told. The
        statement has to join Obligation and Period."""
        return self._silent_since(Obligation)

    def _silent_since(self, owed: Any) -> ColumnElement[date]:
        owed_from = func.coalesce(self.starts_on, col(Period.starts_on))
        told = case((col(ChecklistSpan.from_at).is_(None), literal(date.min)), else_=ShanghaiDay(ChecklistSpan.from_at))
        first_told: Any = select(func.min(told)).where(
            col(ChecklistSpan.checklist_id) == self.checklist_id, col(ChecklistSpan.audience).is_not(None)
        )
        told_on = func.coalesce(first_told.correlate_except(ChecklistSpan).scalar_subquery(), literal(date.max))
        if self.is_today:
            reported_on: Any = col(Obligation.reported_on)
        else:
            of_this = and_(REPORTS.c.obligation_id == owed.id, REPORTS.c.posted_at < clock.end_of(self.day))
            reported_on = ShanghaiDay(select(func.max(REPORTS.c.posted_at)).where(of_this).scalar_subquery())
        resumed: Any = select(func.max(Suspension.resumed_at)).where(
            col(Suspension.obligation_id) == owed.id,
            col(Suspension.rested_days) > 0,
            col(Suspension.resumed_at) < clock.end_of(self.day),
        )
        resumed_on = ShanghaiDay(resumed.correlate_except(Suspension).scalar_subquery())
        return LatestDay(owed_from, told_on, *(func.coalesce(one, owed_from) for one in (reported_on, resumed_on)))

    @property
    def yellow_days(self) -> Any:
        """The days before a last day that count as soon; the statement has to join Checklist, and `with_lights`."""
        return col((Checklist if self.is_today else ChecklistSpan).yellow_days)

    @property
    def red_days(self) -> Any:
        return col((Checklist if self.is_today else ChecklistSpan).red_days)

    @property
    def timeliness(self) -> ColumnElement[str]:
        """What the dates say; the statement needs the same joins as for `yellow_days`."""
        columns = (self.state, self.due_on, self.done_on, self.claimed_on)
        return timeliness_of(*columns, on=self.day, soon=self.yellow_days, suspended_on=self.suspended_on)

    def light_rank(self, stale: ColumnElement[bool] | None = None) -> ColumnElement[int]:
        """The rank of its light, for `reason_of`; the statement needs the same joins as for `yellow_days`.

        Args:
            stale: `is_stale`, if the statement has a cheaper condition.
        """
        return light_rank(
            self.state,
            self.due_on,
            self.done_on,
            self.claimed_on,
            self.has_missed,
            self.finding_due_on,
            self.finding_answered_on,
            self.is_stale() if stale is None else stale,
            on=self.day,
            yellow_days=self.yellow_days,
            red_days=self.red_days,
            suspended_on=self.suspended_on,
        )

    def select(self, columns: Sequence[Any], *, with_obligation: bool = True, with_lights: bool = False) -> Select[Any]:
        """A SELECT over the rows in force on the day. `obligation` is joined unless it is not needed.

        Args:
            with_lights: join the checklist's yellow and red days of the day.
        """
        if self.is_today:
            rows = select(*columns).select_from(_table(Obligation))
            rows = rows if self.with_voided else rows.where(col(Obligation.voided_at).is_(None))
            return rows if self.with_upcoming else rows.where(Obligation.begun(self.day))
        source: FromClause = _table(ObligationSpan)
        if with_obligation:
            source = source.join(_table(Obligation), col(Obligation.id) == col(ObligationSpan.obligation_id))
        if with_lights:
            of_checklist = col(ChecklistSpan.checklist_id) == col(ObligationSpan.checklist_id)
            source = source.join(_table(ChecklistSpan), and_(of_checklist, ChecklistSpan.at_end_of(self.day)))
        return select(*columns).select_from(source).where(ObligationSpan.at_end_of(self.day, self._known))


def _table(model: Any) -> FromClause:
    table: FromClause = model.__table__
    return table


def stand_for(
    query: DayQuery, after: Sequence[Any] | None, *, today: date, upcoming: bool = False, by_first: bool = False
) -> Stand:
    """The stand of a list's query; a further page has the days of the page before.

    Args:
        after: the cursor's values, which begin with the two days.
        by_first: counted from the first last day.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf.
    """
    as_of = query.as_of or query.known_on or (after[0] if after else None)
    known_on = query.known_on or (after[1] if after else None)
    return stand_on(as_of, known_on, today=today, upcoming=upcoming, by_first=by_first)


def stand_on(
    as_of: date | None,
    known_on: date | None = None,
    *,
    today: date,
    upcoming: bool = False,
    by_first: bool = False,
) -> Stand:
    """The stand at the end of a day in Shanghai, by default today.

    Args:
        known_on: only what had been recorded by the end of this day; without it, all that is known today.
        by_first: counted from the first last day.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf.
    """
    as_of = as_of or known_on or today
    if as_of > today and as_of != known_on:
        raise AsOfInFuture(
            say("as_of is {as_of}, and today is {today}; give today or an earlier day", as_of=as_of, today=today),
            fields=[("query.as_of", say("give {day} or before", day=today))],
        )
    if known_on is not None and known_on > today:
        raise KnownOnInFuture(
            say("known_on is {day}, and today is {today}; give today or an earlier day", day=known_on, today=today),
            fields=[("query.known_on", say("give {day} or before", day=today))],
        )
    if known_on is not None and known_on < as_of:
        raise KnownBeforeAsOf(
            say("known_on, {day}, is before as_of, {as_of}; nothing is known ahead", day=known_on, as_of=as_of),
            fields=[("query.known_on", say("give {day} or a later day", day=as_of))],
        )
    return Stand(as_of, known_on or today, today, upcoming, by_first)
