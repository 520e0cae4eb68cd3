"""A checklist's year: it moves with all days and periods while nobody was told of it, and not afterwards."""

from typing import Any

import pytest
from sqlmodel import col, update

from app.obligations.models import Obligation
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_owed_from import created, given, periods_of, refused, verified
from tests.obligations.test_periods import MONTHLY


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    now.set("2026-02-10")
    return county.as_role("coordinator")


@pytest.fixture
def draft(office: Api) -> int:
    """A draft that was begun for 2024 by mistake, with one section."""
    wanted = {"jurisdiction": "341522", "title": "草案", "year": 2024}
    draft = int(office.post("/checklists", wanted).json()["id"])
    office.post(f"/checklists/{draft}/sections", {"title": "一、任务"})
    return draft


def change(office: Api, checklist: int, **wanted: Any) -> Any:
    revision = office.get(f"/checklists/{checklist}").json()["revision"]
    return office.patch(f"/checklists/{checklist}", {"revision": revision} | wanted)


def obligations(office: Api, task: int) -> list[dict[str, Any]]:
    return office.all("/obligations", task=task, upcoming=True)


def last_days(office: Api, task: int) -> list[str]:
    return sorted(one["due_on"] for one in obligations(office, task))


def test_another_year_makes_all_periods_anew(county: County, office: Api, draft: int) -> None:
    by_default = created(office, {"kind": "default"}, checklist=draft)["id"]
    monthly = created(office, MONTHLY, checklist=draft)["id"]
    on_leap_day = created(office, {"kind": "on", "due_on": "2024-02-29"}, checklist=draft)["id"]
    later = created(office, {"kind": "on", "due_on": "2027-06-30"}, checklist=draft)["id"]
    for task in (by_default, monthly, on_leap_day, later):
        given(county, office, task, "司法局")
    changed = change(office, draft, year=2026)
    shown = changed.json()

    assert (changed.status_code, shown["year"], shown["periods_remade"]) == (200, 2026, 15)
    assert (shown["starts_on"], shown["default_due_on"], shown["ends_on"]) == ("2026-01-01", "2026-12-31", "2026-12-31")
    assert periods_of(office, monthly) == [f"2026-{month:02}" for month in range(1, 13)]
    assert last_days(office, by_default) == ["2026-12-31"]
    assert last_days(office, on_leap_day) == ["2026-02-28"]
    assert last_days(office, later) == ["2027-06-30"], "it lies in no year of the checklist"
    assert verified(county) == []


def test_a_year_that_is_taken_back_leaves_all_as_it_was(county: County, office: Api, draft: int) -> None:
    task = created(office, {"kind": "on", "due_on": "2024-06-30"}, checklist=draft)["id"]
    given(county, office, task, "司法局")
    change(office, draft, year=2026)
    back = change(office, draft, year=2024)

    assert back.json()["periods_remade"] == 1
    assert (periods_of(office, task), last_days(office, task)) == (["2024"], ["2024-06-30"])
    assert verified(county) == []


def test_the_same_year_makes_nothing_anew(office: Api, draft: int) -> None:
    changed = change(office, draft, year=2024, title="草案（修订）")

    assert (changed.json()["title"], changed.json()["periods_remade"]) == ("草案（修订）", 0)


def test_the_year_of_a_checklist_that_units_were_told_of_stays(county: County, office: Api, draft: int) -> None:
    task = created(office, {"kind": "on", "due_on": "2024-06-30"}, checklist=draft)["id"]
    given(county, office, task, "司法局")
    office.put(f"/checklists/{draft}/publication", {"audience": "units", "starts_on": "2024-01-01"})
    office.delete(f"/checklists/{draft}/publication")
    answer = change(office, draft, year=2026)

    assert refused(answer) == (409, "reported_on")
    assert answer.json()["errors"][0]["field"] == "body.year"
    assert last_days(office, task) == ["2024-06-30"]


def test_the_year_of_a_checklist_that_was_reported_on_stays(county: County, office: Api, draft: int) -> None:
    """As a database has it that is older than what is recorded of publications."""
    task = created(office, {"kind": "default"}, checklist=draft)["id"]
    given(county, office, task, "司法局")
    with county.database.session(writes=True) as session:
        session.exec(update(Obligation).where(col(Obligation.task_id) == task).values(percent=40))

    assert refused(change(office, draft, year=2026)) == (409, "reported_on")
