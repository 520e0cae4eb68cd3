"""Who has a part in a period, through which assignment, and from which day."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.checklists.models import Task
from app.obligations.assignment_models import Assignment, owing_units
from app.obligations.period_models import Period
from app.obligations.roles import Role
from app.units.models import Membership

FIRST, LAST = date(2023, 4, 1), date(2023, 6, 30)
DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"starts_on": FIRST - timedelta(days=9)}
TASK = Task(**FACTS)
TOWNSHIPS, JUSTICE, TOWN = 1, 2, 3


def a_period(**facts: Any) -> Period:
    return Period(**{"starts_on": FIRST, "due_on": LAST, **facts})


def an_assignment(number: int, unit_id: int, role: Role = Role.RESPONSIBLE, **facts: Any) -> Assignment:
    return Assignment(id=number, unit_id=unit_id, role=role, **facts)


def a_member(**facts: Any) -> Membership:
    return Membership(collective_id=TOWNSHIPS, unit_id=TOWN, **facts)


def parts(
    *assignments: Assignment, member: Membership | None = None, dissolved: dict[int, date] | None = None
) -> dict[int, tuple[int, date, bool]]:
    """unit → number of the assignment, first day, whether it is owed."""
    members = {TOWNSHIPS: [member] if member else []}
    found = owing_units(TASK, assignments, members, a_period(), dissolved or {})
    return {unit: (part.assignment.id, part.starts_on, part.is_owed) for unit, part in found.items()}


def test_a_unit_named_alone_owes_from_the_first_day_of_the_period() -> None:
    assert parts(an_assignment(7, JUSTICE)) == {JUSTICE: (7, FIRST, True)}


def test_a_collective_without_members_owes_nothing() -> None:
    assert parts(an_assignment(7, TOWNSHIPS)) == {}


def test_a_member_owes_for_its_collective_from_its_first_day() -> None:
    joined = FIRST + 9 * DAY

    assert parts(an_assignment(7, TOWNSHIPS), member=a_member()) == {TOWN: (7, FIRST, True)}
    assert parts(an_assignment(7, TOWNSHIPS), member=a_member(from_on=joined)) == {}
    assert parts(an_assignment(7, TOWNSHIPS), member=a_member(from_on=joined, takes_part_in_current=True)) == {
        TOWN: (7, joined, True)
    }


@pytest.mark.parametrize(
    ("by_name", "through", "stronger"),
    [
        (Role.SUPPORTING, Role.RESPONSIBLE, 7),
        (Role.RESPONSIBLE, Role.LEAD, 7),
        (Role.LEAD, Role.RESPONSIBLE, 8),
        (Role.RESPONSIBLE, Role.RESPONSIBLE, 8),  # the one that names it
    ],
)
def test_a_unit_reached_twice_has_the_stronger_role(by_name: Role, through: Role, stronger: int) -> None:
    both = an_assignment(7, TOWNSHIPS, through), an_assignment(8, TOWN, by_name)

    assert parts(*both, member=a_member()) == {TOWN: (stronger, FIRST, True)}


def test_of_two_equal_parts_the_first_counts_from_the_earlier_day() -> None:
    later = an_assignment(7, JUSTICE, starts_on=FIRST + 5 * DAY)

    assert parts(an_assignment(8, JUSTICE, starts_on=FIRST + DAY), later) == {JUSTICE: (7, FIRST + DAY, True)}


@pytest.mark.parametrize(
    ("starts_on", "part"),
    [
        (FIRST - DAY, (7, FIRST, True)),
        (FIRST + DAY, (7, FIRST + DAY, True)),
        (LAST, (7, LAST, True)),
        (LAST + DAY, (7, LAST + DAY, False)),
    ],
)
def test_a_part_is_owed_if_it_begins_by_the_last_day(starts_on: date, part: tuple[int, date, bool]) -> None:
    assert parts(an_assignment(7, JUSTICE, starts_on=starts_on)) == {JUSTICE: part}


def test_a_part_that_is_owed_stands_before_a_stronger_one_that_is_not() -> None:
    lead = an_assignment(7, JUSTICE, Role.LEAD, starts_on=LAST + DAY)

    assert parts(lead, an_assignment(8, JUSTICE, Role.SUPPORTING)) == {JUSTICE: (8, FIRST, True)}


@pytest.mark.parametrize(("dissolved_on", "has_part"), [(FIRST, False), (FIRST + DAY, True)])
def test_a_unit_that_is_gone_when_the_period_begins_has_no_part(dissolved_on: date, has_part: bool) -> None:
    found = parts(an_assignment(7, JUSTICE), an_assignment(8, TOWN), dissolved={JUSTICE: dissolved_on})

    assert (JUSTICE in found, TOWN in found) == (has_part, True)


def test_the_shares_of_a_year_are_owed_up_to_their_own_last_day_unless_one_is_named_later() -> None:
    share = a_period(expected_on=FIRST + 30 * DAY)
    begins = FIRST + 40 * DAY
    ordinary = an_assignment(7, JUSTICE, starts_on=begins)
    named = an_assignment(8, JUSTICE, starts_on=begins, named_under_id=TOWNSHIPS)

    assert (ordinary.owes(TASK, share), named.owes(TASK, share)) == (False, True)
    assert ordinary.owes(TASK, a_period(due_on=None))
