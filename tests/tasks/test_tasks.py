"""Who owes what of a task, and the list of tasks."""

from typing import Any

import pytest

from app.tasks.schemas import TaskState
from tests.conftest import Api, County, FakeClock

TOWNSHIPS = "各乡镇人民政府"
OPEN_LIST = "县直有关单位"


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def part(county: County, number: int, unit: str) -> str:
    """The path of a unit's part in a task."""
    return f"/tasks/{county.task(number)['id']}/units/{county.units[unit]}"


def report(county: County, number: int, unit: str, state: str = "completed", percent: int | None = None) -> None:
    body = {"state": state, "percent": percent, "narrative": "正在推进"}
    answer = county.as_unit(unit).post(f"{part(county, number, unit)}/updates", body)
    assert answer.status_code == 201, answer.text


def assign(county: County, number: int, unit: str, role: str = "responsible", under: str | None = None) -> Any:
    body = {"role": role, "named_under": under and county.units[under]}
    answer = county.as_role("coordinator").put(part(county, number, unit), body)
    assert answer.is_success, answer.text
    return answer.json()


def unassign(county: County, number: int, unit: str, reason: str = "职能划转") -> Any:
    answer = county.as_role("coordinator").delete(part(county, number, unit), reason=reason)
    assert answer.status_code == 200, answer.text
    return answer.json()


def reschedule(county: County, number: int, **schedule: str) -> Any:
    task = county.task(number)
    body = {"revision": task["revision"], "schedule": schedule}
    answer = county.as_role("coordinator").patch(f"/tasks/{task['id']}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(county: County, **filters: Any) -> list[int]:
    return [task["number"] for task in county.as_role("coordinator").all("/tasks", **filters)]


# Who owes.


@pytest.mark.parametrize(("role", "stronger"), [("lead", "lead"), ("supporting", "responsible")])
def test_a_unit_assigned_by_name_and_through_a_collective_owes_once_with_the_stronger_role(
    county: County, role: str, stronger: str
) -> None:
    before = county.task(12)["counts"]["owed"]
    assign(county, 12, "城关镇", role)

    assert county.obligation(12, "城关镇")["role"] == stronger  # `obligation` asserts that there is one
    assert county.task(12)["counts"]["owed"] == before


def test_a_unit_that_loses_its_name_still_owes_through_its_collective(county: County) -> None:
    assign(county, 12, "城关镇", "lead")
    owed = county.obligation(12, "城关镇")
    unassign(county, 12, "城关镇")
    left = county.obligation(12, "城关镇")

    assert (left["id"], left["state"], left["role"]) == (owed["id"], "not_started", "responsible")


def test_the_same_assignment_again_changes_nothing(county: County, office: Api) -> None:
    first = office.put(part(county, 9, "司法局"), {"role": "supporting"})
    again = office.put(part(county, 9, "司法局"), {"role": "supporting"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"obligations_made": 0}


def test_another_role_changes_the_assignment_and_not_what_is_owed(county: County) -> None:
    owed = county.obligation(9, "政府办")
    assign(county, 9, "政府办", "lead")

    assert county.obligation(9, "政府办") == owed | {"role": "lead"}


def test_unassigning_waives_what_is_open_with_the_reason_and_leaves_what_is_completed(county: County) -> None:
    report(county, 12, "城关镇")
    task = unassign(county, 12, TOWNSHIPS, "改由卫健委承担")
    left, waived = county.obligation(12, "城关镇"), county.obligation(12, "河口镇")

    assert (left["state"], left["completed_on"]) == ("completed", "2023-06-01")
    assert (waived["state"], waived["reason"]) == ("waived", "改由卫健委承担")
    assert task["counts"] == {"owed": 3, "completed": 1, "waived": 29}


def test_unassigning_who_has_no_part_is_not_found(county: County, office: Api) -> None:
    answer = office.delete(part(county, 9, "残联"))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("percent", "state"), [(None, "not_started"), (40, "in_progress")])
def test_assigning_again_takes_up_what_was_waived(county: County, percent: int | None, state: str) -> None:
    if percent:
        report(county, 9, "政府办", "in_progress", percent)
    owed = county.obligation(9, "政府办")
    unassign(county, 9, "政府办")
    assign(county, 9, "政府办")
    again = county.obligation(9, "政府办")

    assert (again["id"], again["state"], again["reason"]) == (owed["id"], state, None)
    assert again["percent"] == (percent or 0)


def test_what_is_owed_again_has_the_current_last_day(county: County) -> None:
    unassign(county, 17, "司法局")
    reschedule(county, 17, kind="on", due_on="2023-09-30")
    assign(county, 17, "司法局")

    assert county.obligation(17, "司法局")["due_on"] == "2023-09-30"


def test_reopening_what_a_unit_without_a_part_completed_does_not_make_it_owe(county: County, office: Api) -> None:
    report(county, 17, "司法局")
    unassign(county, 17, "司法局")
    owed = county.obligation(17, "司法局")
    office.post(f"/obligations/{owed['id']}/reopening", {"reason": "抽查不合格"})

    assert county.obligation(17, "司法局")["state"] in {"completed", "waived"}


def test_what_is_reopened_has_the_current_last_day(county: County, office: Api) -> None:
    report(county, 17, "政府办")
    reschedule(county, 17, kind="on", due_on="2023-09-30")
    owed = county.obligation(17, "政府办")
    office.post(f"/obligations/{owed['id']}/reopening", {"reason": "抽查不合格", "claim_held": False})

    assert county.obligation(17, "政府办")["due_on"] == "2023-09-30"


def test_naming_a_unit_under_an_open_collective_makes_it_owe(county: County) -> None:
    before = county.task(1)
    after = assign(county, 1, "司法局", under=OPEN_LIST)
    named = next(unit for unit in after["units"] if unit["name"] == "司法局")

    assert (before["unnamed"], after["unnamed"]) == (True, False)
    assert after["counts"]["owed"] == before["counts"]["owed"] + 1
    assert (named["named_under"], named["state"]) == (county.units[OPEN_LIST], "not_started")
    assert county.obligation(1, "司法局")["state"] == "not_started"


def test_an_open_collective_is_not_named_by_itself(county: County, office: Api) -> None:
    answer = office.put(part(county, 1, OPEN_LIST), {"role": "responsible", "named_under": county.units[OPEN_LIST]})

    assert answer.status_code == 422
    assert county.task(1)["unnamed"]


@pytest.mark.parametrize(("number", "under"), [(9, OPEN_LIST), (12, TOWNSHIPS), (9, "政府办")])
def test_nobody_is_named_under_what_is_not_an_open_collective_of_the_task(
    county: County, office: Api, number: int, under: str
) -> None:
    body = {"role": "responsible", "named_under": county.units[under]}
    answer = office.put(part(county, number, "残联"), body)

    assert (answer.status_code, answer.json()["code"]) == (422, "not_open")


def test_closing_the_list_makes_the_task_named_and_reopening_takes_that_back(county: County, office: Api) -> None:
    closed = office.put(f"{part(county, 1, OPEN_LIST)}/closure", {"reason": "无其他单位"}).json()
    reopened = office.delete(f"{part(county, 1, OPEN_LIST)}/closure").json()

    assert (closed["unnamed"], reopened["unnamed"]) == (False, True)
    assert [unit["list_closed"] for unit in closed["units"] if unit["name"] == OPEN_LIST] == [True]


def test_withdrawing_waives_what_is_open_and_takes_the_task_off_the_list(county: County, office: Api) -> None:
    report(county, 17, "政府办")
    task = county.task(17)
    withdrawn = office.put(f"/tasks/{task['id']}/withdrawal", {"reason": "任务取消"}).json()
    waived = county.as_role("auditor").all("/obligations", task=task["id"], state="waived")

    assert (withdrawn["withdrawn_on"], withdrawn["withdrawn_reason"]) == ("2023-06-01", "任务取消")
    assert withdrawn["counts"] == {"owed": 1, "completed": 1, "waived": 1}
    assert [(one["unit"]["name"], "任务取消" in one["reason"]) for one in waived] == [("司法局", True)]
    assert 17 not in numbers(county)
    assert numbers(county, withdrawn=True) == [17]


def test_a_withdrawn_task_takes_no_more_changes(county: County, office: Api) -> None:
    path = part(county, 9, "残联")
    task = county.task(9)
    office.put(f"/tasks/{task['id']}/withdrawal", {"reason": "任务取消"})
    answers = [
        office.put(path, {"role": "lead"}),
        office.put(f"/tasks/{task['id']}/withdrawal", {"reason": "任务取消"}),
        office.patch(f"/tasks/{task['id']}", {"revision": 2, "summary": "已取消"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "task_withdrawn")] * 3


# The last day.


def test_another_last_day_moves_what_is_open_and_not_what_is_completed(county: County) -> None:
    report(county, 17, "政府办")
    task = reschedule(county, 17, kind="on", due_on="2023-09-30")

    assert (task["due_on"], task["due_source"], task["revision"]) == ("2023-09-30", "stated", 2)
    assert county.obligation(17, "司法局")["due_on"] == "2023-09-30"
    assert county.obligation(17, "政府办")["due_on"] == "2023-12-31"


def test_a_last_day_before_the_checklists_first_day_is_refused(county: County, office: Api) -> None:
    body = {"revision": 1, "schedule": {"kind": "on", "due_on": "2022-12-31"}}
    answer = office.patch(f"/tasks/{county.task(9)['id']}", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.schedule.due_on")
    assert county.task(9)["due_on"] == "2023-12-31"


def test_a_standing_task_has_no_last_day_and_is_never_overdue(county: County, now: FakeClock) -> None:
    reschedule(county, 9, kind="standing")
    now.set("2033-01-01")
    task, owed = county.task(9), county.obligation(9, "政府办")

    assert (task["due_on"], task["due_source"], task["standing"], task["overdue"]) == (None, "none", True, 0)
    assert (owed["due_on"], owed["timeliness"], owed["days_overdue"]) == (None, "no_last_day", 0)
    assert county.task(19)["overdue"] == 1


def test_a_task_counts_as_overdue_from_the_day_after_its_last_day(county: County, now: FakeClock) -> None:
    now.set("2023-12-31T23:59:59")
    on_the_day = county.task(12)["overdue"]
    now.set("2024-01-01T00:00:00")

    assert (on_the_day, county.task(12)["overdue"]) == (0, 32)


def test_a_change_from_an_old_revision_is_refused_with_the_task_as_it_stands(county: County, office: Api) -> None:
    path = f"/tasks/{county.task(9)['id']}"
    office.patch(path, {"revision": 1, "summary": "已完成梳理"})
    answer = office.patch(path, {"revision": 1, "summary": "没有人看过前一次"})

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")
    assert answer.json()["current"]["revision"] == 2
    assert answer.json()["current"]["summary"] == "已完成梳理"
    assert office.get(path).json()["summary"] == "已完成梳理"


# The list.


def mix(county: County, office: Api) -> dict[int, TaskState]:
    """Report here and there; answers what the tasks are in then."""
    report(county, 9, "政府办")
    report(county, 19, "政府办", "in_progress", 0)
    unassign(county, 21, "政府办")
    report(county, 17, "政府办")
    unassign(county, 17, "司法局")
    report(county, 16, "城关镇")
    report(county, 22, "政府办")
    office.post(f"/obligations/{county.obligation(22, '政府办')['id']}/reopening", {"reason": "抽查不合格"})
    report(county, 23, "政府办")
    assign(county, 23, OPEN_LIST)
    for unit in (TOWNSHIPS, "开发区管委会"):
        unassign(county, 18, unit)
        unassign(county, 8, unit)
    office.put(f"{part(county, 8, OPEN_LIST)}/closure", {"reason": "无其他单位"})
    report(county, 1, "开发区管委会", "in_progress")
    unassign(county, 1, "开发区管委会")
    return {
        1: TaskState.NOT_STARTED,  # who had begun need not any more
        8: TaskState.WAIVED,
        9: TaskState.COMPLETED,
        14: TaskState.NOT_STARTED,  # nobody owes it
        16: TaskState.IN_PROGRESS,
        17: TaskState.COMPLETED,
        18: TaskState.NOT_STARTED,  # waived, but somebody has still to be named
        19: TaskState.IN_PROGRESS,
        21: TaskState.WAIVED,
        22: TaskState.IN_PROGRESS,
        23: TaskState.IN_PROGRESS,  # completed, but somebody has still to be named
    }


def test_the_state_filter_agrees_with_the_state_of_each_task(county: County, office: Api) -> None:
    expected = mix(county, office)
    tasks = office.all("/tasks")

    assert {task["number"]: task["state"] for task in tasks if task["number"] in expected} == expected
    for state in TaskState:
        assert numbers(county, state=state) == [task["number"] for task in tasks if task["state"] == state]


def test_the_state_filter_agrees_for_withdrawn_tasks(county: County, office: Api) -> None:
    report(county, 17, "政府办")
    for number in (1, 9, 17):
        office.put(f"/tasks/{county.task(number)['id']}/withdrawal", {"reason": "任务取消"})
    tasks = office.all("/tasks", withdrawn=True)

    assert len(tasks) == 3
    for state in TaskState:
        filtered = numbers(county, state=state, withdrawn=True)
        assert filtered == [task["number"] for task in tasks if task["state"] == state]


def test_the_filter_for_a_unit_finds_it_by_name_and_through_its_collective(county: County) -> None:
    by_collective = [task["number"] for task in county.as_role("auditor").all("/tasks") if TOWNSHIPS in str(task)]
    assign(county, 9, "城关镇")

    assert numbers(county, unit=county.units["城关镇"]) == sorted([*by_collective, 9])
    assert numbers(county, unit=county.units["财政局"]) == [13]


@pytest.mark.parametrize("leaves", ["member", "dissolved"])
def test_the_filter_for_a_unit_finds_what_it_still_owes_though_it_has_left(
    county: County, office: Api, leaves: str
) -> None:
    unit = county.units["城关镇"]
    before = numbers(county, unit=unit)
    if leaves == "member":
        ended = office.delete(f"/units/{county.units[TOWNSHIPS]}/members/{unit}")
    else:
        ended = office.put(f"/units/{unit}/dissolution", {"reason": "机构改革"})
    assert ended.status_code == 200, ended.text
    after = numbers(county, unit=unit)
    report(county, before[0], "城关镇")

    assert len(before) > 1
    assert after == before[:1] + numbers(county, unit=unit, role="responsible") == before
    assert [task["number"] for task in county.anonymous().all("/tasks", unit=unit)] == []


def test_the_filter_for_a_role_is_about_the_filtered_unit(county: County) -> None:
    assert numbers(county, role="lead") == [13, 16]
    assert numbers(county, role="lead", unit=county.units["政府办"]) == [16]
    assert numbers(county, role="lead", unit=county.units["城关镇"]) == []


def test_the_filter_for_unassigned_tasks_finds_those_without_units(county: County) -> None:
    before = numbers(county, unassigned=True)
    unassign(county, 9, "政府办")

    assert before == [14]
    assert numbers(county, unassigned=True) == [9, 14]
    assert numbers(county, unassigned=False) == [number for number in range(1, 24) if number not in (9, 14)]


def test_the_filter_for_unnamed_tasks_agrees_with_each_task(county: County) -> None:
    assign(county, 1, "司法局", under=OPEN_LIST)
    tasks = county.as_role("auditor").all("/tasks")

    for unnamed in (True, False):
        expected = [task["number"] for task in tasks if task["unnamed"] is unnamed]
        assert numbers(county, unnamed=unnamed) == expected


def test_the_filter_for_standing_tasks_finds_them(county: County) -> None:
    reschedule(county, 11, kind="standing")

    assert numbers(county, standing=True) == [11]
    assert len(numbers(county, standing=False)) == 22


@pytest.mark.parametrize(("q", "expected"), [("政府公报", [21]), ("%", []), ("_", []), ("没有这样的任务", [])])
def test_the_filter_for_words_takes_them_literally(county: County, q: str, expected: list[int]) -> None:
    assert numbers(county, q=q) == expected


def test_the_filters_for_the_last_day_include_both_ends(county: County) -> None:
    reschedule(county, 9, kind="on", due_on="2023-07-01")
    reschedule(county, 11, kind="standing")

    assert numbers(county, due_from="2023-07-01", due_until="2023-07-01") == [9]
    assert numbers(county, due_until="2023-06-30") == []
    assert numbers(county, due_from="2023-07-02") == [number for number in range(1, 24) if number not in (9, 11)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("colour", "red"), ("sort", "requirement"), ("state", "done"), ("limit", "0"), ("cursor", "x"), ("q", "")],
)
def test_an_unknown_filter_sort_or_cursor_is_refused_by_name(office: Api, name: str, value: str) -> None:
    answer = office.get("/tasks", **{name: value})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"query.{name}"]


def test_a_cursor_of_another_sort_is_refused(office: Api) -> None:
    cursor = office.get("/tasks", limit=3).json()["next_cursor"]
    answer = office.get("/tasks", limit=3, cursor=cursor, sort="due_on")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize("sort", ["number", "due_on", "-due_on"])
def test_pages_of_three_give_each_task_once_and_in_order(county: County, office: Api, sort: str) -> None:
    reschedule(county, 9, kind="on", due_on="2023-07-01")
    reschedule(county, 11, kind="standing")
    reschedule(county, 15, kind="standing")
    tasks = office.all("/tasks", limit=3, sort=sort)
    keys = [task["number"] if sort == "number" else task["due_on"] or "9999" for task in tasks]

    assert sorted(task["number"] for task in tasks) == list(range(1, 24))
    assert keys == sorted(keys, reverse=sort.startswith("-"))
