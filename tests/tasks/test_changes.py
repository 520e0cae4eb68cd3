"""A list that was shaped before, after a change of one obligation: one task is made anew, and it is right."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.tasks import changes
from app.tasks.shapes import shape_tasks
from tests.conftest import Api, County

REPORT = {"state": "completed", "narrative": "已办结。"}


@pytest.fixture
def shaped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tasks that lists shaped anew."""
    ids: list[int] = []

    def noted(connection: Any, some: Sequence[int], **more: Any) -> dict[int, bytes]:
        ids.extend(some)
        return shape_tasks(connection, some, **more)

    monkeypatch.setattr("app.tasks.queries.shape_tasks", noted)
    return ids


def lists(county: County, limit: int) -> tuple[Any, Any]:
    """One list, put together from what was shaped before, and read anew."""
    office, app = county.as_role("coordinator"), county.client.app
    put_together = office.get("/tasks", limit=limit).json()["items"]
    app.state.task_fragments._cache.clear()
    return put_together, office.get("/tasks", limit=limit + 50).json()["items"]


def test_a_posted_update_makes_one_task_anew(county: County, shaped: list[int]) -> None:
    office, owed = county.as_role("coordinator"), county.obligation(1, "城关镇")
    office.get("/tasks", limit=50)
    shaped.clear()
    county.as_unit("城关镇").post(f"/obligations/{owed['id']}/updates", REPORT)
    office.get("/tasks", limit=49)
    office.get("/tasks", limit=48)

    assert shaped == [owed["task"]["id"]]


def test_what_is_recorded_of_an_obligation_shows_in_the_list(county: County) -> None:
    unit, office = county.as_unit("城关镇"), county.as_role("coordinator")
    owed = f"/obligations/{county.obligation(1, '城关镇')['id']}"
    steps: list[tuple[Api, str, str, dict[str, Any]]] = [
        (unit, "POST", f"{owed}/updates", REPORT),
        (office, "POST", f"{owed}/reopening", {"reason": "资料不全。"}),
        (unit, "POST", f"{owed}/updates", {"state": "in_progress", "narrative": "补充中。"}),
        (office, "PUT", f"{owed}/suspension", {"reason": "等上级批复。"}),
        (office, "POST", f"{owed}/waiver", {"reason": "不再要求。"}),
    ]
    for number, (api, method, path, body) in enumerate(steps):
        office.get("/tasks", limit=100 + number)
        answer = api.request(method, path, json=body)
        put_together, anew = lists(county, 50 + number)

        assert answer.is_success, answer.text
        assert put_together == anew, path


def test_a_change_of_a_task_makes_its_checklist_anew(county: County, shaped: list[int]) -> None:
    office = county.as_role("coordinator")
    tasks = office.get("/tasks", limit=50).json()["items"]
    shaped.clear()
    first = tasks[0]
    changed = {"requirement": "改过的要求。", "revision": first["revision"]}
    assert office.request("PATCH", f"/tasks/{first['id']}", json=changed).is_success
    put_together, anew = lists(county, 49)

    assert set(shaped) == {task["id"] for task in tasks}
    assert put_together == anew
    assert put_together[0]["requirement"] == "改过的要求。"


def test_a_head_that_the_stream_never_had_says_nothing(county: County) -> None:
    with county.database.reading() as connection:
        assert changes.changed_tasks(connection, f"checklist:1 1 {'0' * 64}") is None
        assert changes.changed_tasks(connection, f"checklist:1 999 {'0' * 64}") is None
