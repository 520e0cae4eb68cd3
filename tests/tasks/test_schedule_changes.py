"""Every change of a schedule answers which periods were made, kept and withdrawn."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import DONE, a_task
from tests.registers.imports.editions import answered, commit, page_of, sent
from tests.tasks.test_events import AFTER, entered

NOTHING: dict[str, Any] = {"changed_nothing": True, "made": [], "kept": ["2023"], "moved": [], "withdrawn": []}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def changed(office: Api, task: Any, **change: Any) -> Any:
    revision = office.get(f"/tasks/{task['id']}").json()["revision"]
    answer = office.patch(f"/tasks/{task['id']}", {"revision": revision, **change})
    assert answer.status_code == 200, answer.text
    return answer.json()["schedule_change"]


def months(first: int, last: int) -> list[str]:
    return [f"2023-{month:02}" for month in range(first, last + 1)]


def test_it_names_what_was_made_kept_and_withdrawn(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, {"kind": "monthly"}, "司法局")
    now.set("2023-09-10")
    change = changed(office, task, schedule={"kind": "quarterly"})

    assert change["kept"] == months(1, 8)
    assert (change["made"], change["withdrawn"]) == (["2023-Q3", "2023-Q4"], months(9, 12))
    assert (change["moved"], change["changed_nothing"]) == ([], False)


def test_it_says_when_it_changes_nothing(county: County, office: Api) -> None:
    day = {"kind": "on", "due_on": "2023-11-30"}
    task = a_task(county, office, day, "司法局")
    nobodys = a_task(county, office, {"kind": "standing"})
    standing = a_task(county, office, {"kind": "standing"}, "司法局")
    weekly = {"kind": "standing", "report_every_days": 7}

    assert changed(office, task, schedule=day) == NOTHING
    assert changed(office, nobodys, schedule=weekly) == NOTHING
    assert changed(office, standing, schedule=weekly) == NOTHING | {"changed_nothing": False}
    assert changed(office, task, requirement="改写。") is None


def test_what_was_kept_with_another_last_day_is_named(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "on", "due_on": "2023-11-30"}, "司法局")
    change = changed(office, task, schedule={"kind": "on", "due_on": "2023-12-15"})

    assert change == NOTHING | {"changed_nothing": False, "moved": ["2023"]}


def test_periods_of_events_that_are_counted_anew_are_named(county: County, office: Api) -> None:
    task = a_task(county, office, AFTER, "司法局", "城关镇")
    done, still_open = entered(office, task, "2023-05-29"), entered(office, task, "2023-05-30")
    for name in ("司法局", "城关镇"):
        (owed,) = (
            one
            for one in office.all("/obligations", task=task["id"], unit=county.units[name])
            if one["period"] == done["period"]
        )
        assert county.as_unit(name).post(f"/obligations/{owed['id']}/updates", DONE).status_code == 201
    change = changed(office, task, schedule=AFTER | {"days": 9})

    assert change["kept"] == [done["period"], still_open["period"]]
    assert change["moved"] == [still_open["period"]]


def test_an_edition_names_them_for_each_schedule_that_it_takes(office: Api) -> None:
    def page(first: str) -> bytes:
        return page_of([("一、试点", [[first, "司法局", ""]])], title="霍邱县2023年试点任务清单")

    checklist = commit(office, sent(office, page("召开推进会。"))).json()["checklist_id"]
    (task,) = office.all("/tasks", checklist=checklist)
    newer = sent(office, page("每季度召开一次推进会。"))
    newer = answered(office, newer, {"row": 1, "is_task": task["id"]}, {"row": 1, "take_proposal": True})
    (change,) = commit(office, newer).json()["schedule_changes"]

    assert (change["task_id"], change["withdrawn"]) == (task["id"], ["2023"])
    assert change["made"] == ["2023-Q2", "2023-Q3", "2023-Q4"]
