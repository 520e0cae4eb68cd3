"""暂停: a calendar that is corrected, what is opened again, and what an older version suspended."""

from datetime import date
from typing import Any

import pytest

from app import clock
from app.checklists.models import Task
from app.database.engine import Database
from app.journal.verification import verify
from app.operations.upgrading import follow_upgrade
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import a_task
from tests.stories.test_what_rests import CLAIM, LATER, PROGRESS, UNIT, WHY, overdue, resumed, suspended

pytestmark = pytest.mark.long_on_postgresql

AFTER = {"kind": "after_event", "days": 5, "unit": "working_days", "event": "文件印发"}
FINDING = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2024-03-31"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def corrected(county: County, day: str, *, worked: bool) -> None:
    days = {"days": [{"day": day, "is_working": worked, "name": "调整"}]}
    answer = county.as_role("admin", "").put("/calendar/days", days)
    assert answer.status_code == 200, answer.text


def counted_after_an_event(county: County, office: Api) -> Any:
    """What 医保局 owes by 2023-06-08."""
    task = a_task(county, office, AFTER, UNIT)
    assert office.post(f"/tasks/{task['id']}/events", {"happened_on": "2023-06-01", "title": "印发"}).status_code == 201
    (one,) = office.all("/obligations", task=task["id"])
    return f"/obligations/{one['id']}"


def test_a_correction_of_the_calendar_rolls_again_what_a_rest_moved(
    county: County, office: Api, now: FakeClock, database: Database
) -> None:
    owed = counted_after_an_event(county, office)
    suspended(office, owed)
    now.set(str(date(2023, 6, 1) + (date(2023, 7, 8) - date(2023, 6, 8))))
    moved = [resumed(office, owed)["due_on"]]
    for day, worked in (("2023-07-10", False), ("2023-06-08", False), ("2023-07-08", True), ("2023-08-01", False)):
        corrected(county, day, worked=worked)
        moved.append(office.get(owed).json()["due_on"])

    # from a Saturday to Monday; Monday is off, too; it was due by 9 June, and rests end on Sunday; no Sunday is worked
    assert moved == ["2023-07-10", "2023-07-11", "2023-07-11", "2023-07-11", "2023-07-11"]
    assert office.get(owed).json()["first_due_on"] == "2023-06-09"
    with database.session(writes=False) as session:
        assert not verify(session).faults


def test_a_weekend_that_turns_out_to_be_worked_takes_back_what_was_rolled(
    county: County, office: Api, now: FakeClock
) -> None:
    owed = counted_after_an_event(county, office)
    suspended(office, owed)
    now.set("2023-06-11")
    assert resumed(office, owed)["due_on"] == "2023-06-19"  # ten days later is 18 June, a Sunday
    corrected(county, "2023-06-18", worked=True)

    assert office.get(owed).json()["due_on"] == "2023-06-18"


def test_what_was_granted_before_the_rest_is_rolled_from_there_and_after_it_stays(
    county: County, office: Api, now: FakeClock
) -> None:
    """A named day is the office's word, whatever the calendar says of it."""

    def grant(owed: str, day: str) -> None:
        extension = county.as_unit(UNIT).post(f"{owed}/extensions", LATER | {"due_on": day}).json()["id"]
        granted = office.put(f"/extensions/{extension}/decision", {"decision": "granted", "reason": "同意。"})
        assert granted.status_code == 200, granted.text

    before, after = counted_after_an_event(county, office), counted_after_an_event(county, office)
    grant(before, "2023-06-14")
    for owed in (before, after):
        suspended(office, owed)
    now.set("2023-06-11")
    rolled = [resumed(office, owed)["due_on"] for owed in (before, after)]
    grant(after, "2023-06-26")
    corrected(county, "2023-06-26", worked=False)

    assert rolled == ["2023-06-25", "2023-06-19"]  # a Sunday that is worked
    assert [office.get(owed).json()["due_on"] for owed in (before, after)] == ["2023-06-25", "2023-06-26"]
    corrected(county, "2023-06-25", worked=False)
    assert [office.get(owed).json()["due_on"] for owed in (before, after)] == ["2023-06-27", "2023-06-26"]


def test_a_correction_counts_nothing_by_a_schedule_that_came_later(county: County, office: Api) -> None:
    """What was reported on keeps its last day when the task gets more days; the calendar moves it by none of those."""
    owed = counted_after_an_event(county, office)
    assert county.as_unit(UNIT).post(f"{owed}/updates", PROGRESS).status_code == 201
    task = office.get(f"/tasks/{office.get(owed).json()['task']['id']}").json()
    longer = {"revision": task["revision"], "schedule": AFTER | {"days": 15}}
    assert office.patch(f"/tasks/{task['id']}", longer).status_code == 200
    corrected(county, "2023-06-06", worked=False)

    assert office.get(owed).json()["due_on"] == "2023-06-08"


@pytest.mark.parametrize("way", ["reopening", "findings"])
def test_what_is_opened_again_of_a_task_that_rests_does_so_since_the_task_does(
    county: County, office: Api, now: FakeClock, database: Database, way: str
) -> None:
    """It was done in time; the claim did not hold, and the last day passed while the task rested."""
    owed = county.as_unit(UNIT).all("/obligations")[0]
    task, path = owed["task"]["id"], f"/obligations/{owed['id']}"
    assert county.as_unit(UNIT).post(f"{path}/updates", CLAIM).status_code == 201
    now.set("2023-12-20")
    assert office.put(f"/tasks/{task}/suspension", WHY).status_code == 200
    now.set("2024-01-30")
    extension = {"reopening": (office, {"reason": "抽查"}), "findings": (county.as_role("auditor"), FINDING)}
    api, body = extension[way]
    assert api.post(f"{path}/{way}", body | {"claim_held": False}).is_success
    shown = office.get(path).json()
    late = overdue(county, "2024-01-30")
    assert office.delete(f"/tasks/{task}/suspension").status_code == 200

    assert (shown["light"], shown["suspended_on"], shown["suspension_reason"]) == ("grey", "2023-12-20", WHY["reason"])
    assert (late, office.get(path).json()["due_on"]) == ({}, "2024-02-10")
    with database.session(writes=False) as session:
        assert not verify(session).faults


def test_a_finding_on_what_rests_or_was_resumed_alone_lets_it_be(county: County, office: Api, now: FakeClock) -> None:
    task = county.task(1)["id"]
    one, other = (f"/obligations/{one['id']}" for one in office.all("/obligations", task=task)[:2])
    assert office.put(f"/tasks/{task}/suspension", WHY).status_code == 200
    resumed(office, other)
    for path in (one, other):
        assert county.as_role("auditor").post(f"{path}/findings", FINDING).status_code == 201

    assert [office.get(path).json()["suspended_on"] for path in (one, other)] == ["2023-06-01", None]


def test_a_task_that_an_older_version_suspended_rests_as_a_whole_from_the_upgrade(
    county: County, office: Api, now: FakeClock, database: Database
) -> None:
    """It recorded that of each obligation, and who asked for it in the journal, but not of the task."""
    rests, goes_on = (county.task(number)["id"] for number in (1, 2))
    for task in (rests, goes_on):
        assert office.put(f"/tasks/{task}/suspension", WHY | {"from_on": "2023-06-10"}).status_code == 200
    now.set("2023-06-12")
    assert office.delete(f"/tasks/{goes_on}/suspension").status_code == 200
    suspended(office, f"/obligations/{office.all('/obligations', task=goes_on)[0]['id']}")
    with database.session(writes=True) as session:
        session.get_one(Task, rests).suspended_on = None  # as the older version left it
    now.set("2023-06-20")
    for _ in range(2):
        with database.session(writes=True) as session:
            follow_upgrade(session, soon=7, at=clock.now())
    unit = next(number for name, number in county.units.items() if name == "财政局")
    assert office.put(f"/tasks/{rests}/units/{unit}", {"starts_on": "2023-06-01"}).is_success

    with database.session(writes=False) as session:
        days = [session.get_one(Task, task).suspended_on for task in (rests, goes_on)]
    assert days == [date(2023, 6, 10), None]
    assert office.all("/obligations", task=rests, unit=unit)[0]["suspended_on"] == "2023-06-20"
    upgrades = [
        one for one in county.as_role("auditor").all("/journal/checklist:1", limit=200) if one["verb"] == "task.rests"
    ]
    assert len(upgrades) == 1
