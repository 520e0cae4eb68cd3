"""The states of an obligation, and what the dates say of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.errors import Conflict, FindingOpen, LatenessDecided, ObligationClosed, ObligationNotCompleted
from app.obligations.models import Obligation
from app.obligations.states import TRANSITIONS, ObligationState, Timeliness, timeliness

DUE = date(2023, 12, 31)
DAY = timedelta(days=1)
OPEN_STATES = [state for state in ObligationState if state not in ("completed", "waived")]
PAIRS = [(before, after) for before in ObligationState for after in ObligationState]
VERBS: dict[str, Callable[[Obligation], None]] = {
    "report": lambda obligation: obligation.report(40, DUE),
    "complete": lambda obligation: obligation.complete(DUE),
    "submit": lambda obligation: obligation.submit(DUE),
    "accept": lambda obligation: obligation.accept(),
    "send back": lambda obligation: obligation.send_back("佐证不足"),
    "withdraw claim": lambda obligation: obligation.withdraw_claim(40, []),
    "waive": lambda obligation: obligation.waive("撤销"),
    "reopen": lambda obligation: obligation.reopen("抽查不合格", None),
}


def an_obligation(state: ObligationState, percent: int = 0) -> Obligation:
    completed = state is ObligationState.COMPLETED
    return Obligation(
        id=1,
        checklist_id=1,
        task_id=1,
        period_id=1,
        unit_id=1,
        assignment_id=1,
        state=state,
        due_on=DUE,
        percent=100 if completed else percent,
        completed_on=DUE if completed else None,
        claimed_on=DUE if state is ObligationState.SUBMITTED else None,
        reason="撤销" if state is ObligationState.WAIVED else None,
    )


def reached_from(before: ObligationState) -> set[ObligationState]:
    """Where the verbs lead from a state; a verb that refuses changes nothing."""
    reached = set()
    for verb in VERBS.values():
        obligation = an_obligation(before)
        try:
            verb(obligation)
        except Conflict:
            assert obligation == an_obligation(before)
        else:
            reached.add(obligation.state)
    if before is ObligationState.WAIVED:  # the unit was assigned again; the caller asks only of what is waived
        for percent in (0, 40):
            obligation = an_obligation(before, percent)
            obligation.restore(DUE, None)
            reached.add(obligation.state)
    return reached


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_verbs_lead_exactly_where_the_transitions_say(before: ObligationState, after: ObligationState) -> None:
    assert (after in reached_from(before)) == (after in TRANSITIONS[before])


@pytest.mark.parametrize("state", [ObligationState.COMPLETED, ObligationState.WAIVED])
@pytest.mark.parametrize("verb", ["report", "complete", "submit", "waive"])
def test_what_is_closed_refuses_reports_and_waiving(state: ObligationState, verb: str) -> None:
    with pytest.raises(ObligationClosed):
        VERBS[verb](an_obligation(state))


@pytest.mark.parametrize("state", OPEN_STATES)
def test_only_what_is_closed_is_reopened(state: ObligationState) -> None:
    with pytest.raises(ObligationNotCompleted):
        an_obligation(state).reopen("抽查不合格", None)


def test_completing_sets_the_day_and_the_whole_percentage() -> None:
    obligation = an_obligation(ObligationState.IN_PROGRESS, 40)
    obligation.complete(DUE)

    assert (obligation.percent, obligation.completed_on) == (100, DUE)


def test_a_report_without_a_percentage_keeps_the_last_one() -> None:
    obligation = an_obligation(ObligationState.IN_PROGRESS, 40)
    obligation.report(None, DUE)

    assert obligation.percent == 40


def test_reopening_takes_the_day_back_and_gives_the_reason() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.reopen("抽查不合格", None)

    assert (obligation.state, obligation.completed_on, obligation.reason) == ("in_progress", None, "抽查不合格")


def test_restoring_takes_the_reason_of_the_waiver_back() -> None:
    obligation = an_obligation(ObligationState.WAIVED, 40)
    obligation.restore(DUE, None)

    assert (obligation.state, obligation.percent, obligation.reason) == ("in_progress", 40, None)


@pytest.mark.parametrize("state", [state for state in OPEN_STATES if state is not ObligationState.SUBMITTED])
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (DUE - 8 * DAY, Timeliness.NOT_YET_DUE),
        (DUE - 7 * DAY, Timeliness.DUE_SOON),
        (DUE, Timeliness.DUE_SOON),
        (DUE + DAY, Timeliness.OVERDUE),
    ],
)
def test_what_is_open_is_overdue_from_the_day_after_its_last_day(
    state: ObligationState, today: date, expected: Timeliness
) -> None:
    overdue = expected is Timeliness.OVERDUE

    assert timeliness(state, DUE, None, on=today, soon=7) is expected
    assert an_obligation(state).is_overdue(today) is overdue


@pytest.mark.parametrize(
    ("claimed_on", "expected"), [(DUE, Timeliness.AWAITING_REVIEW), (DUE + DAY, Timeliness.OVERDUE)]
)
def test_a_claim_made_by_the_last_day_is_not_overdue_while_it_waits(claimed_on: date, expected: Timeliness) -> None:
    obligation = an_obligation(ObligationState.SUBMITTED)
    obligation.claimed_on = claimed_on
    later = DUE + 30 * DAY

    assert timeliness(ObligationState.SUBMITTED, DUE, None, claimed_on, on=later, soon=7) is expected
    assert obligation.is_overdue(later) is (expected is Timeliness.OVERDUE)


def test_acceptance_completes_on_the_day_of_the_claim() -> None:
    obligation = an_obligation(ObligationState.IN_PROGRESS)
    obligation.submit(DUE)
    obligation.accept()

    assert (obligation.state, obligation.completed_on, obligation.claimed_on) == ("completed", DUE, None)


def test_a_finding_opens_what_was_completed_and_moves_neither_its_last_day_nor_the_day_it_was_done() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.look_into(DUE + 20 * DAY)

    assert (obligation.state, obligation.completed_on, obligation.finding_due_on) == (
        "in_progress",
        None,
        DUE + 20 * DAY,
    )
    assert (obligation.due_on, obligation.done_on) == (DUE, DUE)
    assert not obligation.is_overdue(DUE + 30 * DAY)


def test_a_claim_that_did_not_hold_leaves_it_overdue_when_its_last_day_has_passed() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.look_into(DUE + 20 * DAY, claim_held=False)

    assert (obligation.due_on, obligation.done_on) == (DUE, None)
    assert [obligation.is_overdue(day) for day in (DUE, DUE + DAY)] == [False, True]


def test_the_first_claim_decides_however_often_it_is_looked_into() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    for later in (10, 20):
        obligation.look_into(DUE + 30 * DAY)
        obligation.put_right(DUE + later * DAY, completed=True)

    assert (obligation.completed_on, obligation.done_on) == (DUE + 20 * DAY, DUE)


@pytest.mark.parametrize(("claim_held", "done_on", "due_on"), [(True, DUE, DUE), (False, None, DUE + 9 * DAY)])
def test_reopening_keeps_what_decides_lateness_unless_the_claim_did_not_hold(
    claim_held: bool, done_on: date | None, due_on: date
) -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.reopen("抽查不合格", DUE + 9 * DAY, claim_held=claim_held)

    assert (obligation.state, obligation.done_on, obligation.due_on) == ("in_progress", done_on, due_on)


def test_what_nobody_owes_any_more_is_waived_unless_it_was_done() -> None:
    never, once = an_obligation(ObligationState.IN_PROGRESS), an_obligation(ObligationState.COMPLETED)
    once.look_into(DUE + 20 * DAY)
    for obligation in (never, once):
        obligation.lapse("撤销")

    assert (never.state, never.completed_on) == ("waived", None)
    assert (once.state, once.completed_on) == ("completed", DUE)


def test_what_is_decided_gets_no_later_last_day() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.look_into(DUE + 20 * DAY)

    with pytest.raises(LatenessDecided):
        obligation.extend(DUE + 40 * DAY, had_missed=False)


def test_a_finding_gives_no_last_day_to_what_has_none() -> None:
    obligation = an_obligation(ObligationState.COMPLETED)
    obligation.due_on = None
    obligation.look_into(DUE)

    assert (obligation.due_on, obligation.finding_due_on) == (None, DUE)


@pytest.mark.parametrize("verb", ["complete", "submit"])
def test_nothing_is_claimed_while_a_finding_is_open(verb: str) -> None:
    obligation = an_obligation(ObligationState.IN_PROGRESS)
    obligation.look_into(DUE)

    with pytest.raises(FindingOpen):
        VERBS[verb](obligation)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_without_a_last_day_nothing_is_ever_overdue(state: ObligationState) -> None:
    obligation = an_obligation(state)
    obligation.due_on = None

    assert timeliness(state, None, None, on=date(2999, 1, 1), soon=7) is Timeliness.NO_LAST_DAY
    assert not obligation.is_overdue(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("due_on", "completed_on", "expected"),
    [
        (DUE, DUE - DAY, Timeliness.COMPLETED_ON_TIME),
        (DUE, DUE, Timeliness.COMPLETED_ON_TIME),
        (DUE, DUE + DAY, Timeliness.COMPLETED_LATE),
        (None, DUE, Timeliness.COMPLETED),
    ],
)
def test_completed_on_the_due_day_is_on_time_and_the_day_after_is_late(
    due_on: date | None, completed_on: date, expected: Timeliness
) -> None:
    assert timeliness(ObligationState.COMPLETED, due_on, completed_on, on=DUE + 30 * DAY, soon=7) is expected


@pytest.mark.parametrize("state", [ObligationState.COMPLETED, ObligationState.WAIVED])
def test_what_is_closed_is_not_overdue(state: ObligationState) -> None:
    assert not an_obligation(state).is_overdue(DUE + DAY)


def test_what_is_waived_is_waived_whatever_the_dates_say() -> None:
    assert timeliness(ObligationState.WAIVED, DUE, None, on=DUE + DAY, soon=7) is Timeliness.WAIVED


def test_a_receipt_is_news_once_and_keeps_its_moment() -> None:
    obligation = an_obligation(ObligationState.NOT_STARTED)
    first, later = (datetime(2023, 6, day, tzinfo=UTC) for day in (1, 2))

    assert [obligation.acknowledge(at) for at in (first, later)] == [True, False]
    assert obligation.acknowledged_at == first
