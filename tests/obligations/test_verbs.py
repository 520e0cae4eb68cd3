"""Which columns each verb of an obligation changes, and which sentence says that it may not be done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import errors
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.states import ObligationState

DUE = date(2023, 6, 30)
BEFORE, AFTER, LATER = DUE - timedelta(days=9), DUE + timedelta(days=1), DUE + timedelta(days=20)
AT = datetime(2023, 7, 9, tzinfo=UTC)
OPEN = {"state": ObligationState.IN_PROGRESS, "due_on": DUE, "percent": 40, "reason": "再报"}
DONE = {"state": ObligationState.COMPLETED, "due_on": DUE, "percent": 100, "completed_on": DUE}
CLAIMED = {"state": ObligationState.SUBMITTED, "due_on": DUE, "percent": 100, "claimed_on": BEFORE, "reason": "再报"}
WAIVED = {"state": ObligationState.WAIVED, "due_on": DUE, "percent": 0, "reason": "撤销"}
FOUND = {"finding_due_on": LATER, "finding_answered_on": AFTER}
HELD = {"held_on": BEFORE}
GRANTED = {"extended_to": LATER, "first_due_on": DUE}

Facts = dict[str, Any]
Verb = Callable[[Obligation], object]


def an_obligation(facts: Facts) -> Obligation:
    return Obligation(id=7, checklist_id=1, task_id=2, period_id=3, unit_id=4, assignment_id=5, **facts)


def stood(**facts: Any) -> ObligationSpan:
    return ObligationSpan(**facts)


@pytest.mark.parametrize(
    ("before", "verb", "changed"),
    [
        (OPEN, lambda one: one.report(None, BEFORE), {"reported_on": BEFORE}),
        (OPEN, lambda one: one.report(0, BEFORE), {"percent": 0, "reported_on": BEFORE}),
        (OPEN, lambda one: one.complete(AFTER), DONE | {"completed_on": AFTER, "reported_on": AFTER, "reason": None}),
        (OPEN, lambda one: one.submit(BEFORE), CLAIMED | {"reported_on": BEFORE, "reason": None}),
        (
            CLAIMED,
            lambda one: one.accept(),
            {"state": ObligationState.COMPLETED, "completed_on": BEFORE, "claimed_on": None},
        ),
        (
            CLAIMED,
            lambda one: one.send_back("佐证不足"),
            {"state": ObligationState.RETURNED, "claimed_on": None, "reason": "佐证不足"},
        ),
        (
            CLAIMED,
            lambda one: one.withdraw_claim(60, [{"metric": "场"}]),
            {"state": ObligationState.IN_PROGRESS, "claimed_on": None, "percent": 60, "reached": [{"metric": "场"}]},
        ),
        (
            CLAIMED,
            lambda one: one.waive("撤销"),
            {"state": ObligationState.WAIVED, "claimed_on": None, "reason": "撤销"},
        ),
        (OPEN, lambda one: one.lapse("撤销"), {"state": ObligationState.WAIVED, "reason": "撤销"}),
        (
            CLAIMED | HELD,
            lambda one: one.lapse("撤销"),
            {"state": ObligationState.COMPLETED, "completed_on": BEFORE, "claimed_on": None, "reason": None},
        ),
        (
            OPEN | FOUND,
            lambda one: one.void("误派", AT),
            {
                "state": ObligationState.WAIVED,
                "reason": "误派",
                "finding_due_on": None,
                "finding_answered_on": None,
                "voided_at": AT,
            },
        ),
        (DONE, lambda one: one.void("误派", AT), {"voided_at": AT}),
        (OPEN, lambda one: one.look_into(LATER), {"finding_due_on": LATER}),
        (
            DONE,
            lambda one: one.look_into(LATER),
            {"state": ObligationState.IN_PROGRESS, "completed_on": None, "held_on": DUE, "finding_due_on": LATER},
        ),
        (
            DONE | HELD,
            lambda one: one.look_into(LATER, claim_held=False),
            {"state": ObligationState.IN_PROGRESS, "completed_on": None, "held_on": None, "finding_due_on": LATER},
        ),
        (OPEN | FOUND, lambda one: one.expect_answer(AFTER), {"finding_due_on": AFTER, "finding_answered_on": None}),
        (OPEN | FOUND, lambda one: one.answer_finding(LATER), {}),
        (OPEN | {"finding_due_on": LATER}, lambda one: one.answer_finding(LATER), {"finding_answered_on": LATER}),
        (
            CLAIMED | FOUND,
            lambda one: one.put_right(LATER, completed=True),
            DONE
            | {"completed_on": LATER, "claimed_on": None, "reason": None}
            | {"finding_due_on": None, "finding_answered_on": None},
        ),
        (
            OPEN | FOUND,
            lambda one: one.put_right(LATER, completed=False),
            {"finding_due_on": None, "finding_answered_on": None},
        ),
        (
            WAIVED | FOUND,
            lambda one: one.put_right(LATER, completed=True),
            {"finding_due_on": None, "finding_answered_on": None},
        ),
        (
            OPEN | GRANTED,
            lambda one: one.count_as(stood(completed_on=AFTER, has_missed=True, due_on=BEFORE)),
            {"held_on": AFTER, "has_missed": True, "due_on": BEFORE, "first_due_on": None, "extended_to": None},
        ),
        (
            OPEN,
            lambda one: one.count_as(
                stood(held_on=BEFORE, completed_on=AFTER, has_missed=False, due_on=LATER, first_due_on=AFTER)
            ),
            {"held_on": BEFORE, "due_on": LATER, "first_due_on": AFTER, "extended_to": LATER},
        ),
        (
            DONE,
            lambda one: one.reopen("抽查", AFTER),
            {"state": ObligationState.IN_PROGRESS, "completed_on": None, "reason": "抽查", "held_on": DUE},
        ),
        (
            DONE,
            lambda one: one.reopen("抽查", AFTER, claim_held=False),
            {"state": ObligationState.IN_PROGRESS, "completed_on": None, "reason": "抽查", "due_on": AFTER},
        ),
        (
            WAIVED | GRANTED,
            lambda one: one.reopen("要办", AFTER),
            {"state": ObligationState.NOT_STARTED, "reason": "要办", "due_on": LATER, "first_due_on": AFTER},
        ),
        (
            WAIVED | {"percent": 1},
            lambda one: one.reopen("要办", None),
            {"state": ObligationState.IN_PROGRESS, "reason": "要办", "due_on": None},
        ),
        (
            WAIVED,
            lambda one: one.reopen("要办", DUE, waived_days=(AFTER - DUE).days),
            {"state": ObligationState.NOT_STARTED, "reason": "要办"}
            | {"due_on": AFTER, "extended_to": AFTER, "first_due_on": DUE},
        ),
        (
            OPEN | {"has_missed": True},
            lambda one: one.extend(AFTER, had_missed=False),
            {"due_on": AFTER, "extended_to": AFTER, "first_due_on": DUE, "has_missed": False},
        ),
        (OPEN | GRANTED, lambda one: one.extend(AFTER, had_missed=False), {"due_on": AFTER, "extended_to": AFTER}),
        (OPEN, lambda one: one.suspend(AFTER), {"suspended_on": AFTER}),
        (
            OPEN | {"suspended_on": BEFORE},
            lambda one: one.resume(LATER),
            {"suspended_on": None, "due_on": LATER, "extended_to": LATER, "first_due_on": DUE},
        ),
        (OPEN | {"suspended_on": BEFORE}, lambda one: one.resume(DUE), {"suspended_on": None}),
        (OPEN | HELD | {"suspended_on": BEFORE}, lambda one: one.resume(LATER), {"suspended_on": None}),
        (
            WAIVED,
            lambda one: one.restore(BEFORE, LATER),
            {"state": ObligationState.NOT_STARTED, "reason": None, "starts_on": BEFORE, "due_on": LATER},
        ),
        (
            WAIVED | {"voided_at": AT, "has_missed": True},
            lambda one: one.revive(BEFORE, LATER),
            {"state": ObligationState.NOT_STARTED, "reason": None, "starts_on": BEFORE, "due_on": LATER}
            | {"voided_at": None, "has_missed": False},
        ),
        (
            DONE | {"voided_at": AT, "has_missed": True},
            lambda one: one.revive(BEFORE, LATER),
            {"voided_at": None, "has_missed": False, "starts_on": BEFORE},
        ),
    ],
)
def test_a_verb_changes_these_columns_and_no_other(before: Facts, verb: Verb, changed: Facts) -> None:
    obligation = an_obligation(before)
    verb(obligation)

    assert obligation.model_dump() == an_obligation(before | changed).model_dump()


COMPLETED = "obligation 7 is completed; the office reopens what is to be done again"
VOIDED = "obligation 7 was taken back as if it had never been"
WAITS = "the claim of 2023-06-21 on obligation 7 waits for the office"
RESTS = "obligation 7 is suspended from 2023-06-21 on; the office resumes it first"
RESTING = {"suspended_on": BEFORE}


@pytest.mark.parametrize(
    ("facts", "verb", "error", "sentence"),
    [
        (DONE, lambda one: one.report(1, AFTER), errors.ObligationClosed, COMPLETED),
        (DONE, lambda one: one.acknowledge(AT), errors.ObligationClosed, COMPLETED),
        (DONE, lambda one: one.suspend(AFTER), errors.ObligationClosed, COMPLETED),
        (DONE, lambda one: one.rested_days(AFTER), errors.ObligationClosed, COMPLETED),
        (DONE, lambda one: one.extend(AFTER, had_missed=False), errors.ObligationClosed, COMPLETED),
        (OPEN | {"voided_at": AT}, lambda one: one.look_into(AFTER), errors.ObligationClosed, VOIDED),
        (DONE | {"voided_at": AT}, lambda one: one.reopen("抽查", None), errors.ObligationClosed, VOIDED),
        (
            WAIVED,
            lambda one: one.look_into(AFTER),
            errors.ObligationClosed,
            "obligation 7 is waived; the office reopens what is to be done again",
        ),
        (CLAIMED, lambda one: one.report(1, AFTER), errors.AwaitingReview, WAITS),
        (CLAIMED, lambda one: one.complete(AFTER), errors.AwaitingReview, WAITS),
        (
            OPEN,
            lambda one: one.accept(),
            errors.NotAwaitingReview,
            "obligation 7 is in progress; no claim on it waits for the office",
        ),
        (
            OPEN,
            lambda one: one.reopen("抽查", None),
            errors.ObligationNotCompleted,
            "obligation 7 is in progress; only what is completed or waived can be reopened",
        ),
        (
            OPEN | FOUND,
            lambda one: one.submit(AFTER),
            errors.FindingOpen,
            "a finding is open on obligation 7; answer it first",
        ),
        (
            CLAIMED | FOUND,
            lambda one: one.accept(),
            errors.FindingOpen,
            "a finding is open on obligation 7; answer it first",
        ),
        (OPEN | RESTING, lambda one: one.complete(BEFORE), errors.Suspended, RESTS),
        (OPEN | RESTING, lambda one: one.submit(AFTER), errors.Suspended, RESTS),
        (
            OPEN | RESTING,
            lambda one: one.suspend(AFTER),
            errors.AlreadySuspended,
            "obligation 7 is suspended from 2023-06-21 on; resume it first",
        ),
        (
            OPEN,
            lambda one: one.rested_days(AFTER),
            errors.NotSuspended,
            "obligation 7 is not suspended; there is nothing to resume",
        ),
        (
            OPEN | HELD,
            lambda one: one.extend(AFTER, had_missed=False),
            errors.LatenessDecided,
            "obligation 7 was done on 2023-06-21, and that decides whether it was late",
        ),
    ],
)
def test_a_verb_that_may_not_be_done_says_why(
    facts: Facts, verb: Verb, error: type[errors.Conflict], sentence: str
) -> None:
    with pytest.raises(error) as refusal:
        verb(an_obligation(facts))

    assert refusal.value.detail == sentence


@pytest.mark.parametrize(("on", "days"), [(BEFORE - timedelta(days=3), 0), (BEFORE, 0), (DUE, 9)])
def test_the_days_of_a_suspension_are_counted_without_the_one_on_which_it_ends(on: date, days: int) -> None:
    assert an_obligation(OPEN | RESTING).rested_days(on) == days


@pytest.mark.parametrize(
    ("facts", "overdue"),
    [
        (OPEN, True),
        (OPEN | {"due_on": AFTER}, False),
        (OPEN | {"due_on": None}, False),
        (OPEN | HELD, False),
        (OPEN | {"suspended_on": AFTER}, False),  # from the day on on which it would have been late
        (OPEN | {"suspended_on": AFTER + timedelta(days=1)}, True),
        (CLAIMED, False),
        (CLAIMED | {"claimed_on": DUE}, False),
        (CLAIMED | {"claimed_on": AFTER}, True),
        (DONE, False),
        (WAIVED, False),
    ],
)
def test_an_obligation_and_its_span_are_overdue_on_the_same_days(facts: Facts, overdue: bool) -> None:
    of_span = {name: value for name, value in facts.items() if name in ObligationSpan.model_fields}

    assert an_obligation(facts).is_overdue(AFTER) is overdue
    assert ObligationSpan(**of_span).is_overdue(AFTER) is overdue


@pytest.mark.parametrize(
    ("facts", "reported", "begun"),
    [
        (OPEN | {"percent": 0}, False, True),
        (OPEN | {"percent": 1}, True, True),
        (OPEN | {"percent": 0, "reported_on": BEFORE}, True, True),
        (DONE | {"percent": 0}, True, True),
        (WAIVED | {"starts_on": DUE}, False, True),
        (WAIVED | {"starts_on": AFTER}, False, False),
    ],
)
def test_an_obligation_is_reported_and_has_begun_by_its_facts(facts: Facts, reported: bool, begun: bool) -> None:
    assert an_obligation(facts).is_reported is reported
    assert an_obligation(facts).has_begun(DUE) is begun
