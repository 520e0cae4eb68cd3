"""Rankings and counts: who shares a rank, who has none, and what a filter or a cursor leaves."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from app.access.actors import Actor
from app.access.models import ActorRole
from app.obligations.stands import stand_on
from app.oversight.tally_queries import Selection, tally
from app.oversight.tally_schemas import ByUnitQuery
from tests.conftest import County, FakeClock
from tests.oversight.recount.answers import WORDS


def test_equal_rates_share_a_rank_and_the_next_is_left_out(county: County, now: FakeClock) -> None:
    now.set("2023-12-31")
    done = {"state": "completed", "narrative": "已公开。"}
    for unit in ("司法局", "财政局"):
        owed = county.as_unit(unit).all("/obligations", checklist=1)
        assert county.as_unit(unit).post(f"/obligations/{owed[0]['id']}/updates", done).status_code == 201
    now.set("2024-01-01")
    by_rank: dict[int | None, list[float | None]] = defaultdict(list)
    for item in county.as_role("auditor").all("/oversight/ranking", checklist=1):
        by_rank[item["rank"]].append(item["on_time_rate"])
    ranks = [*by_rank]

    assert all(len(set(rates)) == 1 for rates in by_rank.values())
    assert ranks == [1 + sum(len(by_rank[rank]) for rank in ranks[:place]) for place in range(len(ranks))]
    assert len(by_rank[ranks[-1]]) > 1


def test_a_unit_with_too_few_that_count_comes_last_without_a_rank(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    ranking = county.as_role("auditor").all("/oversight/ranking", checklist=1, min_obligations=15)
    unranked = [item["rank"] is None for item in ranking]

    assert unranked == sorted(unranked)
    assert {item["counted"] < 15 for item in ranking if item["rank"] is None} == {True}
    assert {item["counted"] >= 15 for item in ranking if item["rank"]} == {True}


PATHS = [f"/tallies/by-{group}" for group in ("unit", "task", "section", "jurisdiction")]


@pytest.mark.parametrize("path", PATHS)
def test_a_unit_counts_only_its_own(county: County, now: FakeClock, path: str) -> None:
    now.set("2024-01-05")
    items = county.as_unit("城关镇").all(path, limit=200)

    assert sum(item[word] for item in items for word in WORDS) == 15


@pytest.mark.parametrize("path", PATHS)
def test_the_former_address_of_a_tally_answers_the_same_and_names_the_new_one(county: County, path: str) -> None:
    former, auditor = path.replace("/tallies/", "/overdue/"), county.as_role("auditor")
    new, old = (auditor.get(one, limit=1, checklist=1) for one in (path, former))

    assert old.json() == new.json()
    assert old.headers["deprecation"] == "@1795881600"  # 2026-11-29 in Shanghai
    assert f'</api/v1{path}>; rel="successor-version"' in old.headers["link"]
    assert ('rel="next"' in old.headers["link"]) == (new.json()["next_cursor"] is not None)
    assert "deprecation" not in new.headers


def test_the_document_marks_the_former_addresses_as_deprecated(county: County) -> None:
    paths = county.client.get("/openapi.json").json()["paths"]
    marked = {path for path, methods in paths.items() if methods.get("get", {}).get("deprecated")}

    assert marked == {f"/api/v1{path.replace('/tallies/', '/overdue/')}" for path in PATHS}


def test_filters_narrow_what_is_counted(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    auditor = county.as_role("auditor")

    def overdue(**filters: Any) -> int:
        found: int = sum(item["overdue"] for item in auditor.all("/tallies/by-task", limit=200, **filters))
        return found

    tasks = auditor.all("/tasks", section=2)

    assert overdue() == overdue(jurisdiction="3415") == 539
    assert overdue(jurisdiction="3416") == overdue(checklist=2) == 0
    assert overdue(unit=county.units["城关镇"]) == 15
    assert overdue(section=2) == sum(task["counts"]["owed"] for task in tasks) > 0


def test_a_cursor_of_a_count_keeps_its_day(county: County, now: FakeClock) -> None:
    now.set("2023-12-31T23:59:59")
    auditor = county.as_role("auditor")
    first = auditor.get("/tallies/by-unit", limit=1).json()
    now.set("2024-01-01T00:00:01")
    second = auditor.get("/tallies/by-unit", limit=1, cursor=first["next_cursor"]).json()

    assert [item["overdue"] for item in first["items"] + second["items"]] == [0, 0]


@pytest.mark.parametrize("path", ["/tallies/by-unit", "/tallies/by-jurisdiction", "/oversight/ranking"])
def test_everything_is_counted_as_its_only_checklist_is(county: County, now: FakeClock, path: str) -> None:
    """Where all is counted, closed rows that are judged alike are judged once; of one checklist each is."""
    now.set("2023-12-20")
    for unit, day in (("司法局", "2023-12-20"), ("城关镇", "2024-01-03")):
        now.set(day)
        for owed in county.as_unit(unit).all("/obligations", checklist=1, limit=200)[:5]:
            report = {"state": "completed", "narrative": "已公开。"}
            county.as_unit(unit).post(f"/obligations/{owed['id']}/updates", report)
    now.set("2024-01-05")
    api = county.as_role("auditor")
    for moment in ({}, {"as_of": "2024-01-02"}, {"as_of": "2023-12-31", "known_on": "2024-01-03"}):
        everything = api.all(path, limit=200, **moment)

        assert everything == api.all(path, limit=200, checklist=1, **moment)
        assert {one["completed_late"] > 0 for one in everything} | {False} == {False, moment == {}}


def test_sqlite_counts_closed_rows_from_one_index_in_its_order(county: County) -> None:
    if not county.database.is_sqlite:
        return
    today = date(2024, 1, 5)
    for day in (None, date(2023, 12, 31)):
        selection = Selection(Actor(ActorRole.AUDITOR), ByUnitQuery(), stand_on(day, today=today))
        statement = tally(selection, selection.stand.unit_id, of_unit=True).select()
        compiled = str(statement.compile(county.database.engine, compile_kwargs={"literal_binds": True}))
        with county.database.engine.connect() as connection:
            plan = list(connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
        (alike,) = (row.id for row in plan if row.detail in ("MATERIALIZE alike", "CO-ROUTINE alike"))
        steps = [row.detail for row in plan if row.parent == alike]

        assert f"USING INDEX ix_{selection.stand.table}_alike" in steps[0]
        assert not any("TEMP B-TREE" in step for step in steps)
        # whose order is not the table's: what is open would be read from one place after another
        assert not any("_open_unit_due" in row.detail for row in plan)
