"""The light of an obligation on a day (红黄绿灯) and its reason: computed, never stored."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, literal_column, not_, or_

from app.obligations.days import DaysBetween
from app.obligations.states import ObligationState, finding_late, finding_late_in, waiting_in_time, waits_in_time


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class LightReason(StrEnum):
    """Why a light shows, the worst first: a group of obligations shows the first that applies."""

    OVERDUE = "overdue"
    FINDING_OVERDUE = "finding_overdue"  # the last day of an auditor's finding has passed without an answer
    NEARLY_DUE = "nearly_due"  # within the checklist's red days
    FINDING_OPEN = "finding_open"
    RETURNED = "returned"
    DUE_SOON = "due_soon"
    MISSED_BEFORE = "missed_before"  # a last day has passed once, and a later one was given
    STALE = "stale"
    CAUGHT_UP_LATE = "caught_up_late"  # done, and a last day was missed on the way: never simply green
    AWAITING_REVIEW = "awaiting_review"
    NOT_YET_DUE = "not_yet_due"
    NO_LAST_DAY = "no_last_day"
    DONE_ON_TIME = "done_on_time"
    SUSPENDED = "suspended"  # shown only if no other reason applies

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANKS[self]

    @property
    def light(self) -> Light:
        if self.rank < FIRST_YELLOW:
            return Light.RED
        if self.rank < FIRST_GREEN:
            return Light.YELLOW
        return Light.GREEN if self.rank < FIRST_GREY else Light.GREY


_BY_RANK = [*LightReason]
_RANKS = {reason: rank for rank, reason in enumerate(_BY_RANK)}
FIRST_YELLOW = _RANKS[LightReason.FINDING_OPEN]
FIRST_GREEN = _RANKS[LightReason.AWAITING_REVIEW]
FIRST_GREY = _RANKS[LightReason.SUSPENDED]


def reason_of(rank: int | None) -> LightReason | None:
    """The reason of a rank, as `light_rank` returns it; None if nothing counts."""
    return None if rank is None else _BY_RANK[rank]


def light_of(reason: LightReason | None) -> Light | None:
    return None if reason is None else reason.light


def worst(reasons: Iterable[LightReason | None]) -> LightReason | None:
    """The reason of a group of obligations. A waived one has none."""
    return min((reason for reason in reasons if reason), key=lambda reason: reason.rank, default=None)


def light_reason(
    state: ObligationState,
    due_on: date | None,
    done_on: date | None,
    claimed_on: date | None,
    has_missed: bool,
    finding_due_on: date | None,
    finding_answered_on: date | None,
    stale: bool,
    *,
    on: date,
    yellow_days: int,
    red_days: int | None,
    suspended_on: date | None = None,
) -> LightReason | None:
    """The reason of an obligation's light on a day; None if it is waived.

    Args:
        done_on: the day that decides whether it was late (`Obligation.done_on`); null where nothing is done.
        yellow_days: how many days before the last day it turns yellow.
        red_days: how many days before the last day it turns red; without them only once it is overdue. If they are
            more than `yellow_days`, those count.
    """
    if state is ObligationState.WAIVED:
        return None
    if suspended_on is not None and suspended_on <= on:
        return LightReason.SUSPENDED
    is_done, waits = done_on is not None, waits_in_time(state, due_on, claimed_on)
    late = done_on is not None and due_on is not None and done_on > due_on
    days_left = None if due_on is None or is_done or waits else (due_on - on).days
    red = None if red_days is None else min(red_days, yellow_days)
    rules = {
        LightReason.OVERDUE: days_left is not None and days_left < 0,
        LightReason.FINDING_OVERDUE: finding_late(finding_due_on, finding_answered_on, on),
        LightReason.NEARLY_DUE: days_left is not None and red is not None and days_left <= red,
        LightReason.FINDING_OPEN: finding_due_on is not None,
        LightReason.RETURNED: state is ObligationState.RETURNED,
        LightReason.DUE_SOON: days_left is not None and days_left <= yellow_days,
        LightReason.CAUGHT_UP_LATE: is_done and (late or has_missed),
        LightReason.MISSED_BEFORE: has_missed,
        LightReason.STALE: stale,
        LightReason.AWAITING_REVIEW: waits,
        LightReason.DONE_ON_TIME: is_done,
        LightReason.NOT_YET_DUE: due_on is not None,
        LightReason.NO_LAST_DAY: True,
    }
    return next(reason for reason, applies in rules.items() if applies)


def light_rank(
    state: Any,
    due_on: Any,
    done_on: Any,
    claimed_on: Any,
    has_missed: Any,
    finding_due_on: Any,
    finding_answered_on: Any,
    stale: Any,
    *,
    on: date,
    yellow_days: Any,
    red_days: Any,
    suspended_on: Any,
) -> ColumnElement[int]:
    """The rank of `light_reason`, in SQL: columns of one row. The least of several is the worst."""
    waits, days_left = waiting_in_time(state, due_on, claimed_on), DaysBetween(due_on, literal(on))
    owed = and_(done_on.is_(None), not_(waits))
    red = case((red_days > yellow_days, yellow_days), else_=red_days)
    rules = [
        (state == ObligationState.WAIVED, None),
        (suspended_on <= on, LightReason.SUSPENDED),
        (and_(due_on < on, owed), LightReason.OVERDUE),
        (finding_late_in(finding_due_on, finding_answered_on, on), LightReason.FINDING_OVERDUE),
        (and_(days_left <= red, owed), LightReason.NEARLY_DUE),
        (finding_due_on.is_not(None), LightReason.FINDING_OPEN),
        (state == ObligationState.RETURNED, LightReason.RETURNED),
        (and_(days_left <= yellow_days, owed), LightReason.DUE_SOON),
        (or_(done_on > due_on, and_(done_on.is_not(None), has_missed)), LightReason.CAUGHT_UP_LATE),
        (has_missed, LightReason.MISSED_BEFORE),
        (stale, LightReason.STALE),
        (waits, LightReason.AWAITING_REVIEW),
        (done_on.is_not(None), LightReason.DONE_ON_TIME),
        (due_on.is_not(None), LightReason.NOT_YET_DUE),
    ]
    # constants, not parameters: the expression is in GROUP BY too
    whens: list[tuple[Any, Any]] = [
        (rule, literal_column("NULL" if reason is None else str(reason.rank))) for rule, reason in rules
    ]
    return case(*whens, else_=literal_column(str(LightReason.NO_LAST_DAY.rank)))
