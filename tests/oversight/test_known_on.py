"""`known_on`: only what had been recorded by the end of a day. What a day was known to be on that day never changes."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

BEGUN = "2023-03-01"  # in the register's year, before it was imported on 2023-06-01
LISTS = (
    "/overdue",
    "/obligations",
    "/tallies/by-unit",
    "/tallies/by-task",
    "/tallies/by-section",
    "/tallies/by-jurisdiction",
    "/oversight/ranking",
    "/oversight/trend",
    "/oversight/contradictions",
)

FILES = ("register", "working-register")


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def auditor(county: County) -> Api:
    return county.as_role("auditor")


def answers(api: Api, day: str) -> dict[str, Any]:
    """Every list about a day as it was known on that day."""
    return {path: api.all(path, as_of=day, known_on=day, limit=200) for path in LISTS}


def light_of(api: Api, obligation: int, day: str, **known: str) -> Any:
    items = api.all("/obligations", as_of=day, limit=200, **known)
    return next((one["light_reason"] for one in items if one["id"] == obligation), None)


@pytest.mark.parametrize("path", LISTS)
def test_what_was_imported_later_shows_unless_it_was_not_known_yet(auditor: Api, path: str) -> None:
    known = auditor.all(path, as_of="2023-05-31", known_on="2023-05-31")

    assert known == []
    if path in ("/obligations", "/tallies/by-unit", "/tallies/by-section"):
        assert auditor.all(path, as_of=BEGUN)


@pytest.mark.parametrize("path", LISTS)
def test_every_answer_about_a_day_names_both_days(auditor: Api, now: FakeClock, path: str) -> None:
    now.set("2023-08-01")
    queries: list[dict[str, str]] = [
        {},
        {"as_of": BEGUN},
        {"as_of": BEGUN, "known_on": "2023-07-01"},
        {"known_on": BEGUN},
    ]
    named = [auditor.get(path, **one).json() for one in queries]

    assert [(one["as_of"], one["known_on"]) for one in named] == [
        ("2023-08-01", "2023-08-01"),
        (BEGUN, "2023-08-01"),
        (BEGUN, "2023-07-01"),
        (BEGUN, BEGUN),
    ]


@pytest.mark.parametrize("path", LISTS)
def test_a_day_is_known_when_it_is_over_and_no_later_than_today(auditor: Api, path: str) -> None:
    later = auditor.get(path, known_on="2023-06-02")
    before = auditor.get(path, as_of="2023-05-02", known_on="2023-05-01")
    both = auditor.get(path, as_of="2023-06-03", known_on="2023-06-03")

    assert (later.status_code, later.json()["code"]) == (422, "known_on_in_future")
    assert (before.status_code, before.json()["code"]) == (422, "known_before_as_of")
    assert (both.status_code, both.json()["code"]) == (422, "known_on_in_future")
    assert before.json()["errors"][0]["field"] == "query.known_on"


def test_the_next_page_is_of_the_days_of_the_page_before(auditor: Api, now: FakeClock) -> None:
    first = auditor.get("/obligations", limit=2).json()
    now.set("2023-07-01")
    second = auditor.get("/obligations", limit=2, cursor=first["next_cursor"]).json()

    assert (second["as_of"], second["known_on"]) == ("2023-06-01", "2023-06-01")


def test_a_draft_counts_against_nobody_as_long_as_it_was_one(county: County, office: Api, now: FakeClock) -> None:
    office.delete("/checklists/1/publication")
    now.set("2023-06-05")
    office.put("/checklists/1/publication", {"audience": "units"})
    now.set("2023-06-10")
    unit = county.as_unit("城关镇")
    counted = {
        day: len(office.all("/tallies/by-unit", as_of="2023-06-01", known_on=day, limit=200))
        for day in ("2023-06-01", "2023-06-04", "2023-06-05", "2023-06-10")
    }
    read = {
        day: len(unit.all("/obligations", as_of="2023-06-01", known_on=day, limit=200))
        for day in ("2023-06-04", "2023-06-05")
    }

    assert counted["2023-06-01"] == counted["2023-06-04"] == 0
    assert counted["2023-06-05"] == counted["2023-06-10"] > 0
    assert read["2023-06-04"] == 0 < read["2023-06-05"]


def test_a_past_light_is_that_of_the_days_in_force_then(county: County, office: Api, now: FakeClock) -> None:
    obligation = county.obligation(1, "城关镇")["id"]  # due on 2023-12-31
    now.set("2023-12-10")
    before = light_of(office, obligation, "2023-12-05")
    office.patch("/checklists/1", {"revision": office.get("/checklists/1").json()["revision"], "yellow_days": 60})
    after = [light_of(office, obligation, day) for day in ("2023-12-05", "2023-12-10")]
    now.set("2023-12-20")

    assert (before, after) == ("not_yet_due", ["not_yet_due", "due_soon"])
    assert light_of(office, obligation, "2023-12-09", known_on="2023-12-09") == "not_yet_due"


def test_a_past_count_by_section_is_that_of_the_section_of_then(county: County, office: Api, now: FakeClock) -> None:
    now.set("2023-06-10")
    moment = {"as_of": "2023-06-05", "limit": 200}
    before = office.all("/tallies/by-section", **moment)
    task = county.task(1)
    other = next(one for one in before if one["section"]["id"] != task["section"]["id"])["section"]["id"]
    filtered = office.all("/tallies/by-unit", section=other, **moment)
    files = [office.get(f"/checklists/1/{one}", format="json", as_of="2023-06-05").json() for one in FILES]
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "section_id": other})

    assert office.all("/tallies/by-section", **moment) == before
    assert office.all("/tallies/by-unit", section=other, **moment) == filtered
    assert office.all("/tallies/by-section", limit=200) != before
    for one, file in zip(FILES, files, strict=True):
        assert office.get(f"/checklists/1/{one}", format="json", as_of="2023-06-05").json() == file
        assert office.get(f"/checklists/1/{one}", format="json").json()["rows"] != file["rows"]


def test_what_follows_leaves_the_answers_for_a_day_as_they_were(county: County, office: Api, now: FakeClock) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")
    now.set("2023-12-20")
    before = answers(office, "2023-12-20")
    now.set("2023-12-21")
    unit.post(f"/obligations/{owed['id']}/extensions", {"due_on": "2024-01-20", "reason": "等待批复"})
    extension = office.all("/extensions")[0]["id"]
    office.put(f"/extensions/{extension}/decision", {"decision": "granted", "reason": "情况属实"})
    task = office.get(f"/tasks/{owed['task']['id']}").json()
    changed = {"revision": task["revision"], "schedule": {"kind": "on", "due_on": "2023-12-28"}}
    assert office.patch(f"/tasks/{task['id']}", changed).status_code == 200
    office.delete(f"/tasks/{task['id']}/units/{county.units['河口镇']}")
    office.delete("/checklists/1/publication")
    now.set("2024-02-01")

    after = answers(office, "2023-12-20")

    assert {path for path in LISTS if after[path] != before[path]} <= {"/obligations"}
    assert [lasting(one) for one in after["/obligations"]] == [lasting(one) for one in before["/obligations"]]


def lasting(item: dict[str, Any]) -> dict[str, Any]:
    """What an answer about a day says for ever: not what is only said of today."""
    todays = (
        "extended_to",
        "percent",
        "reason",
        "targets",
        "contradicts_target",
        "due_source",
        "expected_on",
        "provisional",
    )
    return {name: value for name, value in item.items() if name not in todays}
