"""A unit enters what happened itself, where the task's schedule lets it."""

from typing import Any

import pytest
from httpx import Response

from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import a_task
from tests.tasks.test_events import AFTER

BY_UNITS = AFTER | {"entered_by_units": True}
EVENT = {"happened_on": "2023-05-30", "title": "霍政办〔2023〕12号印发"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def entered(api: Api, task: Any, happened_on: str = "2023-05-30") -> Response:
    return api.post(f"/tasks/{task['id']}/events", EVENT | {"happened_on": happened_on})


@pytest.mark.parametrize("through", ["司法局", "各乡镇人民政府"])
def test_a_unit_of_the_task_enters_it_by_name_or_through_a_collective(
    county: County, office: Api, through: str
) -> None:
    task = a_task(county, office, BY_UNITS, through)
    unit = county.as_unit("司法局" if through == "司法局" else "城关镇")
    answer = entered(unit, task)

    assert (answer.status_code, answer.json()["due_on"]) == (201, "2023-06-02")
    assert [one["period"] for one in unit.all("/obligations", task=task["id"])] == [answer.json()["period"]]


def test_the_journal_says_who_entered_it(county: County, office: Api) -> None:
    task, unit = a_task(county, office, BY_UNITS, "司法局"), county.as_unit("司法局")
    assert entered(unit, task).status_code == 201
    last = county.as_role("auditor").all("/journal/checklist:1", limit=200)[-1]

    assert (last["verb"], last["who"]) == ("event.entered", f"key:{county.key_id(unit)}")


def test_where_the_schedule_does_not_let_units_only_the_office_enters_it(county: County, office: Api) -> None:
    task = a_task(county, office, AFTER, "司法局")
    answer = entered(county.as_unit("司法局"), task)

    assert task["schedule"]["entered_by_units"] is False
    assert (answer.status_code, answer.json()["code"]) == (403, "only_office_enters")
    assert entered(office, task).status_code == 201


@pytest.mark.parametrize("through", ["司法局", "各乡镇人民政府"])
def test_a_unit_without_a_part_enters_nothing(county: County, office: Api, through: str) -> None:
    task = a_task(county, office, BY_UNITS, through)
    answer = entered(county.as_unit("财政局"), task)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_unit")
    assert office.all(f"/tasks/{task['id']}/events") == []


def test_who_was_no_member_on_the_day_has_no_part_in_it(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, BY_UNITS, "各乡镇人民政府")
    towns, town = county.units["各乡镇人民政府"], county.units["财政局"]
    assert office.put(f"/units/{towns}/members/{town}", {"from_on": "2023-06-01"}).status_code in (200, 201)
    unit = county.as_unit("财政局")

    assert entered(unit, task, "2023-05-31").status_code == 403
    assert entered(unit, task, "2023-06-01").status_code == 201


def test_an_auditor_enters_nothing_and_a_unit_takes_nothing_back(county: County, office: Api) -> None:
    task, unit = a_task(county, office, BY_UNITS, "司法局"), county.as_unit("司法局")
    event = entered(unit, task).json()["id"]
    withdrawn = unit.put(f"/tasks/{task['id']}/events/{event}/withdrawal", {"reason": "误登记"})

    assert entered(county.as_role("auditor"), task).json()["code"] == "role_not_allowed"
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (403, "role_not_allowed")


def test_a_unit_makes_no_other_overdue_by_what_it_enters_late(county: County, office: Api) -> None:
    task, alone = (a_task(county, office, BY_UNITS, unit) for unit in ("各乡镇人民政府", "城关镇"))
    unit = county.as_unit("城关镇")
    refused, own = entered(unit, task, "2023-05-08"), entered(unit, alone, "2023-05-08")
    nothing = office.all("/obligations", task=task["id"])
    late = entered(office, task, "2023-05-08")

    assert (refused.status_code, refused.json()["code"]) == (403, "only_office_enters")
    assert "29 obligations of other units" in refused.json()["detail"]
    assert nothing == []
    assert (own.status_code, own.json()["overdue_at_once"]) == (201, 1)
    assert (late.status_code, late.json()["overdue_at_once"]) == (201, 30)
    assert entered(unit, task).json()["overdue_at_once"] == 0
