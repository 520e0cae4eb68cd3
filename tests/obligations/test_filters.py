"""The filters of the list of obligations: each finds the rows that show its value, and no others."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

DAYS = ("2023-12-20", "2024-02-01")


@pytest.fixture
def auditor(county: County, now: FakeClock) -> Api:
    """Of a county in which something is done, returned, waived and late."""
    for place, unit in enumerate(("城关镇", "河口镇", "司法局")):
        owed = [one["id"] for one in county.as_role("auditor").all("/obligations", unit=county.units[unit], limit=200)]
        for one in owed[: place + 1]:
            county.as_unit(unit).post(f"/obligations/{one}/updates", {"state": "completed", "narrative": "已办。"})
        county.as_unit(unit).post(f"/obligations/{owed[-1]}/updates", {"state": "in_progress", "narrative": "在办。"})
        county.as_role("coordinator").post(f"/obligations/{owed[-2]}/waiver", {"reason": "撤销"})
    now.set("2024-02-01")
    return county.as_role("auditor")


def shows(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda one: one[name]


def is_open(one: dict[str, Any]) -> bool:
    return one["state"] not in ("completed", "waived")


def test_a_filter_finds_the_rows_that_show_its_value(auditor: Api) -> None:
    named = {name: shows(name) for name in ("state", "timeliness", "light", "period")}
    for day in DAYS:
        every = auditor.all("/obligations", as_of=day, limit=200)
        for name, shown in {**named, "open": is_open}.items():
            values = {shown(one) for one in every} - {None}

            for value in values:
                found = auditor.all("/obligations", as_of=day, limit=200, **{name: value})
                assert [one["id"] for one in found] == [one["id"] for one in every if shown(one) == value], (day, value)
            assert values, name


def test_several_states_are_any_of_them(auditor: Api) -> None:
    found = auditor.request("GET", "/obligations?state=completed&state=waived&limit=200").json()["items"]

    assert {one["state"] for one in found} == {"completed", "waived"}


def test_words_of_the_requirement_find_it(auditor: Api) -> None:
    every = auditor.all("/obligations", limit=200)
    words = every[0]["task"]["requirement"][2:6]

    found = auditor.all("/obligations", q=words, limit=200)

    assert [one["id"] for one in found] == [one["id"] for one in every if words in one["task"]["requirement"]]
    assert auditor.all("/obligations", q="%") == []


@pytest.mark.parametrize("query", ["state=done", "timeliness=late", "light=blue", "open=maybe", "period=2026Q4"])
def test_an_unknown_value_of_a_filter_is_named(county: County, query: str) -> None:
    answer = county.as_role("auditor").request("GET", f"/obligations?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(f"query.{query.partition('=')[0]}")


def test_what_no_unit_was_told_of_has_no_light_to_be_found_by(county: County) -> None:
    office = county.as_role("coordinator")
    office.request("DELETE", "/checklists/1/publication")

    assert office.all("/obligations", light="green") == []
    assert office.all("/obligations", timeliness="overdue") == []
    assert office.all("/obligations", open=True)


SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "due_on": lambda one: (one["due_on"] or "9999", one["id"]),
    "-days_overdue": lambda one: (-one["days_overdue"], one["id"]),
    "updated_at": lambda one: ((one["last_update"] or {"id": 0})["id"], one["id"]),
    "-updated_at": lambda one: (-(one["last_update"] or {"id": 0})["id"], one["id"]),
}


def test_each_sort_puts_rows_in_the_order_of_what_they_show(auditor: Api, county: County) -> None:
    resting = county.obligation(4, "河口镇")["id"]
    county.as_role("coordinator").put(f"/obligations/{resting}/suspension", {"reason": "选址调整。"})
    for day, (sort, key) in product([*DAYS, "2023-05-30"], SORTS.items()):
        shown = auditor.all("/obligations", as_of=day, sort=sort, limit=200)
        assert [one["id"] for one in shown] == [one["id"] for one in sorted(shown, key=key)], sort
        assert auditor.all("/obligations", as_of=day, sort=sort, limit=199) == shown


def test_a_row_shows_the_last_report_by_the_day(auditor: Api, county: County, now: FakeClock) -> None:
    unit, one = county.as_unit("城关镇"), county.obligation(6, "城关镇")["id"]
    for day in ("2024-02-03", "2024-02-05"):
        now.set(day)
        unit.post(f"/obligations/{one}/updates", {"state": "in_progress", "percent": 40, "narrative": f"{day}在办。"})
    newest = unit.all(f"/obligations/{one}/updates")[0]

    def last(**query: Any) -> Any:
        return next(row for row in unit.all("/obligations", limit=200, **query) if row["id"] == one)["last_update"]

    assert last() == unit.get(f"/obligations/{one}").json()["last_update"] == {name: newest[name] for name in last()}
    assert last(as_of="2024-02-04")["narrative"] == "2024-02-03在办。"
    assert last(as_of="2024-02-01") is None


def test_what_is_overdue_is_found_by_task_and_by_section(auditor: Api) -> None:
    every = auditor.all("/overdue", limit=200)
    sections = {one["id"]: one["section"]["id"] for one in auditor.all("/tasks", limit=200)}
    shown: dict[str, Callable[[dict[str, Any]], Any]] = {
        "task": lambda one: one["task"]["id"],
        "section": lambda one: sections[one["task"]["id"]],
    }
    for name, of_row in shown.items():
        value = of_row(every[-1])
        found = auditor.all("/overdue", limit=200, **{name: value})
        assert found == [one for one in every if of_row(one) == value] != every, name


def test_requests_and_findings_are_found_by_task(auditor: Api, county: County) -> None:
    office, later = county.as_role("coordinator"), {"reason": "招标延后。", "due_on": "2024-03-31"}
    finding = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2024-03-01"}
    tasks = {}
    for number in (7, 8):
        owed = county.obligation(number, "城关镇")
        tasks[owed["task"]["id"]] = owed["id"]
        office.put(f"/obligations/{owed['id']}/extension-opening", {"reason": "可以"})
        county.as_unit("城关镇").post(f"/obligations/{owed['id']}/extensions", later)
        auditor.post(f"/obligations/{owed['id']}/findings", finding)

    for task, owed in tasks.items():
        assert [one["obligation_id"] for one in auditor.all("/extensions", task=task)] == [owed]
        assert [one["obligation_id"] for one in auditor.all("/findings", task=task)] == [owed]


SHOWN_OF_TASKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "overdue": lambda one: one["overdue"] > 0,
    "light": lambda one: one["light"],
}
TASK_SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "-overdue": lambda one: (-one["overdue"], one["id"]),
    "progress": lambda one: (progress(one), one["id"]),
    "-progress": lambda one: (-progress(one), one["id"]),
}


def progress(task: dict[str, Any]) -> float:
    counts = task["counts"]
    return float(counts["completed"] / counts["owed"]) if counts["owed"] else 0.0


def test_tasks_are_found_and_sorted_by_how_late_and_how_far_they_are(auditor: Api, now: FakeClock) -> None:
    for day in ("2023-12-20", "2024-02-01"):
        now.set(day)
        every = auditor.all("/tasks", limit=200)
        for name, shown in SHOWN_OF_TASKS.items():
            for value in {shown(one) for one in every} - {None}:
                found = auditor.all("/tasks", limit=200, **{name: value})
                assert found == [one for one in every if shown(one) == value], (name, value)
        for word in ("overdue", "due_soon", "completed_late", "waived", "not_yet_due"):
            some = {one["task"]["id"] for one in auditor.all("/tallies/by-task", limit=200) if one[word]}
            found = auditor.all("/tasks", limit=200, timeliness=word)
            assert [one["id"] for one in found] == [one["id"] for one in every if one["id"] in some], word
        for sort, key in TASK_SORTS.items():
            assert auditor.all("/tasks", limit=200, sort=sort) == sorted(every, key=key), sort
