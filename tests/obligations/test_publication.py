"""The first publication says from which day a register is owed."""

from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.access.actors import OPERATOR
from app.database.engine import Database
from app.registers.files.reader import read_register
from app.registers.imports.checklist_actions import import_register
from app.units.directory_file import import_directory, read_directory
from tests.client import Client
from tests.conftest import COUNTY, Api, County, FakeClock, enter_county, sample_page
from tests.obligations.test_owed_from import created, given, owed, periods_of, refused, verified
from tests.obligations.test_periods import MONTHLY, TOWNSHIPS

pytestmark = pytest.mark.long_on_postgresql

INPUT = Path(__file__).parents[2].parent / "shared" / "input"


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    now.set("2023-06-15")
    return county.as_role("coordinator")


@pytest.fixture
def draft(office: Api) -> int:
    """A draft of 2023 with one section."""
    wanted = {"jurisdiction": "341522", "title": "草案", "year": 2023}
    draft = int(office.post("/checklists", wanted).json()["id"])
    office.post(f"/checklists/{draft}/sections", {"title": "一、任务"})
    return draft


def publish(office: Api, checklist: int, **more: str) -> Any:
    return office.put(f"/checklists/{checklist}/publication", {"audience": "units"} | more)


def test_what_would_be_overdue_at_once_needs_a_day(county: County, office: Api, draft: int) -> None:
    monthly = created(office, MONTHLY, checklist=draft)
    given(county, office, monthly["id"], TOWNSHIPS)
    late = created(office, {"kind": "on", "due_on": "2023-03-31"}, checklist=draft)
    given(county, office, late["id"], "司法局")
    answer = publish(office, draft)
    problem = answer.json()

    assert refused(answer) == (409, "starts_on_needed")
    assert problem["overdue"] == 151
    assert problem["tasks"] == [
        {"id": monthly["id"], "number": 1, "overdue": 150},
        {"id": late["id"], "number": 2, "overdue": 1},
    ]
    assert problem["days"] == [{"starts_on": "2023-06-15", "overdue": 0}, {"starts_on": "2023-01-01", "overdue": 151}]
    assert "151 obligations of 2 tasks" in problem["detail"]
    assert office.get(f"/checklists/{draft}").json()["state"] == "draft"


def test_where_nothing_is_overdue_no_day_is_asked_for(county: County, office: Api, draft: int) -> None:
    task = created(office, {"kind": "default"}, checklist=draft)["id"]
    given(county, office, task, "司法局")
    published = publish(office, draft)

    assert (published.status_code, published.json()["overdue_at_once"]) == (200, 0)
    assert owed(office, task) == [("2023", "2023-01-01")]


def test_what_was_due_before_the_day_that_is_given_was_never_owed(
    county: County, office: Api, draft: int, now: FakeClock
) -> None:
    monthly = created(office, MONTHLY, checklist=draft)["id"]
    given(county, office, monthly, TOWNSHIPS)
    past = created(office, {"kind": "on", "due_on": "2023-03-31"}, checklist=draft)["id"]
    given(county, office, past, "司法局")
    now.set("2023-06-16")
    published = publish(office, draft, starts_on="2023-05-10")

    assert published.json()["overdue_at_once"] == 30
    assert periods_of(office, monthly) == [f"2023-{month:02}" for month in range(5, 13)]
    assert set(owed(office, monthly, unit=county.units["城关镇"])) == {
        ("2023-05", "2023-05-10"),
        *((f"2023-{month:02}", f"2023-{month:02}-01") for month in range(6, 13)),
    }
    assert (periods_of(office, past), owed(office, past)) == ([], [])
    assert office.all("/obligations", task=monthly, as_of="2023-05-09") == []
    assert len(office.all("/obligations", task=monthly, as_of="2023-05-10", limit=200)) == 30
    assert office.get(f"/tasks/{monthly}").json()["starts_on"] == "2023-05-10"
    assert verified(county) == []


def test_a_task_of_a_draft_keeps_the_day_that_it_was_given(county: County, office: Api, draft: int) -> None:
    task = created(office, MONTHLY, checklist=draft, starts_on="2023-04-15")["id"]
    given(county, office, task, "司法局")
    publish(office, draft, starts_on="2023-06-01")

    assert periods_of(office, task)[0] == "2023-04"


def test_publishing_again_asks_nothing_and_changes_no_day(county: County, office: Api, draft: int) -> None:
    task = created(office, MONTHLY, checklist=draft)["id"]
    given(county, office, task, "司法局")
    publish(office, draft, starts_on="2023-06-01")
    before = owed(office, task)
    office.delete(f"/checklists/{draft}/publication")
    again = [publish(office, draft), publish(office, draft, starts_on="2023-02-01")]

    assert [answer.status_code for answer in again] == [200, 200]
    assert owed(office, task) == before
    assert created(office, MONTHLY, checklist=draft)["starts_on"] == "2023-06-15"


def test_what_was_added_while_units_saw_nothing_needs_a_day(
    county: County, office: Api, draft: int, now: FakeClock
) -> None:
    old = created(office, {"kind": "on", "due_on": "2023-06-16"}, checklist=draft)["id"]
    given(county, office, old, TOWNSHIPS)
    publish(office, draft)
    now.set("2023-06-17")
    office.delete(f"/checklists/{draft}/publication")
    task = created(office, {"kind": "on", "due_on": "2023-06-20"}, checklist=draft)["id"]
    given(county, office, task, "司法局")
    now.set("2023-06-25")
    asked, done = publish(office, draft), publish(office, draft, starts_on="2023-06-25")

    assert refused(asked) == (409, "starts_on_needed")
    assert asked.json()["tasks"] == [{"id": task, "number": 2, "overdue": 1}]
    assert asked.json()["days"] == [
        {"starts_on": "2023-06-25", "overdue": 0},
        {"starts_on": "2023-01-01", "overdue": 1},
    ]
    assert (done.status_code, done.json()["overdue_at_once"]) == (200, 0)
    assert (owed(office, task), len(office.all("/overdue", task=old, limit=200))) == ([], 30)
    assert verified(county) == []


def test_a_last_day_that_was_moved_while_units_saw_nothing_needs_a_day(
    county: County, office: Api, draft: int, now: FakeClock
) -> None:
    task = created(office, {"kind": "default"}, checklist=draft)
    given(county, office, task["id"], "司法局")
    publish(office, draft)
    now.set("2023-06-17")
    office.delete(f"/checklists/{draft}/publication")
    wanted = {"revision": task["revision"], "schedule": {"kind": "on", "due_on": "2023-06-20"}}
    assert office.patch(f"/tasks/{task['id']}", wanted).status_code == 200
    now.set("2023-06-25")
    asked, done = publish(office, draft), publish(office, draft, starts_on="2023-06-25")

    assert refused(asked) == (409, "starts_on_needed")
    assert [one["overdue"] for one in asked.json()["days"]] == [1, 1]
    assert (done.status_code, done.json()["overdue_at_once"]) == (200, 1)


def test_what_fell_due_while_units_saw_nothing_is_counted_when_they_see_it_again(
    county: County, office: Api, draft: int, now: FakeClock
) -> None:
    for day, unit in (("2023-06-16", "司法局"), ("2023-06-17", "财政局"), ("2023-06-20", TOWNSHIPS)):
        given(county, office, created(office, {"kind": "on", "due_on": day}, checklist=draft)["id"], unit)
    publish(office, draft)
    now.set("2023-06-17")
    office.delete(f"/checklists/{draft}/publication")
    now.set("2023-06-25")
    done = publish(office, draft)

    assert (done.status_code, done.json()["overdue_at_once"]) == (200, 31)  # one was overdue when they last saw it
    assert len(office.all("/overdue", checklist=draft, limit=200)) == 32


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_a_day_outside_the_register_is_refused(office: Api, draft: int, day: str) -> None:
    answer = publish(office, draft, starts_on=day)

    assert refused(answer) == (422, "invalid_request")
    assert answer.json()["errors"][0]["field"] == "body.starts_on"


def test_what_was_known_of_a_draft_before_stays(county: County, office: Api, draft: int, now: FakeClock) -> None:
    task = created(office, MONTHLY, checklist=draft)["id"]
    given(county, office, task, "司法局")
    known = {"task": task, "as_of": "2023-06-15", "known_on": "2023-06-15", "limit": 200}
    now.set("2023-06-16")
    before = {one["id"]: one["state"] for one in office.all("/obligations", **known)}
    publish(office, draft, starts_on="2023-06-10")

    assert len(before) == 6
    assert {one["id"]: one["state"] for one in office.all("/obligations", **known)} == before


@pytest.mark.parametrize("source", ["sample", "real"])
def test_a_register_of_a_past_year_is_owed_from_its_first_day(
    database: Database, client: Client, now: FakeClock, source: str
) -> None:
    if source == "real" and not INPUT.exists():
        pytest.skip("the county's real page is not beside this project")
    now.set("2026-11-29")
    with database.session(writes=True) as session:
        if source == "sample":
            enter_county(session, at=clock.now())
            page = sample_page()
        else:
            lines = read_directory((INPUT / "huoqiu-units.csv").read_bytes())
            import_directory(session, lines, COUNTY, by=OPERATOR, at=clock.now())
            page = (INPUT / "huoqiu-2023-register.txt").read_bytes()
        made = import_register(session, read_register(page), COUNTY, by=OPERATOR, at=clock.now(), soon=7)
    county = County(database, client, made.checklist_id, {})
    office, auditor = county.as_role("coordinator"), county.as_role("auditor")
    rejected = publish(office, made.checklist_id)
    done = publish(office, made.checklist_id, starts_on="2023-01-01")

    def overdue(day: str, **known: str) -> int:
        return len(auditor.all("/overdue", as_of=day, limit=200, **known))

    assert refused(rejected) == (409, "starts_on_needed")
    assert (rejected.json()["overdue"], sum(one["overdue"] for one in rejected.json()["tasks"])) == (539, 539)
    assert rejected.json()["days"][0] == {"starts_on": "2023-01-01", "overdue": 539}
    assert done.json()["overdue_at_once"] == 539
    assert [overdue("2024-01-01"), overdue("2023-12-31")] == [539, 0]
    assert [overdue(day, known_on="2024-01-01") for day in ("2024-01-01", "2023-12-31")] == [0, 0]


def test_an_earlier_day_said_in_a_draft_counts_for_the_days_from_then_on(
    county: County, office: Api, draft: int, now: FakeClock
) -> None:
    task = created(office, {"kind": "default"}, checklist=draft, starts_on="2023-05-10")
    given(county, office, task["id"], "司法局")
    wanted = {"revision": task["revision"], "starts_on": "2023-03-01"}
    assert office.patch(f"/tasks/{task['id']}", wanted).status_code == 200
    publish(office, draft)
    now.set("2023-06-20")
    found = [len(office.all("/obligations", task=task["id"], as_of=day)) for day in ("2023-02-28", "2023-03-01")]

    assert found == [0, 1]


def test_a_draft_that_was_archived_is_a_draft_again(county: County, office: Api, draft: int) -> None:
    states = [office.request(method, f"/checklists/{draft}/archival").json()["state"] for method in ("PUT", "DELETE")]

    assert states == ["archived", "draft"]
    assert county.anonymous().get(f"/checklists/{draft}").status_code == 404
