"""What was waived and is owed after all: the days on which it was not owed count against nobody."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock
from tests.obligations.test_owed_from import created, given, verified

UNITS = ("城关镇", "司法局", "财政局")


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def owed(county: County, office: Api) -> dict[str, int]:
    """Each unit's obligation, with 2023-06-30 as its last day."""
    task = created(office, {"kind": "on", "due_on": "2023-06-30"})["id"]
    for unit in UNITS:
        given(county, office, task, unit)
    return {unit: office.all("/obligations", task=task, unit=county.units[unit])[0]["id"] for unit in UNITS}


def waive(office: Api, obligation: int) -> None:
    done(office.post(f"/obligations/{obligation}/waiver", {"reason": "机构改革"}))


def reopen(office: Api, obligation: int) -> Any:
    return done(office.post(f"/obligations/{obligation}/reopening", {"reason": "仍须办理"}))


def test_what_is_reopened_has_as_many_days_left_as_when_it_was_waived(
    county: County, office: Api, owed: dict[str, int], now: FakeClock
) -> None:
    now.set("2023-06-15")
    done(office.put(f"/obligations/{owed['财政局']}/suspension", {"reason": "选址调整"}))
    now.set("2023-06-20")
    waive(office, owed["城关镇"])
    waive(office, owed["财政局"])
    now.set("2023-07-05")
    waive(office, owed["司法局"])
    now.set("2023-07-15")
    shown = {unit: reopen(office, one) for unit, one in owed.items()}
    late = county.as_role("auditor").all("/overdue", due="first", task=shown["城关镇"]["task"]["id"])

    assert {unit: (one["due_on"], one["days_overdue"], one["has_missed"]) for unit, one in shown.items()} == {
        "城关镇": ("2023-07-25", 0, False),
        "司法局": ("2023-07-10", 5, True),  # it was overdue by five days when it was waived
        "财政局": ("2023-07-30", 0, False),  # it was suspended before
    }
    assert {one["first_due_on"] for one in shown.values()} == {"2023-06-30"}
    assert [one["days_overdue"] for one in late] == [15, 15, 15]
    assert verified(county) == []


def test_what_is_reopened_on_the_day_of_its_waiver_keeps_its_last_day(
    office: Api, owed: dict[str, int], now: FakeClock
) -> None:
    now.set("2023-06-20")
    waive(office, owed["城关镇"])
    shown = reopen(office, owed["城关镇"])

    assert (shown["due_on"], shown["extended_to"]) == ("2023-06-30", None)


def test_a_later_last_day_that_the_task_has_by_now_holds(office: Api, owed: dict[str, int], now: FakeClock) -> None:
    now.set("2023-06-20")
    waive(office, owed["城关镇"])
    task = office.get(f"/obligations/{owed['城关镇']}").json()["task"]["id"]
    revision = office.get(f"/tasks/{task}").json()["revision"]
    done(office.patch(f"/tasks/{task}", {"revision": revision, "schedule": {"kind": "on", "due_on": "2023-11-30"}}))
    now.set("2023-07-15")

    assert reopen(office, owed["城关镇"])["due_on"] == "2023-11-30"


def test_days_on_which_it_was_waived_and_its_task_suspended_count_once(
    office: Api, owed: dict[str, int], now: FakeClock
) -> None:
    task = office.get(f"/obligations/{owed['城关镇']}").json()["task"]["id"]
    now.set("2023-06-10")
    waive(office, owed["城关镇"])
    now.set("2023-06-15")
    done(office.put(f"/tasks/{task}/suspension", {"reason": "选址调整"}))
    now.set("2023-07-05")
    reopen(office, owed["城关镇"])
    now.set("2023-07-15")
    done(office.delete(f"/tasks/{task}/suspension"))

    assert office.get(f"/obligations/{owed['城关镇']}").json()["due_on"] == "2023-08-04"  # 20 days left, as on 06-10
