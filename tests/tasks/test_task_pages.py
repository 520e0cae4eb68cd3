"""The task list is put together from bytes and has the shape of the API and the current data."""

import json
from typing import Any

import pytest

from app.paging import Page
from app.tasks.fragments import MadeFrom, TaskFragments
from app.tasks.schemas import TaskPublic
from tests.conftest import County, FakeClock

REPORT = {"state": "completed", "narrative": "已办结。"}
QUERIES = ["", "?limit=3", "?sort=-due_on", "?sort=due_on&limit=4", "?unit=7&role=responsible", "?state=not_started"]
QUERIES += ["?q=公开", "?q=100%25_/", "?due_from=2023-01-01&due_until=2023-12-31", "?standing=false&unnamed=true"]
QUERIES += ["?withdrawn=true", "?unassigned=true", "?section=1", "?checklist=1"]


@pytest.mark.parametrize("role", ["", "auditor", "城关镇"])
def test_the_bytes_are_the_response_model_to_the_letter(county: County, role: str) -> None:
    api = county.as_role(role) if role == "auditor" else county.as_unit(role) if role else county.anonymous()
    for query in QUERIES:
        answer = api.request("GET", f"/tasks{query}")
        page = Page[TaskPublic].model_validate_json(answer.content, strict=True).model_dump(mode="json")

        assert answer.status_code == 200, query
        assert answer.content.decode() == json.dumps(page, ensure_ascii=False, separators=(",", ":")), query


def test_a_list_put_together_is_the_list_read_anew(county: County) -> None:
    county.as_unit("城关镇").post(f"/obligations/{county.obligation(1, '城关镇')['id']}/updates", REPORT)
    app: Any = county.client.app
    fragments = app.state.task_fragments
    api, pages = county.as_role("auditor"), []
    for limit in range(20, 30):  # each is another question, so that none is answered from memory as a whole
        if limit % 2:
            fragments._cache.clear()
        pages.append(api.get("/tasks", limit=limit).json()["items"])

    assert all(page[:20] == pages[0][:20] for page in pages)
    assert pages[0][0]["counts"]["completed"] == 1


def test_a_report_shows_in_every_list_at_once(county: County) -> None:
    unit, office = county.as_unit("城关镇"), county.as_role("coordinator")
    owed = county.obligation(1, "城关镇")["id"]
    queries = ["", "?limit=5", "?checklist=1", "?sort=due_on"]
    for query in queries:
        office.request("GET", f"/tasks{query}")
    unit.post(f"/obligations/{owed}/updates", REPORT)
    tasks = [office.request("GET", f"/tasks{query}").json()["items"] for query in queries]
    first = [next((one for one in items if one["number"] == 1), None) for items in tasks]

    assert [one["counts"]["completed"] for one in first if one] == [1] * len([one for one in first if one])
    assert len([one for one in first if one]) >= 3


def test_another_day_shows_what_is_overdue_then(county: County, now: FakeClock) -> None:
    before = county.anonymous().get("/tasks").json()["items"]
    now.set("2024-01-05")
    after = county.anonymous().get("/tasks").json()["items"]

    assert sum(task["overdue"] for task in before) == 0
    assert sum(task["overdue"] for task in after) > 0


def test_a_unit_that_is_renamed_is_shown_by_its_new_name(county: County) -> None:
    office = county.as_role("coordinator")
    tasks = office.get("/tasks", limit=10).json()["items"]
    named = next(part for task in tasks for part in task["units"] if part["kind"] == "department")
    revision = office.get(f"/units/{named['unit_id']}").json()["revision"]
    renamed = office.patch(f"/units/{named['unit_id']}", {"name": "改名后的局", "revision": revision})
    tasks = office.get("/tasks", limit=11).json()["items"]
    names = {part["name"] for task in tasks for part in task["units"] if part["unit_id"] == named["unit_id"]}

    assert renamed.status_code == 200, renamed.text
    assert names == {"改名后的局"}


def test_fragments_are_bounded_and_only_what_stands_is_found() -> None:
    fragments, stands = TaskFragments(10_000), MadeFrom("a", "b", None)  # type: ignore[arg-type]
    for number in range(50):
        fragments.store({number: b"x" * 1000}, {number: stands}, with_states=True)

    assert fragments._cache.currsize <= 10_000
    assert fragments.find({49: stands}, with_states=True) == {49: b"x" * 1000}
    assert fragments.find({49: stands._replace(head="c")}, with_states=True) == {}
    assert fragments.find_earlier({49: stands._replace(head="c")}, with_states=True) == {49: ("a", b"x" * 1000)}
    assert fragments.find_earlier({49: stands._replace(others="c")}, with_states=True) == {}
    assert fragments.find({49: stands}, with_states=False) == {}
