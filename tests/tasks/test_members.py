"""A unit that joins a collective owes what it was told of, from the day on which it was told."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

TOWNSHIPS = "各乡镇人民政府"
SINCE = {"starts_on": "2023-01-01"}
MONTHLY, HALF_YEARLY = {"kind": "monthly"}, {"kind": "half_yearly"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def of_townships(county: County, office: Api, schedule: dict[str, Any]) -> int:
    """A task that all townships have owed since January."""
    section = office.all("/checklists/1/sections")[0]["id"]
    wanted = {"checklist_id": 1, "section_id": section, "requirement": "公开。", "schedule": schedule} | SINCE
    task = int(office.post("/tasks", wanted).json()["id"])
    assert office.put(f"/tasks/{task}/units/{county.units[TOWNSHIPS]}", SINCE).status_code == 201
    return task


def join(county: County, office: Api, unit: str, **wanted: Any) -> Any:
    answer = office.put(f"/units/{county.units[TOWNSHIPS]}/members/{county.units[unit]}", wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


def leave(county: County, office: Api, unit: str) -> None:
    assert office.delete(f"/units/{county.units[TOWNSHIPS]}/members/{county.units[unit]}").status_code == 200


def owed(county: County, office: Api, task: int, unit: str, **filters: Any) -> dict[str, str]:
    """period → state."""
    found = office.all("/obligations", task=task, unit=county.units[unit], **{"upcoming": True} | filters)
    return {one["period"]: one["state"] for one in found}


def test_a_unit_joins_today_unless_another_day_is_said(county: County, office: Api) -> None:
    assert join(county, office, "残联")["from_on"] == "2023-06-01"
    assert join(county, office, "司法局", from_on="2023-07-01")["from_on"] == "2023-07-01"


def test_a_unit_that_joins_again_is_not_overdue_since_spring(county: County, office: Api, now: FakeClock) -> None:
    task = of_townships(county, office, MONTHLY)
    leave(county, office, "城关镇")
    now.set("2023-11-29")
    days = ("2023-05-01", "2023-08-01", "2023-11-01", "2023-11-28")
    before = [office.get("/tallies/by-unit", as_of=day, limit=200).json()["items"] for day in days]
    joined = join(county, office, "城关镇")
    now.set("2023-12-15")

    shown = owed(county, office, task, "城关镇")
    assert joined["overdue_at_once"] == 0
    assert {period: state for period, state in shown.items() if period >= "2023-07"} == {
        **{f"2023-{month:02}": "waived" for month in range(7, 12)},
        "2023-12": "not_started",
    }
    assert [office.get("/tallies/by-unit", as_of=day, limit=200).json()["items"] for day in days] == before


def test_it_owes_what_is_under_way_only_if_that_is_said(county: County, office: Api, now: FakeClock) -> None:
    task = of_townships(county, office, HALF_YEARLY)
    now.set("2023-09-10")
    join(county, office, "残联")
    join(county, office, "司法局", takes_part_in_current=True)

    assert owed(county, office, task, "残联") == {}
    assert owed(county, office, task, "司法局") == {"2023-H2": "not_started"}


def test_what_was_under_way_is_owed_from_the_first_day_of_the_member(
    county: County, office: Api, now: FakeClock
) -> None:
    task = of_townships(county, office, HALF_YEARLY)
    now.set("2023-09-10")
    join(county, office, "司法局", takes_part_in_current=True)
    now.set("2023-09-12")
    [one] = office.all("/obligations", task=task, unit=county.units["司法局"])

    assert one["starts_on"] == "2023-09-10"
    assert owed(county, office, task, "司法局", as_of="2023-09-09", upcoming=False) == {}
    assert [*owed(county, office, task, "司法局", as_of="2023-09-10", upcoming=False)] == ["2023-H2"]


def test_joining_again_restores_nothing_whose_last_day_lies_before(county: County, office: Api, now: FakeClock) -> None:
    task = of_townships(county, office, MONTHLY)
    leave(county, office, "城关镇")
    now.set("2023-09-10")
    join(county, office, "城关镇", takes_part_in_current=True)

    shown = owed(county, office, task, "城关镇")
    assert [period for period, state in shown.items() if state == "waived"] == ["2023-06", "2023-07", "2023-08"]
    assert shown["2023-09"] == "not_started"


def test_a_member_may_be_given_a_part_in_what_is_under_way_later(county: County, office: Api, now: FakeClock) -> None:
    task = of_townships(county, office, HALF_YEARLY)
    now.set("2023-09-10")
    join(county, office, "司法局")
    now.set("2023-09-12")
    again = join(county, office, "司法局", takes_part_in_current=True)

    assert (again["from_on"], again["takes_part_in_current"]) == ("2023-09-10", True)
    assert owed(county, office, task, "司法局") == {"2023-H2": "not_started"}


def test_an_earlier_first_day_says_how_much_it_makes_overdue(county: County, office: Api, now: FakeClock) -> None:
    of_townships(county, office, MONTHLY)
    now.set("2023-09-10")

    assert join(county, office, "司法局", from_on="2023-06-01")["overdue_at_once"] == 3


def test_the_count_of_a_collective_has_the_members_that_take_part_in_what_is_under_way(
    county: County, office: Api, now: FakeClock
) -> None:
    task = of_townships(county, office, {"kind": "on", "due_on": "2023-12-15"})
    [before] = office.get(f"/tasks/{task}").json()["units"]
    join(county, office, "司法局", takes_part_in_current=True)
    [after] = office.get(f"/tasks/{task}").json()["units"]

    assert after["counts"]["owed"] == before["counts"]["owed"] + 1
