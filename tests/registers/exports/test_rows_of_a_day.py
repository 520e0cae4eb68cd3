"""The register of a past day has the tasks that stood in it on that day."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    """On 2023-07-20; a task was added on 2023-07-12, owed from then, and one that is owed from 2023-03-01."""
    office = county.as_role("coordinator")
    section = office.all("/checklists/1/sections")[0]["id"]
    now.set("2023-07-12")
    for words, day in (("新增任务。", {}), ("补登任务。", {"starts_on": "2023-03-01"})):
        wanted = {"checklist_id": 1, "section_id": section, "requirement": words, **day}
        made = office.post("/tasks", wanted)
        assert made.status_code == 201, made.text
        assert office.put(f"/tasks/{made.json()['id']}/units/{county.units['司法局']}", day).status_code == 201
    now.set("2023-07-20")
    return office


def added(office: Api, **of: Any) -> list[str]:
    answer = office.get("/checklists/1/register", format="json", **of)
    assert answer.status_code == 200, answer.text
    rows = [row for row in answer.json()["rows"] if isinstance(row, list)]
    return [row[1] for row in rows if row[1] in ("新增任务。", "补登任务。")]


def test_a_task_added_later_stands_in_it_from_the_day_from_which_it_is_owed(office: Api) -> None:
    days = ("2023-02-28", "2023-03-01", "2023-07-11", "2023-07-12")

    assert [added(office, as_of=day) for day in days] == [
        [],
        ["补登任务。"],
        ["补登任务。"],
        ["新增任务。", "补登任务。"],
    ]
    assert added(office) == ["新增任务。", "补登任务。"]
    assert added(office, as_of="2023-07-11", known_on="2023-07-11") == []
