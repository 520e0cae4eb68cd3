"""A target of all units together: each unit reports its part, and only the whole can contradict it."""

from typing import Any

import pytest

from tests.conftest import County, FakeClock

TARGET = {"metric": "个", "comparison": "at_least", "number": 10, "scope": "together"}
UNITS = ("司法局", "财政局")


@pytest.fixture
def task(county: County) -> int:
    """A task that asks ten of two units together."""
    office = county.as_role("coordinator")
    wanted = {"checklist_id": 1, "section_id": 1, "requirement": "全县完成10个。", "targets": [TARGET]}
    made: int = office.post("/tasks", wanted).json()["id"]
    for name in UNITS:
        assert office.put(f"/tasks/{made}/units/{county.units[name]}", {}).status_code == 201
    return made


def report(county: County, task: int, name: str, number: int | None, state: str = "completed") -> Any:
    figures = [] if number is None else [{"metric": "个", "number": number}]
    said = {"state": state, "narrative": "已办。", "figures": figures}
    answer = county.as_unit(name).post(f"/tasks/{task}/units/{county.units[name]}/updates", said)
    assert answer.status_code == 201
    return answer.json()


def period(county: County, task: int) -> Any:
    return county.as_role("auditor").get(f"/tasks/{task}/periods").json()["items"][0]


def whole(county: County, **query: Any) -> list[Any]:
    items = county.as_role("auditor").all("/oversight/contradictions", kind="below_target", **query)
    return [(one["task"]["id"], one["unit"], one["obligation_id"], one["period"]) for one in items]


def test_a_period_shows_the_sum_of_what_each_unit_last_reported(county: County, task: int) -> None:
    before = period(county, task)["together"]
    report(county, task, "司法局", 2, "in_progress")
    report(county, task, "司法局", 3, "in_progress")
    report(county, task, "财政局", 4)

    assert before == [TARGET | {"reached": None}]
    assert period(county, task)["together"] == [TARGET | {"reached": 7}]


def test_an_obligation_shows_its_own_part_and_contradicts_nothing(county: County, task: int) -> None:
    posted = report(county, task, "司法局", 3)
    (owed,) = county.as_role("auditor").all("/obligations", task=task, unit=county.units["司法局"])

    assert posted["contradicts_target"] is owed["contradicts_target"] is False
    assert owed["targets"] == [TARGET | {"reached": 3}]


@pytest.mark.parametrize(("second", "short"), [(7, False), (6, True), (None, True)])
def test_the_whole_contradicts_once_when_everyone_claims_and_the_sum_falls_short(
    county: County, task: int, second: int | None, short: bool
) -> None:
    report(county, task, "司法局", 3)
    on_the_way = whole(county)
    report(county, task, "财政局", second)

    assert on_the_way == []
    assert whole(county) == ([(task, None, None, "2023")] if short else [])


def test_the_whole_is_judged_as_of_the_day(county: County, task: int, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    report(county, task, "司法局", 3)
    now.set("2023-07-01")
    report(county, task, "财政局", 1)
    now.set("2023-08-01")
    (owed,) = county.as_role("auditor").all("/obligations", task=task, unit=county.units["财政局"])
    assert office.post(f"/obligations/{owed['id']}/reopening", {"reason": "未达标"}).status_code == 201
    now.set("2023-08-05")
    report(county, task, "财政局", 8)
    now.set("2023-09-01")
    found = {day: len(whole(county, as_of=f"2023-{day}")) for day in ("06-30", "07-01", "07-31", "08-01", "08-05")}

    assert found == {"06-30": 0, "07-01": 1, "07-31": 1, "08-01": 0, "08-05": 0}


def test_what_is_waived_is_not_waited_for(county: County, task: int) -> None:
    report(county, task, "司法局", 3)
    (owed,) = county.as_role("auditor").all("/obligations", task=task, unit=county.units["财政局"])
    waived = county.as_role("coordinator").post(f"/obligations/{owed['id']}/waiver", {"reason": "撤销"})

    assert waived.status_code == 201
    assert whole(county) == [(task, None, None, "2023")]


def test_filters_choose_what_is_listed_and_not_what_is_judged(county: County, task: int) -> None:
    report(county, task, "司法局", 3)
    open_yet = whole(county, unit=county.units["司法局"])
    report(county, task, "财政局", 1)

    assert open_yet == []
    assert whole(county, unit=county.units["司法局"]) == [(task, None, None, "2023")]
    assert whole(county, unit=county.units["城关镇"]) == []


def test_shares_of_several_units_have_no_sum(county: County) -> None:
    wanted = {"checklist_id": 1, "section_id": 1, "requirement": "办结率不低于95%。"}
    answer = county.as_role("coordinator").post("/tasks", wanted | {"targets": [TARGET | {"metric": "%"}]})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["body.targets.0"]


def test_for_a_past_day_nothing_is_said_of_targets(county: County, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    change = {"revision": county.task(1)["revision"], "targets": [{"metric": "个", "number": 1}]}
    assert office.patch("/tasks/1", change).status_code == 200
    owed = county.obligation(1, "城关镇")["id"]
    said = {"state": "completed", "narrative": "已办。", "figures": [{"metric": "个", "number": 2}]}
    assert county.as_unit("城关镇").post(f"/obligations/{owed}/updates", said).status_code == 201
    now.set("2023-07-01")
    unit = county.units["城关镇"]
    (found,) = county.as_role("auditor").all("/obligations", task=1, unit=unit, as_of="2023-06-15")

    assert (found["state"], found["contradicts_target"]) == ("completed", False)
