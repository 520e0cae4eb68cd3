"""Which periods a member of a collective owes."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlmodel import Date, Session, create_engine, literal, select

from app.units.models import Membership

FEB, MARCH, APRIL = date(2023, 2, 1), date(2023, 3, 10), date(2023, 4, 1)
NOW = datetime(2023, 5, 1, tzinfo=UTC)


def member(**more: Any) -> Membership:
    return Membership(id=1, collective_id=1, unit_id=2, jurisdiction_code="341522", **more)


@pytest.mark.parametrize(
    ("from_on", "takes_part", "starts_on", "last_on", "owes"),
    [
        (None, False, FEB, MARCH, True),
        (FEB, False, FEB, MARCH, True),
        (MARCH, False, FEB, APRIL, False),  # under way on its first day
        (MARCH, True, FEB, APRIL, True),
        (MARCH, True, FEB, None, True),
        (MARCH, True, FEB, MARCH, True),  # its last day is the first day
        (APRIL, True, FEB, MARCH, False),  # over before it came
    ],
)
def test_a_member_owes_what_begins_on_its_first_day_or_later_and_what_is_under_way_if_that_is_said(
    from_on: date | None, takes_part: bool, starts_on: date, last_on: date | None, owes: bool
) -> None:
    assert member(from_on=from_on, takes_part_in_current=takes_part).owes(starts_on, last_on) is owes


def test_a_former_member_owes_nothing_that_begins_on_the_day_on_which_it_left() -> None:
    left = member(until_on=MARCH)
    on_the_day_before = left.owes(MARCH - timedelta(days=1), None)

    assert on_the_day_before
    assert not left.owes(MARCH, None)
    assert not member(from_on=MARCH, until_on=MARCH, takes_part_in_current=True).owes(FEB, None)


def test_a_member_that_was_taken_back_owes_nothing() -> None:
    assert not member(from_on=None, voided_at=NOW).owes(FEB, None)


def test_the_database_judges_a_membership_as_the_model_does() -> None:
    engine = create_engine("sqlite://")
    Membership.__table__.create(engine)  # type: ignore[attr-defined]
    days = (None, FEB, MARCH, APRIL)
    with Session(engine) as session:
        for from_on, until_on, takes_part, never in product(days, days, (False, True), (None, NOW)):
            one = member(from_on=from_on, until_on=until_on, takes_part_in_current=takes_part, voided_at=never)
            session.add(one)
            session.flush()
            for starts_on, last_on in product(days[1:], days):
                owing = Membership.owing(literal(starts_on), literal(last_on, Date()))
                found = session.exec(select(Membership.id).where(owing)).first()
                assert (found is not None) is one.owes(starts_on, last_on), (one, starts_on, last_on)
            session.delete(one)
            session.flush()
    engine.dispose()
