"""It must show, 3: rates, ranking and lights are what the journal alone says, on any day."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from app.checklists.models import Checklist
from tests.conftest import County, FakeClock
from tests.oversight.plain import WORDS, Judged, by, judge, on_time_rate
from tests.oversight.random_year import a_checklist, live_through

NOW = "2025-01-20"
DAYS = ("2024-04-18", "2024-06-14", "2024-09-30", "2024-12-31", NOW)


@pytest.fixture
def year(county: County, now: FakeClock, request: pytest.FixtureRequest) -> int:
    """The id of a checklist with a year behind it that is other for each test; it turns yellow at 5 and red at 2."""
    checklist = a_checklist(county, now)
    live_through(county, checklist, seed=len(request.node.originalname))
    with county.database.session(writes=True) as session:
        kept = session.get_one(Checklist, checklist)
        kept.yellow_days, kept.red_days = 5, 2
    now.set(f"{NOW}T23:00:00")
    return checklist


def judged_on(county: County, checklist: int, day: str, **how: Any) -> list[Judged]:
    with county.database.session(writes=False) as session:
        return judge(session, checklist, date.fromisoformat(day), yellow=5, red=2, **how)


def answered(county: County, path: str, key: str, **asked: Any) -> dict[Any, dict[str, Any]]:
    """Key → counts, of all pages of two rows."""
    found = {}
    for item in county.as_role("auditor").all(path, limit=2, **asked):
        name = item.pop(key)
        for other in ("unit", "task", "section", "checklist_id", "name"):
            item.pop(other, None)
        found[name["id"] if isinstance(name, dict) else name] = item
    return found


def test_every_grouping_counts_what_the_journal_says(county: County, year: int) -> None:
    words = set()
    for day, due in [(day, due) for day in DAYS for due in ("granted", "first")]:
        judged = judged_on(county, year, day, first=due == "first")
        words |= {one.word for one in judged}
        asked = {"checklist": year, "as_of": day, "due": due}
        groups = {
            "unit": by(judged, lambda one: one.row["unit_id"]),
            "task": by(judged, lambda one: one.task["id"]),
            "section": by(judged, lambda one: one.task["section_id"]),
            "jurisdiction": by(judged, lambda _: "3415"),
        }
        digits = {"jurisdiction": {"digits": 4}}
        found = {
            group: answered(county, f"/overdue/by-{group}", group, **asked, **digits.get(group, {})) for group in groups
        }

        assert found == groups
    assert words == set(WORDS)


def test_every_light_is_what_the_journal_says(county: County, year: int) -> None:
    seen = set()
    for day in DAYS:
        expected = {one.row["id"]: (one.word, one.reason, one.stale) for one in judged_on(county, year, day)}
        items = county.as_role("auditor").all("/obligations", checklist=year, as_of=day, limit=200)
        seen |= {reason for _, reason, _ in expected.values()}

        assert {one["id"]: (one["timeliness"], one["light_reason"], one["stale"]) for one in items} == expected
    assert len(seen) > 9


def test_ranking_is_by_the_rate_that_the_journal_gives(county: County, year: int) -> None:
    for day in DAYS:
        units = by(judged_on(county, year, day), lambda one: one.row["unit_id"])
        rates = {unit: rate for unit, found in units.items() if (rate := on_time_rate(found)) is not None}
        ranks = {unit: 1 + sum(other > rate for other in rates.values()) for unit, rate in rates.items()}
        ranking = county.as_role("auditor").all("/oversight/ranking", checklist=year, as_of=day, limit=2)
        given = [item["rank"] for item in ranking if item["rank"]]

        assert {item["unit"]["id"]: item["rank"] for item in ranking} == {unit: ranks.get(unit) for unit in units}
        assert given == sorted(given)


def test_trend_is_what_the_journal_says_of_each_month(county: County, year: int) -> None:
    for day in DAYS:
        judged = [one for one in judged_on(county, year, day) if one.due_on]
        expected = {
            month: {
                **{name: found[name] for name in ("completed_on_time", "completed_late", "overdue", "awaiting_review")},
                "not_yet_due": found["not_yet_due"] + found["due_soon"],
                "on_time_rate": found["on_time_rate"],
            }
            for month, found in by(judged, lambda one: str(one.due_on)[:7]).items()
        }

        assert answered(county, "/oversight/trend", "month", checklist=year, as_of=day) == expected


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


PATHS = [f"/overdue/by-{group}" for group in ("unit", "task", "section", "jurisdiction")]


@pytest.mark.parametrize("path", PATHS)
def test_a_unit_counts_only_its_own(county: County, now: FakeClock, path: str) -> None:
    now.set("2024-01-05")
    items = county.as_unit("城关镇").all(path, limit=200)

    assert sum(item[word] for item in items for word in WORDS) == 15


def test_filters_narrow_what_is_counted(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    auditor = county.as_role("auditor")

    def overdue(**filters: Any) -> int:
        found: int = sum(item["overdue"] for item in auditor.all("/overdue/by-task", limit=200, **filters))
        return found

    tasks = auditor.all("/tasks", section=2)

    assert overdue() == overdue(jurisdiction="3415") == 539
    assert overdue(jurisdiction="3416") == overdue(checklist=2) == 0
    assert overdue(unit=county.units["城关镇"]) == 15
    assert overdue(section=2) == sum(task["counts"]["owed"] for task in tasks) > 0


def test_a_cursor_of_a_count_keeps_its_day(county: County, now: FakeClock) -> None:
    now.set("2023-12-31T23:59:59")
    auditor = county.as_role("auditor")
    first = auditor.get("/overdue/by-unit", limit=1).json()
    now.set("2024-01-01T00:00:01")
    second = auditor.get("/overdue/by-unit", limit=1, cursor=first["next_cursor"]).json()

    assert [item["overdue"] for item in first["items"] + second["items"]] == [0, 0]
