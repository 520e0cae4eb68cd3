"""A checklist's dashboard says in one answer what the lists say in many."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

DONE = {"state": "completed", "narrative": "已公开。"}
STATES = ("not_started", "in_progress", "submitted", "returned", "completed", "waived")


@pytest.fixture
def filled(county: County, now: FakeClock) -> County:
    """Something is done, on time and late, returned, waived, found, moved to another section and has another month."""
    office = county.as_role("coordinator")
    office.patch("/checklists/1", {"revision": 2, "asks_for_review": True, "yellow_days": 20})
    for number, due_on in ((1, "2023-11-30"), (2, "2024-02-10")):
        task = county.task(number)
        changed = {"revision": task["revision"], "schedule": {"kind": "on", "due_on": due_on}}
        assert office.patch(f"/tasks/{task['id']}", changed).status_code == 200
    for place, name in enumerate(("城关镇", "河口镇", "司法局")):
        unit = county.as_unit(name)
        now.set(f"2023-12-0{place + 1}")
        owed = [one["id"] for one in unit.all("/obligations", limit=200)]
        for one in owed[: place + 2]:
            update = unit.post(f"/obligations/{one}/updates", DONE).json()["id"]
            judgement = {"judgement": "accepted"} if place else {"judgement": "returned", "reason": "佐证不足。"}
            assert office.post(f"/updates/{update}/review", judgement).status_code == 201
        unit.post(f"/obligations/{owed[-1]}/updates", {"state": "in_progress", "narrative": "在办。"})
        office.post(f"/obligations/{owed[-2]}/waiver", {"reason": "撤销"})
    now.set("2023-12-28")
    task = county.task(5)
    assert office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "section_id": 3}).status_code == 200
    now.set("2024-01-05")
    return county


def board(api: Api, **query: Any) -> Any:
    answer = api.get("/checklists/1/dashboard", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def count(api: Api, path: str, **query: Any) -> int:
    number: int = api.get(path, count=True, limit=1, checklist=1, **query).json()["count"]
    return number


def test_each_part_is_what_its_list_answers(filled: County) -> None:
    compare_with_lists(filled.as_role("auditor"), {})
    compare_with_lists(filled.as_role("auditor"), {"as_of": "2023-12-20", "known_on": "2023-12-25", "due": "first"})
    compare_with_lists(filled.as_unit("司法局"), {"as_of": "2023-12-20"})


def compare_with_lists(api: Api, query: dict[str, str]) -> None:
    def listed(path: str) -> list[Any]:
        return api.all(path, checklist=1, limit=200, **query)

    shown, by_task, units = board(api, **query), listed("/tallies/by-task"), listed("/tallies/by-unit")
    sections = [{name: value for name, value in one.items() if name != "tasks"} for one in shown["sections"]]
    months = {one["month"]: one for one in shown["trend"]}
    obligations, days = shown["obligations"], {name: day for name, day in query.items() if name != "due"}

    assert sections == listed("/tallies/by-section")
    assert shown["worst_units"] == units[:10]
    assert shown["worst_tasks"] == by_task[:10]
    assert shown["trend"] == listed("/oversight/trend")
    assert shown["last_month"] == (months.get("2023-11") if "as_of" in query else months["2023-12"])
    assert shown["this_month"] == (months["2023-12"] if "as_of" in query else None)
    numbers = [name for name, value in units[0].items() if isinstance(value, int)]
    assert len(numbers) == 17
    assert {name: obligations[name] for name in numbers} == {name: sum(one[name] for one in units) for name in numbers}
    ended = [obligations[name] for name in ("completed_on_time", "completed_late", "overdue")]
    assert obligations["on_time_rate"] == (ended[0] / sum(ended) if sum(ended) else None)
    assert obligations["light_reason"] in {one["light_reason"] for one in units}
    assert obligations["by_state"] == {one: count(api, "/obligations", state=one, **days) for one in STATES}
    assert shown["tasks"]["by_light"] == {
        one: sum(task["light"] == one for task in by_task) for one in ("green", "yellow", "red", "grey")
    }
    by_timeliness = shown["tasks"]["by_timeliness"]
    assert by_timeliness == {word: sum(task[word] > 0 for task in by_task) for word in by_timeliness}
    assert len(by_timeliness) == 10


def test_the_states_of_tasks_are_those_of_the_task_list(filled: County) -> None:
    auditor, unit = filled.as_role("auditor"), filled.as_unit("司法局")
    tasks = auditor.all("/tasks", checklist=1, limit=200)
    owed = {one["task"]["id"] for one in unit.all("/obligations", limit=200)}
    shown, own = board(auditor), board(unit)

    states = ("not_started", "in_progress", "completed", "waived")
    assert shown["tasks"]["by_state"] == {one: count(auditor, "/tasks", state=one) for one in states}
    assert own["tasks"]["by_state"] == {
        one: sum(task["state"] == one and task["id"] in owed for task in tasks) for one in states
    }
    for section in shown["sections"]:
        of_it = Counter(task["state"] for task in tasks if task["section"]["id"] == section["section"]["id"])
        assert {word: number for word, number in section["tasks"]["by_state"].items() if number} == dict(of_it)
    assert board(auditor, as_of="2023-12-20")["tasks"]["by_state"] is None


def test_it_takes_as_many_statements_whatever_stands_in_the_checklist(
    filled: County, query_count: Callable[..., Any]
) -> None:
    auditor = filled.as_role("auditor")
    auditor.get("/checklists")
    with query_count(at_most=11):
        board(auditor)


def test_what_units_were_not_told_of_shows_only_where_the_office_asks(county: County) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("司法局")
    told = board(office)
    office.delete("/checklists/1/publication")
    hidden, shown = board(office), board(office, drafts=True)

    assert sum(hidden["obligations"]["by_state"].values()) == sum(hidden["tasks"]["by_state"].values()) == 0
    assert hidden["sections"] == hidden["trend"] == []
    assert hidden["obligations"]["light"] is hidden["obligations"]["on_time_rate"] is None
    assert shown == told
    assert unit.get("/checklists/1/dashboard").json()["code"] == "not_found"
    office.put("/checklists/1/publication", {"audience": "units"})
    assert unit.get("/checklists/1/dashboard", drafts=True).json()["code"] == "role_not_allowed"


def test_an_office_elsewhere_counts_nothing_of_this_county(county: County) -> None:
    shown = board(county.as_role("coordinator", "341523"))

    assert sum(shown["obligations"]["by_state"].values()) == sum(shown["tasks"]["by_state"].values()) == 0
    assert shown["worst_units"] == shown["worst_tasks"] == []


def test_a_day_ahead_is_refused_by_its_name(county: County) -> None:
    answer = county.as_role("auditor").get("/checklists/1/dashboard", as_of="2024-01-01")

    assert (answer.status_code, answer.json()["code"]) == (422, "as_of_in_future")
    assert [one["field"] for one in answer.json()["errors"]] == ["query.as_of"]


def test_nobody_without_a_key_learns_which_checklists_there_are(county: County) -> None:
    answers = [county.anonymous().get(f"/checklists/{one}/dashboard") for one in (1, 999)]

    assert [answer.status_code for answer in answers] == [401, 401]
