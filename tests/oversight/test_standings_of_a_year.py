"""It must show, 3: rates, ranking and lights are what the journal alone says, on any day of a random year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from app import clock
from app.main import create_app
from tests.client import Client
from tests.conftest import DEFAULT_NOW, County, FakeClock, restored, settings_for_tests
from tests.oversight.plain import FINDINGS, WORDS, Judged, by, judge, on_time_rate
from tests.oversight.random_year import a_checklist, live_through

NOW = "2025-01-20"
TREND = ("completed_on_time", "completed_late", "overdue", "suspended", "awaiting_review")
DAYS = ("2024-04-18", "2024-06-14", "2024-09-30", "2024-12-31", NOW)
SEEDS = {"sqlite": (48, 41), "postgresql": (52, 43)}  # four years, so that each test is shown two


@dataclass
class Lived:
    county: County
    checklists: list[int]


@pytest.fixture(scope="module", params=[*SEEDS])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A county with two checklists that each have another year behind them, which takes too long to live for each
    test: the tests here only read. The checklists turn yellow at 5 and red at 2."""
    shared = restored(request, "county")
    settings = settings_for_tests(shared.url, tmp_path_factory.mktemp("years"))
    with Client(create_app(settings, shared.database)) as client:
        county, now = County(shared.database, client, checklist_id=1, units=shared.units), FakeClock(DEFAULT_NOW)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: now.moment)
            checklists = [a_checklist(county, now, f"随机清单{seed}") for seed in SEEDS[request.param]]
        for checklist, seed in zip(checklists, SEEDS[request.param], strict=True):
            live_through(county, checklist, seed=seed)
        yield Lived(county, checklists)


@pytest.fixture
def county(lived: Lived, now: FakeClock) -> County:
    now.set(f"{NOW}T23:00:00")
    return lived.county


@pytest.fixture
def first_year(lived: Lived) -> int:
    return lived.checklists[0]


@pytest.fixture
def second_year(lived: Lived) -> int:
    return lived.checklists[1]


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


def test_every_grouping_counts_what_the_journal_says(county: County, first_year: int) -> None:
    words = set()
    for day, due in [(day, due) for day in DAYS for due in ("granted", "first")]:
        judged = judged_on(county, first_year, day, first=due == "first")
        words |= {one.word for one in judged}
        asked = {"checklist": first_year, "as_of": day, "due": due}
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
    assert {*WORDS} - words <= {"completed"}  # few duties without a last day are done


def test_every_light_is_what_the_journal_says(county: County, second_year: int) -> None:
    seen = set()
    for day in DAYS:
        expected = {one.row["id"]: (one.word, one.reason, one.stale) for one in judged_on(county, second_year, day)}
        items = county.as_role("auditor").all("/obligations", checklist=second_year, as_of=day, limit=200)
        seen |= {reason for _, reason, _ in expected.values()}

        assert {one["id"]: (one["timeliness"], one["light_reason"], one["stale"]) for one in items} == expected
    assert len(seen) > 9


def test_ranking_is_by_the_rate_that_the_journal_gives(county: County, first_year: int) -> None:
    for day in DAYS:
        units = by(judged_on(county, first_year, day), lambda one: one.row["unit_id"])
        rates = {unit: rate for unit, found in units.items() if (rate := on_time_rate(found)) is not None}
        ranks = {unit: 1 + sum(other > rate for other in rates.values()) for unit, rate in rates.items()}
        ranking = county.as_role("auditor").all("/oversight/ranking", checklist=first_year, as_of=day, limit=2)
        given = [item["rank"] for item in ranking if item["rank"]]

        assert {item["unit"]["id"]: item["rank"] for item in ranking} == {unit: ranks.get(unit) for unit in units}
        assert given == sorted(given)


def test_trend_is_what_the_journal_says_of_each_month(county: County, second_year: int) -> None:
    for day in DAYS:
        judged = [one for one in judged_on(county, second_year, day) if one.due_on]
        expected = {
            month: {
                **{name: found[name] for name in TREND},
                "not_yet_due": found["not_yet_due"] + found["due_soon"],
                **{name: found[name] for name in ("on_time_rate", *FINDINGS)},
            }
            for month, found in by(judged, lambda one: str(one.due_on)[:7]).items()
        }

        assert answered(county, "/oversight/trend", "month", checklist=second_year, as_of=day) == expected
