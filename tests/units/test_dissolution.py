"""A unit that was merged away owes what has begun, and nothing of what begins after."""

from typing import Any

import pytest

from app.database.engine import Database
from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import MONTHLY, TOWNSHIPS, a_task, periods

pytestmark = pytest.mark.long_on_postgresql

MERGED = {"reason": "撤镇设街道,并入城关镇。"}
LATER = {f"2023-{month:02}" for month in range(9, 13)}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def dissolve(office: Api, unit: int) -> Any:
    answer = office.put(f"/units/{unit}/dissolution", MERGED)
    assert answer.status_code == 200, answer.text
    return answer.json()


def waived(office: Api, task: int, unit: int) -> set[str]:
    return {key for key, state in periods(office, task, unit).items() if state == "waived"}


@pytest.mark.parametrize("through", ["河口镇", TOWNSHIPS])
def test_what_begins_after_is_waived_and_what_has_begun_stays(
    county: County, office: Api, now: FakeClock, through: str
) -> None:
    task, unit = a_task(county, office, MONTHLY, through), county.units["河口镇"]
    now.set("2023-08-15")
    shown = dissolve(office, unit)

    assert (shown["dissolved_on"], shown["revision"]) == ("2023-08-15", 2)
    assert waived(office, task["id"], unit) == LATER
    assert {one["reason"] for one in office.all("/obligations", task=task["id"], upcoming=True, state="waived")} == {
        "the unit was dissolved"
    }


def test_a_period_that_begins_on_the_day_is_not_owed(county: County, office: Api, now: FakeClock) -> None:
    task, unit = a_task(county, office, MONTHLY, "河口镇"), county.units["河口镇"]
    now.set("2023-09-01")
    dissolve(office, unit)

    assert waived(office, task["id"], unit) == LATER


def test_it_can_be_read_as_of_any_day(county: County, office: Api, now: FakeClock) -> None:
    task, unit = a_task(county, office, MONTHLY, TOWNSHIPS), county.units["河口镇"]
    days = ("2023-01-31", "2023-07-31", "2023-08-14")
    now.set("2023-08-15")

    def owed(day: str) -> int:
        found = office.all("/obligations", task=task["id"], unit=unit, as_of=day)
        return sum(one["state"] != "waived" for one in found)

    before = [owed(day) for day in days]
    dissolve(office, unit)
    now.set("2023-12-01")

    assert before == [1, 7, 8]
    assert [owed(day) for day in days] == before
    assert [owed(day) for day in ("2023-08-15", "2023-09-01", "2023-12-01")] == [8, 8, 8]


def test_its_places_in_collectives_end_and_the_others_stay(county: County, office: Api, now: FakeClock) -> None:
    now.set("2023-08-15")
    dissolve(office, county.units["河口镇"])

    members = {one["unit_id"]: one["until_on"] for one in office.all(f"/units/{county.units[TOWNSHIPS]}/members")}
    assert members.pop(county.units["河口镇"]) == "2023-08-15"
    assert {*members.values()} == {None}


def test_doing_it_again_changes_nothing(county: County, office: Api, now: FakeClock) -> None:
    first = dissolve(office, county.units["河口镇"])
    heads = office.all("/journal")
    now.set("2023-08-15")

    assert dissolve(office, county.units["河口镇"]) == first
    assert office.all("/journal") == heads


def test_a_dissolved_unit_gets_no_new_part_no_place_and_no_key(county: County, office: Api) -> None:
    unit = county.units["河口镇"]
    task = a_task(county, office, MONTHLY)
    dissolve(office, unit)
    key = {"name": "河口镇", "role": "reporter", "jurisdiction": "341522", "units": [unit]}
    answers = [
        office.put(f"/tasks/{task['id']}/units/{unit}", {"role": "responsible"}),
        office.put(f"/units/{county.units[TOWNSHIPS]}/members/{unit}", {}),
        county.as_role("admin").post("/keys", key),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "unit_dissolved")] * 3


def test_a_dissolved_collective_has_no_members_any_more(county: County, office: Api, now: FakeClock) -> None:
    task, collective = a_task(county, office, MONTHLY, TOWNSHIPS), county.units[TOWNSHIPS]
    now.set("2023-08-15")
    dissolve(office, collective)
    joined = office.put(f"/units/{collective}/members/{county.units['司法局']}", {})

    assert waived(office, task["id"], county.units["城关镇"]) == LATER
    assert (joined.status_code, joined.json()["code"]) == (409, "unit_dissolved")


def test_an_archived_checklist_stays_as_it_was(county: County, office: Api) -> None:
    task, unit = a_task(county, office, MONTHLY, "河口镇"), county.units["河口镇"]
    office.put("/checklists/1/archival")
    dissolve(office, unit)

    assert waived(office, task["id"], unit) == set()


def test_it_stands_in_the_journals_of_the_directory_and_the_checklist(
    county: County, office: Api, database: Database
) -> None:
    task, unit = a_task(county, office, MONTHLY, TOWNSHIPS), county.units["河口镇"]
    dissolve(office, unit)

    directory = office.all("/journal/directory:341522", limit=200)[-1]
    checklist = office.all("/journal/checklist:1", limit=200)[-1]
    assert (directory["verb"], directory["subject"]) == ("unit.dissolved", f"unit:{unit}")
    assert (checklist["verb"], checklist["subject"]) == ("dissolution.followed", f"task:{task['id']}")
    with database.session(writes=False) as session:
        assert verify(session).faults == []
