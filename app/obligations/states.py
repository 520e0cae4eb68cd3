"""The states of an obligation, the transitions between them, and what the dates say."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, case, literal, literal_column, not_, or_, text

from app.languages.messages import template
from app.obligations.days import DaysLater

ONE_DAY = timedelta(days=1)


class ObligationState(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    COMPLETED = "completed"
    WAIVED = "waived"


CLOSED_STATES = (ObligationState.COMPLETED, ObligationState.WAIVED)  # every other state is open

# Reasons of waivers that nobody decided: such an obligation comes back with its cause, found by the sentence.
SCHEDULE_CHANGED = template("the schedule changed")
MEMBERSHIP_ENDED = template("the unit left the collective")
DISSOLVED = template("the unit was dissolved")
OWED_LATER = template("owed from a later day")
WAIVED_BY_ITSELF = frozenset({SCHEDULE_CHANGED, MEMBERSHIP_ENDED, DISSOLVED, OWED_LATER})

# What may follow what. A unit reports freely until it claims; a claim waits for the office; each closed state has a
# way back.
TRANSITIONS: Mapping[ObligationState, frozenset[ObligationState]] = {
    ObligationState.NOT_STARTED: frozenset(
        {ObligationState.IN_PROGRESS, ObligationState.SUBMITTED, ObligationState.COMPLETED, ObligationState.WAIVED}
    ),
    ObligationState.IN_PROGRESS: frozenset(
        {ObligationState.IN_PROGRESS, ObligationState.SUBMITTED, ObligationState.COMPLETED, ObligationState.WAIVED}
    ),
    ObligationState.SUBMITTED: frozenset(
        {ObligationState.IN_PROGRESS, ObligationState.RETURNED, ObligationState.COMPLETED, ObligationState.WAIVED}
    ),
    ObligationState.RETURNED: frozenset(
        {ObligationState.IN_PROGRESS, ObligationState.SUBMITTED, ObligationState.COMPLETED, ObligationState.WAIVED}
    ),
    ObligationState.COMPLETED: frozenset({ObligationState.IN_PROGRESS}),
    ObligationState.WAIVED: frozenset({ObligationState.NOT_STARTED, ObligationState.IN_PROGRESS}),
}

# One constant text, used by the partial indexes and by every query: PostgreSQL recognises a partial index only by a
# predicate that stands literally in the statement; with a bound parameter a page took 46 ms instead of 0.2. It names
# the closed states, so that a new open state leaves the indexes as they are.
CLOSED = "state IN ({})".format(", ".join(f"'{state}'" for state in CLOSED_STATES))
OPEN = CLOSED.replace("IN", "NOT IN", 1)


def closed_in(table: str) -> ColumnElement[bool]:
    """`<table>.state` is a closed one."""
    return literal_column(f"{table}.{CLOSED}")


def open_in(table: str) -> ColumnElement[bool]:
    """`<table>.state` is an open one."""
    return literal_column(f"{table}.{OPEN}")


def open_index(name: str, *columns: str) -> Index:
    """An index of open rows only."""
    return Index(name, *columns, sqlite_where=text(OPEN), postgresql_where=text(OPEN))


class Timeliness(StrEnum):
    """What the dates say of an obligation on a day. Computed, never stored."""

    OVERDUE = "overdue"  # 逾期: open, its last day has passed, and no claim made by then waits for review
    SUSPENDED = "suspended"  # 暂停: open, and its last day had not passed before
    AWAITING_REVIEW = "awaiting_review"  # 待审核: claimed by the last day, and the office has not said anything yet
    DUE_SOON = "due_soon"  # 临期
    NOT_YET_DUE = "not_yet_due"
    NO_LAST_DAY = "no_last_day"
    COMPLETED_ON_TIME = "completed_on_time"
    COMPLETED_LATE = "completed_late"  # 逾期完成
    COMPLETED = "completed"  # without a last day: neither on time nor late
    WAIVED = "waived"


def finding_late(due_on: date | None, answered_on: date | None, on: date) -> bool:
    """Whether the last day of an open finding had passed without an answer by then."""
    return due_on is not None and due_on < on and (answered_on is None or answered_on > due_on)


def finding_late_in(due_on: Any, answered_on: Any, on: date) -> ColumnElement[bool]:
    """`finding_late`, in SQL: columns of one row."""
    return and_(due_on < on, or_(answered_on.is_(None), answered_on > due_on))


def waits_in_time(state: ObligationState, due_on: date | None, claimed_on: date | None) -> bool:
    """Whether a claim made by the last day waits for review; until then it is not overdue."""
    return state is ObligationState.SUBMITTED and claimed_on is not None and (due_on is None or claimed_on <= due_on)


def waiting_in_time(state: Any, due_on: Any, claimed_on: Any) -> ColumnElement[bool]:
    """`waits_in_time`, in SQL, never null: the three are columns of one row."""
    claimed_in_time = or_(due_on.is_(None), claimed_on <= due_on)
    return and_(claimed_on.is_not(None), state == ObligationState.SUBMITTED, claimed_in_time)


def counted_until(on: date, suspended_on: date | None) -> date:
    """The day on which lateness is judged: for a suspended one, the day before its suspension."""
    return on if suspended_on is None else min(on, suspended_on - ONE_DAY)


def last_day_passed(due_on: Any, suspended_on: Any, on: date, days: int = 0) -> ColumnElement[bool]:
    """`due_on < counted_until(on, suspended_on) - days`, in SQL: columns of one row. Null without a last day."""
    before = on - timedelta(days=min(days, (on - date.min).days))
    return and_(due_on < before, or_(suspended_on.is_(None), due_on < DaysLater(suspended_on, -1 - days)))


def timeliness(
    state: ObligationState,
    due_on: date | None,
    done_on: date | None,
    claimed_on: date | None = None,
    *,
    on: date,
    soon: int,
    suspended_on: date | None = None,
) -> Timeliness:
    """What the dates say on a day. The due day itself is on time; overdue starts the next day.

    Args:
        done_on: the day that decides whether it was late (`Obligation.done_on`); null where nothing is done.
        claimed_on: the day of the claim that waits for review.
        soon: the number of days before the last day that count as soon.
        suspended_on: the day from which it is suspended. What was overdue before stays so.
    """
    if state is ObligationState.WAIVED:
        return Timeliness.WAIVED
    if done_on is not None:
        if due_on is None:
            return Timeliness.COMPLETED
        late = done_on > due_on
        return Timeliness.COMPLETED_LATE if late else Timeliness.COMPLETED_ON_TIME
    waits = waits_in_time(state, due_on, claimed_on)
    if not waits and due_on is not None and due_on < counted_until(on, suspended_on):
        return Timeliness.OVERDUE
    if suspended_on is not None and suspended_on <= on:
        return Timeliness.SUSPENDED
    if waits:
        return Timeliness.AWAITING_REVIEW
    if due_on is None:
        return Timeliness.NO_LAST_DAY
    return Timeliness.DUE_SOON if (due_on - on).days <= soon else Timeliness.NOT_YET_DUE


def timeliness_of(
    state: Any, due_on: Any, done_on: Any, claimed_on: Any, *, on: date, soon: Any, suspended_on: Any
) -> ColumnElement[str]:
    """`timeliness`, in SQL: columns of one row."""
    day: Any = literal(on)
    waits = waiting_in_time(state, due_on, claimed_on)
    rules = [
        (state == ObligationState.WAIVED, Timeliness.WAIVED),
        (and_(done_on.is_not(None), due_on.is_(None)), Timeliness.COMPLETED),
        (done_on > due_on, Timeliness.COMPLETED_LATE),
        (done_on.is_not(None), Timeliness.COMPLETED_ON_TIME),
        (and_(last_day_passed(due_on, suspended_on, on), not_(waits)), Timeliness.OVERDUE),
        (suspended_on <= on, Timeliness.SUSPENDED),
        (waits, Timeliness.AWAITING_REVIEW),
        (due_on.is_(None), Timeliness.NO_LAST_DAY),
        (due_on <= DaysLater(day, soon), Timeliness.DUE_SOON),
    ]
    whens: list[tuple[Any, Any]] = [(rule, literal_column(f"'{word}'")) for rule, word in rules]
    return case(*whens, else_=literal_column(f"'{Timeliness.NOT_YET_DUE}'"))
