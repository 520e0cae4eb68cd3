"""Where what was said and what stands do not agree."""

from typing import Any

import pytest

from tests.conftest import County, FakeClock
from tests.obligations.test_open_indexes import plan_of

TARGET = {"metric": "次", "number": 8, "comparison": "at_least"}


def found(county: County, kind: str, **query: Any) -> list[Any]:
    return county.as_role("auditor").all("/oversight/contradictions", kind=kind, **query)


@pytest.fixture
def corrected(county: County, now: FakeClock) -> int:
    """A task whose 完成情况 said 已完成 from 2023-07-01 to 2023-08-01, and then that it is not; now it is 09-01."""
    office = county.as_role("coordinator")
    task = county.task(1)
    for day, summary in (("2023-07-01", "本项工作已完成。"), ("2023-08-01", "一项已完成,一项未完成。")):
        now.set(day)
        change = {"revision": county.task(1)["revision"], "summary": summary}
        assert office.patch(f"/tasks/{task['id']}", change).status_code == 200
    now.set("2023-09-01")
    task_id: int = task["id"]
    return task_id


def test_a_summary_that_says_done_is_compared_with_what_is_open_on_its_days(county: County, corrected: int) -> None:
    def on(day: str) -> dict[int, tuple[str, int]]:
        items = found(county, "summary_says_done", as_of=day)
        return {item["task"]["id"]: (item["summary"], item["open_obligations"]) for item in items}

    owed = county.task(1)["counts"]["owed"]

    assert on("2023-07-01")[corrected] == on("2023-07-31")[corrected] == ("本项工作已完成。", owed)
    assert corrected not in on("2023-06-30")
    assert corrected not in on("2023-08-01")
    assert corrected not in on("2023-09-01")


def test_a_former_summary_stands_in_the_journal(county: County, corrected: int) -> None:
    entries = county.as_role("auditor").all("/journal/checklist:1", limit=200)
    former = [entry["payload"] for entry in entries if '"former_summary"' in entry["payload"]]

    assert len(former) == 2
    assert "本项工作已完成。" in former[1]


def test_a_unit_finds_only_its_own_among_what_is_open(county: County, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    change = {"revision": county.task(1)["revision"], "summary": "已完成。"}
    assert office.patch("/tasks/1", change).status_code == 200
    items = county.as_unit("城关镇").all("/oversight/contradictions", checklist=1)

    assert [(item["task"]["id"], item["open_obligations"]) for item in items] == [(1, 1)]


@pytest.fixture
def below(county: County, now: FakeClock) -> Any:
    """Completed below its target on 2023-07-01, reopened on 2023-08-01; now it is 2023-09-01."""
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    change = {"revision": county.task(1)["revision"], "targets": [TARGET]}
    assert office.patch("/tasks/1", change).status_code == 200
    owed = county.obligation(1, "城关镇")
    now.set("2023-07-01")
    figures = [{"metric": "次", "number": 3}]
    done = {"state": "completed", "narrative": "已完成。", "figures": figures}
    assert unit.post(f"/obligations/{owed['id']}/updates", done).status_code == 201
    now.set("2023-08-01")
    assert office.post(f"/obligations/{owed['id']}/reopening", {"reason": "未达标"}).status_code == 201
    now.set("2023-09-01")
    return owed


def test_what_was_completed_below_its_target_contradicts_it_until_it_is_reopened(county: County, below: Any) -> None:
    def on(day: str) -> list[int]:
        return [item["obligation_id"] for item in found(county, "below_target", as_of=day)]

    assert on("2023-07-01") == on("2023-07-31") == [below["id"]]
    assert on("2023-06-30") == on("2023-08-01") == on("2023-09-01") == []


def test_silence_is_counted_by_each_cycle_or_by_the_days_asked_for(county: County, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    for cycle in (30, 90):
        schedule = {"kind": "standing", "report_every_days": cycle}
        wanted = {"checklist_id": 1, "section_id": 1, "requirement": f"每{cycle}日填报。", "schedule": schedule}
        task = office.post("/tasks", wanted).json()
        assert office.put(f"/tasks/{task['id']}/units/{county.units['司法局']}", {}).status_code == 201
        now.set("2023-07-01")
        report = {"state": "in_progress", "narrative": "正在推进。"}
        path = f"/tasks/{task['id']}/units/{county.units['司法局']}/updates"
        assert county.as_unit("司法局").post(path, report).status_code == 201
    now.set("2023-12-01")

    def on(day: str, **query: Any) -> list[tuple[str, str]]:
        items = found(county, "silent", as_of=day, **query)
        return [(item["task"]["requirement"], item["silent_since"]) for item in items]

    short, long = ("每30日填报。", "2023-07-01"), ("每90日填报。", "2023-07-01")

    assert on("2023-07-31") == []
    assert on("2023-08-01") == [short]
    assert on("2023-09-30") == on("2023-12-01") == [short, long]
    assert on("2023-07-12", silent_days=10) == [short, long]
    assert on("2023-12-01", silent_days=200) == []


def test_pages_go_on_from_kind_to_kind(county: County, below: Any, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    for number in (2, 3):
        change = {"revision": county.task(number)["revision"], "summary": "已完成。"}
        assert office.patch(f"/tasks/{number}", change).status_code == 200
    auditor = county.as_role("auditor")
    now.set("2023-09-02")
    at_once = auditor.all("/oversight/contradictions", limit=200)
    one_by_one = auditor.all("/oversight/contradictions", limit=1)

    assert one_by_one == at_once
    assert len(at_once) > 1


def test_a_target_that_is_corrected_judges_the_claims_that_follow(county: County, now: FakeClock) -> None:
    """A unit is judged by what it was told: each claim is judged once, by the targets of its day."""
    office, task = county.as_role("coordinator"), county.task(1)["id"]

    def targets(number: int) -> None:
        change = {"revision": county.task(1)["revision"], "targets": [TARGET | {"number": number}]}
        assert office.patch(f"/tasks/{task}", change).status_code == 200

    def claimed(unit: str, day: str) -> int:
        now.set(day)
        owed: int = county.obligation(1, unit)["id"]
        done = {"state": "completed", "narrative": "已完成。", "figures": [{"metric": "次", "number": 5}]}
        assert county.as_unit(unit).post(f"/obligations/{owed}/updates", done).status_code == 201
        return owed

    def below(day: str) -> list[int]:
        return [one["obligation_id"] for one in found(county, "below_target", as_of=day)]

    targets(8)
    first = claimed("城关镇", "2023-07-01")
    targets(5)
    claimed("河口镇", "2023-07-02")
    targets(9)
    third = claimed("周集镇", "2023-07-03")

    assert [below(f"2023-07-0{day}") for day in (1, 2, 3)] == [[first], [first], sorted([first, third])]


def test_sqlite_finds_reports_that_fall_short_by_the_indexes_on_them(county: County) -> None:
    if not county.database.is_sqlite:
        return  # PostgreSQL chooses by the size of the tables
    sent: list[tuple[str, Any]] = []

    def note(statement: str, values: Any, _seconds: float) -> None:
        sent.append((statement, values))

    county.database.watchers.append(note)
    found(county, "below_target", checklist=1)
    county.database.watchers.remove(note)
    asked = [(statement, values) for statement, values in sent if "status_update" in statement]
    plans = "\n".join(
        line for statement, values in asked for line in plan_of(county.database.engine, statement, values)
    )

    assert "ix_status_update_contradicts" in plans, plans
    assert "ix_status_update_whole_falls_short" in plans, plans
