"""Drafts count against nobody: what units were not told of is in no list of overdue, rate, rank or light."""

from typing import Any

import pytest

from app.config import Settings
from app.database.engine import Database
from app.oversight.queries import count_overdue
from tests.conftest import Api, County, FakeClock

DONE = {"state": "completed", "narrative": "已办结。"}
LISTS = ["/overdue", "/oversight/ranking", "/oversight/trend", "/oversight/contradictions?silent_days=1"]
LISTS += [f"/tallies/by-{group}" for group in ("unit", "task", "section", "jurisdiction")]
TOWNSHIP, OTHER = "城关镇", "马店镇"


@pytest.fixture
def late(county: County, now: FakeClock) -> County:
    """A county in whose register everything is overdue but what one township has done."""
    unit = county.as_unit(TOWNSHIP)
    for item in unit.all("/obligations"):
        assert unit.post(f"/obligations/{item['id']}/updates", DONE).status_code == 201
    now.set("2024-02-05")
    return county


def unpublish(county: County) -> None:
    assert county.as_role("coordinator").delete("/checklists/1/publication").status_code == 200


def listed(api: Api, path: str, **more: Any) -> list[Any]:
    return api.all(path, **more)


@pytest.mark.parametrize("role", ["coordinator", "auditor", "admin"])
def test_a_draft_counts_only_for_an_officer_who_asks_for_drafts(late: County, role: str) -> None:
    officer = late.as_role(role)
    published = {path: listed(officer, path) for path in LISTS}
    unpublish(late)
    as_draft = {path: listed(officer, path) for path in LISTS}
    asked_for = {path: listed(officer, path, drafts=True) for path in LISTS}

    assert all(published[path] for path in LISTS if "contradictions" not in path)
    assert as_draft == {path: [] for path in LISTS}
    assert asked_for == published


def test_a_unit_may_not_ask_for_drafts(late: County) -> None:
    for path in LISTS:
        answer = late.as_unit(TOWNSHIP).get(path.partition("?")[0], drafts=True)

        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed"), path


def test_a_past_day_counts_what_is_published_now(late: County) -> None:
    auditor = late.as_role("auditor")
    before = listed(auditor, "/overdue", as_of="2024-01-05")
    unpublish(late)

    assert before
    assert listed(auditor, "/overdue", as_of="2024-01-05") == []


def test_officers_still_find_the_tasks_and_obligations_of_a_draft_without_a_light(late: County) -> None:
    office = late.as_role("coordinator")
    before = (listed(office, "/tasks"), listed(office, "/obligations"))
    unpublish(late)
    tasks, obligations = listed(office, "/tasks"), listed(office, "/obligations")

    assert {one["light"] for some in before for one in some} >= {"red", "green"}
    assert [one["id"] for one in tasks] == [one["id"] for one in before[0]]
    assert [one["id"] for one in obligations] == [one["id"] for one in before[1]]
    assert {(one["light"], one["light_reason"]) for one in [*tasks, *obligations]} == {(None, None)}
    assert {one["overdue"] for one in tasks} == {0}
    assert listed(office, "/obligations", overdue=True) == []


def test_metrics_count_no_draft(late: County, database: Database, settings: Settings, now: FakeClock) -> None:
    with database.session(writes=False) as session:
        before = count_overdue(session, today=now.moment.date())
    unpublish(late)
    with database.session(writes=False) as session:
        after = count_overdue(session, today=now.moment.date())

    assert [number > 0 for _, number in before] == [True]
    assert after == []


def test_unit_and_auditor_see_the_same_rate_and_rank_of_the_same_unit(late: County) -> None:
    auditor = {row["unit"]["id"]: row for row in listed(late.as_role("auditor"), "/oversight/ranking")}
    mine = [listed(late.as_unit(name), "/oversight/ranking") for name in (TOWNSHIP, OTHER)]

    assert [len(rows) for rows in mine] == [1, 1]
    assert [rows[0] for rows in mine] == [auditor[late.units[name]] for name in (TOWNSHIP, OTHER)]
    assert (mine[0][0]["rank"], mine[0][0]["on_time_rate"]) == (1, 1)
    assert mine[1][0]["rank"] == 2
    assert mine[1][0]["ranked_of"] == len(auditor) > 30
