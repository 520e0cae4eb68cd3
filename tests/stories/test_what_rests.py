"""暂停 / 中止: what rests counts against nobody, and what was late before stays late by the days it was."""

from datetime import date
from typing import Any

import pytest
from alembic.util import CommandError
from sqlalchemy import text
from sqlmodel import select

from app.clock import local_day
from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.migrate import downgrade
from app.obligations.suspension_models import Suspension
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

CLAIM = {"state": "completed", "narrative": "已全部公开。"}
PROGRESS = {"state": "in_progress", "narrative": "正在整理。"}
WHY = {"reason": "项目选址调整,暂停实施。"}
LATER = {"reason": "招标延后。", "due_on": "2024-06-30"}
UNIT = "医保局"


@pytest.fixture
def owed(county: County) -> str:
    """The address of what 医保局 owes, due on 2023-12-31."""
    return f"/obligations/{county.as_unit(UNIT).all('/obligations')[0]['id']}"


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def suspended(office: Api, owed: str, **wanted: str) -> Any:
    answer = office.put(f"{owed}/suspension", WHY | wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


def resumed(office: Api, owed: str) -> Any:
    answer = office.delete(f"{owed}/suspension")
    assert answer.status_code == 200, answer.text
    return answer.json()


def of_unit(county: County, day: str | None = None, **query: str) -> Any:
    """How 医保局 stands, as of a day."""
    query |= {"as_of": day} if day else {}
    (row,) = county.as_role("auditor").all("/tallies/by-unit", unit=county.units[UNIT], **query)
    return row


def overdue(county: County, day: str, **query: Any) -> dict[str, int]:
    """What 医保局 has overdue as of a day: its last day, and the days that it is late."""
    items = county.as_role("auditor").all("/overdue", as_of=day, unit=county.units[UNIT], **query)
    return {one["due_on"]: one["days_overdue"] for one in items}


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_what_rests_is_grey_and_counts_in_no_rate(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2023-12-20")
    shown = suspended(office, owed)
    now.set("2024-02-01")

    unit = of_unit(county)
    assert (shown["timeliness"], shown["light"], shown["light_reason"]) == ("suspended", "grey", "suspended")
    assert (shown["suspended_on"], shown["suspension_reason"], shown["due_on"]) == (
        "2023-12-20",
        WHY["reason"],
        "2023-12-31",
    )
    assert overdue(county, "2024-02-01") == {}
    assert (unit["suspended"], unit["grey"], unit["light"], unit["overdue"], unit["on_time_rate"]) == (
        1,
        1,
        "grey",
        0,
        None,
    )


def test_before_its_first_day_of_rest_it_is_owed_as_ever(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    suspended(office, owed, from_on="2023-12-28")
    now.set("2024-03-01")
    before, after = of_unit(county, "2023-12-27"), of_unit(county, "2023-12-28")

    assert (before["due_soon"], before["suspended"], before["light"]) == (1, 0, "yellow")
    assert (after["due_soon"], after["suspended"], after["light"]) == (0, 1, "grey")


def test_what_was_overdue_before_stays_so_by_the_days_before(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    now.set("2024-01-11")
    suspended(office, owed)
    now.set("2024-03-01")

    unit = of_unit(county)
    days = {day: overdue(county, day) for day in ("2024-01-10", "2024-01-11", "2024-03-01")}
    assert days == {day: {"2023-12-31": 10} for day in days}
    assert (unit["overdue"], unit["suspended"], unit["grey"], unit["red"], unit["on_time_rate"]) == (1, 0, 1, 0, 0)
    assert county.as_role("auditor").get(owed).json()["days_overdue"] == 10
    assert overdue(county, "2024-03-01", min_days_overdue=10) == {"2023-12-31": 10}
    assert overdue(county, "2024-03-01", min_days_overdue=11) == {}


def test_resuming_moves_the_last_day_by_the_days_it_rested(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    now.set("2023-12-20")
    suspended(office, owed)
    now.set("2024-01-30")
    shown = resumed(office, owed)

    rested = date(2024, 1, 30) - date(2023, 12, 20)
    assert (shown["due_on"], shown["first_due_on"]) == (str(date(2023, 12, 31) + rested), "2023-12-31")
    assert (shown["suspended_on"], shown["suspension_reason"], shown["timeliness"]) == (None, None, "not_yet_due")
    assert of_unit(county, "2024-01-29")["suspended"] == 1


def test_the_first_last_day_is_unmoved(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2023-12-20")
    suspended(office, owed)
    now.set("2024-01-30")
    resumed(office, owed)

    assert overdue(county, "2024-01-30") == {}
    assert overdue(county, "2024-01-30", due="first") == {"2023-12-31": 30}
    assert overdue(county, "2024-01-29", due="first") == {}


def test_a_granted_last_day_moves_too_and_the_first_one_stays(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    query = county.as_unit(UNIT).post(f"{owed}/extensions", LATER | {"due_on": "2024-01-31"}).json()["id"]
    office.put(f"/extensions/{query}/decision", {"decision": "granted", "reason": "同意。"})
    now.set("2024-01-10")
    suspended(office, owed)
    now.set("2024-01-20")
    shown = resumed(office, owed)

    assert (shown["due_on"], shown["extended_to"], shown["first_due_on"]) == ("2024-02-10", "2024-02-10", "2023-12-31")


def test_what_was_late_goes_on_being_late_where_it_was(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2024-01-11")
    suspended(office, owed)
    now.set("2024-03-01")
    resumed(office, owed)

    assert overdue(county, "2024-03-01") == {"2024-02-19": 11}


def test_resumed_before_it_rested_it_moves_nothing(office: Api, owed: str, now: FakeClock) -> None:
    suspended(office, owed, from_on="2023-08-01")
    now.set("2023-07-31")
    shown = resumed(office, owed)

    assert (shown["due_on"], shown["extended_to"], shown["suspended_on"]) == ("2023-12-31", None, None)


def test_reopening_keeps_the_days_that_it_rested(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2023-12-01")
    suspended(office, owed)
    now.set("2023-12-11")
    resumed(office, owed)
    assert county.as_unit(UNIT).post(f"{owed}/updates", CLAIM).status_code == 201
    shown = office.post(f"{owed}/reopening", {"reason": "抽查未见公开"}).json()

    assert shown["due_on"] == "2024-01-10"


def test_what_rests_takes_reports_and_evidence_but_no_claim_and_no_later_day(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    unit = county.as_unit(UNIT)
    waiting = unit.post(f"{owed}/extensions", LATER).json()["id"]
    suspended(office, owed)
    now.set("2023-06-20")
    reported = unit.post(f"{owed}/updates", PROGRESS)
    evidence = unit.request(
        "POST", f"/updates/{reported.json()['id']}/evidence", files={"file": ("图.pdf", b"%PDF-1.7")}
    )
    granted = office.put(f"/extensions/{waiting}/decision", {"decision": "granted", "reason": "同意。"})
    opened = office.put(f"{owed}/extension-opening", {"reason": "可以"})
    turned_down = office.put(f"/extensions/{waiting}/decision", {"decision": "refused", "reason": "已暂停。"})

    assert [reported.status_code, evidence.status_code, turned_down.status_code] == [201, 201, 200]
    assert refused(unit.post(f"{owed}/updates", CLAIM)) == (409, "suspended")
    assert refused(unit.post(f"{owed}/extensions", LATER)) == (409, "suspended")
    assert [refused(granted), refused(opened)] == [(409, "suspended")] * 2


def test_until_its_first_day_of_rest_it_takes_a_claim_which_ends_the_rest(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    suspended(office, owed, from_on="2023-06-20")
    now.set("2023-06-19")
    claimed = county.as_unit(UNIT).post(f"{owed}/updates", CLAIM)

    shown = office.get(owed).json()
    assert (claimed.status_code, shown["state"], shown["suspended_on"]) == (201, "completed", None)


def test_what_a_claim_ended_can_rest_again(
    county: County, office: Api, owed: str, now: FakeClock, database: Database
) -> None:
    suspended(office, owed, from_on="2023-06-20")
    county.as_unit(UNIT).post(f"{owed}/updates", CLAIM)
    office.post(f"{owed}/reopening", {"reason": "未公开。"})
    suspended(office, owed)
    with database.session(writes=False) as session:
        faults = verify(session).faults

    assert office.get(owed).json()["suspended_on"] == "2023-06-01"
    assert faults == []


def test_a_rest_that_an_older_version_left_unended_is_ended_by_the_next(
    county: County, office: Api, owed: str, now: FakeClock, database: Database
) -> None:
    suspended(office, owed, from_on="2023-06-20")
    with database.session(writes=True) as session:
        session.execute(text("UPDATE obligation SET suspended_on = NULL"))

    suspended(office, owed)


def test_a_claim_that_waited_can_be_accepted(county: County, office: Api, owed: str, now: FakeClock) -> None:
    revision = office.get("/checklists/1").json()["revision"]
    office.patch("/checklists/1", {"revision": revision, "asks_for_review": True})
    claim = county.as_unit(UNIT).post(f"{owed}/updates", CLAIM).json()["id"]
    resting = suspended(office, owed)
    now.set("2024-02-01")
    accepted = office.post(f"/updates/{claim}/review", {"judgement": "accepted"})

    shown = office.get(owed).json()
    assert (resting["state"], resting["timeliness"]) == ("submitted", "suspended")
    assert (accepted.status_code, shown["completed_on"], shown["suspended_on"]) == (201, "2023-06-01", None)


def test_each_step_out_of_order_is_refused(county: County, office: Api, owed: str, now: FakeClock) -> None:
    nothing = office.delete(f"{owed}/suspension")
    past = office.put(f"{owed}/suspension", WHY | {"from_on": "2023-05-31"})
    suspended(office, owed, from_on="2024-01-01")
    twice = office.put(f"{owed}/suspension", WHY)
    by_unit = county.as_unit(UNIT).put(f"{owed}/suspension", WHY)
    assert county.as_unit(UNIT).post(f"{owed}/updates", CLAIM).status_code == 201
    closed = [office.put(f"{owed}/suspension", WHY), office.delete(f"{owed}/suspension")]

    assert (refused(nothing), refused(twice)) == ((409, "not_suspended"), (409, "already_suspended"))
    assert refused(past) == (422, "invalid_request")
    assert past.json()["errors"][0]["field"] == "body.from_on"
    assert refused(by_unit) == (403, "role_not_allowed")
    assert [refused(answer) for answer in closed] == [(409, "obligation_closed")] * 2


ENDINGS = {
    "waived": lambda office, owed, task, unit: office.post(f"{owed}/waiver", {"reason": "撤销"}),
    "withdrawn": lambda office, owed, task, unit: office.put(f"/tasks/{task}/withdrawal", {"reason": "撤销"}),
    "unassigned": lambda office, owed, task, unit: office.delete(f"/tasks/{task}/units/{unit}", reason="撤销"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_the_obligation_ends_its_rest(
    county: County, office: Api, owed: str, now: FakeClock, database: Database, ending: str
) -> None:
    suspended(office, owed)
    now.set("2023-07-01")
    task = office.get(owed).json()["task"]["id"]
    assert ENDINGS[ending](office, owed, task, county.units[UNIT]).status_code in (200, 201)

    shown = office.get(owed).json()
    with database.session(writes=False) as session:
        ended = session.exec(select(Suspension)).one()
        assert verify(session).faults == []
    assert (shown["state"], shown["suspended_on"], shown["due_on"]) == ("waived", None, "2023-12-31")
    assert ended.resumed_at is not None
    assert (local_day(ended.resumed_at), ended.rested_days) == (date(2023, 7, 1), 0)


def test_a_finding_neither_stops_a_rest_nor_is_moved_by_it(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    finding = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2023-06-30"}
    assert county.as_role("auditor").post(f"{owed}/findings", finding).status_code == 201
    shown = suspended(office, owed)
    now.set("2023-07-11")
    later = resumed(office, owed)

    assert (shown["light"], shown["finding_due_on"]) == ("grey", "2023-06-30")
    assert (later["finding_due_on"], later["light_reason"]) == ("2023-06-30", "finding_overdue")


def test_what_was_done_late_stays_so_though_its_correction_rests(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    now.set("2024-01-05")
    assert county.as_unit(UNIT).post(f"{owed}/updates", CLAIM).status_code == 201
    finding = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2024-01-31"}
    assert county.as_role("auditor").post(f"{owed}/findings", finding).status_code == 201
    resting = suspended(office, owed)
    now.set("2024-02-05")
    shown = resumed(office, owed)

    assert (resting["light"], resting["timeliness"]) == ("grey", "completed_late")
    assert (shown["due_on"], shown["timeliness"]) == ("2023-12-31", "completed_late")


def test_suspended_ones_can_be_filtered(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2023-06-10")
    suspended(office, owed, from_on="2023-06-12")
    now.set("2023-06-20")

    resting = {
        day: [one["id"] for one in office.all("/obligations", suspended=True, as_of=day)]
        for day in ("2023-06-11", "2023-06-12")
    }
    assert resting == {"2023-06-11": [], "2023-06-12": [int(owed.rpartition("/")[2])]}
    assert len(office.all("/obligations", suspended=False, limit=200)) == 538


@pytest.mark.parametrize(("unit", "last_day"), [("working_days", "2023-07-10"), ("calendar_days", "2023-07-10")])
def test_what_is_counted_from_an_event_does_not_end_on_a_day_off(
    county: County, office: Api, now: FakeClock, unit: str, last_day: str
) -> None:
    task = county.task(1)
    after = {"kind": "after_event", "days": 5, "unit": unit, "event": "文件印发"}
    assert office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "schedule": after}).status_code == 200
    assert office.post(f"/tasks/{task['id']}/events", {"happened_on": "2023-06-01", "title": "印发"}).status_code == 201
    (one, *_) = office.all("/obligations", task=task["id"], state="not_started")
    days = date(2023, 7, 8) - date.fromisoformat(one["due_on"])  # a Saturday
    suspended(office, f"/obligations/{one['id']}")
    now.set(str(date(2023, 6, 1) + days))

    assert resumed(office, f"/obligations/{one['id']}")["due_on"] == last_day


def test_a_named_day_moves_to_a_day_off_as_it_is(office: Api, owed: str, now: FakeClock) -> None:
    now.set("2023-12-01")
    suspended(office, owed)
    now.set("2023-12-07")

    assert resumed(office, owed)["due_on"] == "2024-01-06"  # a Saturday


def test_a_whole_task_rests_and_is_resumed(county: County, office: Api, now: FakeClock, database: Database) -> None:
    task = f"/tasks/{county.task(1)['id']}"
    owed = office.all("/obligations", task=county.task(1)["id"], limit=200)
    paths = [f"/obligations/{one['id']}" for one in owed[:2]]
    assert office.post(f"{paths[0]}/waiver", {"reason": "撤销"}).status_code == 201
    suspended(office, paths[1], from_on="2023-07-01")
    shown = office.put(f"{task}/suspension", WHY)
    now.set("2023-06-11")
    resting = office.all("/obligations", task=county.task(1)["id"], suspended=True, limit=200)
    again = office.put(f"{task}/suspension", WHY)
    back = office.delete(f"{task}/suspension")
    nothing = office.delete(f"{task}/suspension")

    assert (shown.status_code, shown.json()["light"]) == (200, "green")  # one of them rests only from July on
    assert len(resting) == len(owed) - 2
    assert (refused(again), refused(nothing)) == ((409, "already_suspended"), (409, "not_suspended"))
    moved = [one["due_on"] for one in office.all("/obligations", task=county.task(1)["id"], limit=200)]
    assert back.status_code == 200
    assert sorted(moved) == ["2023-12-31"] * 2 + ["2024-01-10"] * (len(owed) - 2)
    with database.session(writes=False) as session:
        assert verify(session).faults == []


def test_what_is_added_to_a_task_that_rests_does_so_from_the_start(
    county: County, office: Api, now: FakeClock, database: Database
) -> None:
    """A part that is new, and one that had ended and begins again; after the rest a new one is owed at once."""
    task, since = county.task(1)["id"], {"starts_on": "2023-06-01"}
    former, new, later = (county.units[name] for name in ("财政局", "民政局", "公安分局"))
    office.put(f"/tasks/{task}/units/{former}", since)
    office.delete(f"/tasks/{task}/units/{former}")
    office.put(f"/tasks/{task}/suspension", WHY)
    now.set("2023-06-11")
    for unit in (former, new):
        assert office.put(f"/tasks/{task}/units/{unit}", since).is_success
    added = [office.all("/obligations", task=task, unit=unit)[0] for unit in (former, new)]
    now.set("2023-06-21")
    office.delete(f"/tasks/{task}/suspension")
    office.put(f"/tasks/{task}/units/{later}", since)
    moved = [office.all("/obligations", task=task, unit=unit)[0]["due_on"] for unit in (former, new, later)]

    assert [(one["suspended_on"], one["suspension_reason"]) for one in added] == [("2023-06-11", WHY["reason"])] * 2
    assert moved == ["2024-01-10", "2024-01-10", "2023-12-31"]
    with database.session(writes=False) as session:
        assert not verify(session).faults


@pytest.mark.own_database
def test_a_database_in_which_something_rested_is_not_taken_back(
    office: Api, owed: str, settings: Settings, database: Database
) -> None:
    suspended(office, owed)
    with pytest.raises(CommandError, match=r"^1 suspensions would be lost; restore a backup"):
        downgrade(settings, "3c5e9d17a840")

    assert office.get(owed).json()["suspended_on"] == "2023-06-01"


def test_of_a_task_that_is_done_nothing_rests(county: County, office: Api) -> None:
    task = county.task(1)["id"]
    for one in office.all("/obligations", task=task, limit=200):
        office.post(f"/obligations/{one['id']}/waiver", {"reason": "撤销"})

    assert refused(office.put(f"/tasks/{task}/suspension", WHY)) == (409, "obligation_closed")
    assert refused(office.delete(f"/tasks/{task}/suspension")) == (409, "obligation_closed")


def test_a_task_of_which_all_rests_is_grey(county: County, office: Api) -> None:
    shown = office.put(f"/tasks/{county.task(1)['id']}/suspension", WHY).json()

    assert (shown["light"], shown["light_reason"], shown["overdue"]) == ("grey", "suspended", 0)


def test_a_standing_duty_that_rests_is_not_stale(county: County, office: Api, now: FakeClock) -> None:
    task = county.task(1)
    wanted = {"revision": task["revision"], "schedule": {"kind": "standing", "report_every_days": 30}}
    assert office.patch(f"/tasks/{task['id']}", wanted).status_code == 200
    assert office.put(f"/tasks/{task['id']}/suspension", WHY).status_code == 200
    now.set("2023-09-01")

    assert office.all("/obligations", task=task["id"], stale=True) == []


def test_a_rest_that_began_after_the_last_day_made_nobody_miss_it(
    county: County, office: Api, owed: str, now: FakeClock
) -> None:
    now.set("2023-12-31")
    suspended(office, owed)
    now.set("2024-02-01")

    assert not resumed(office, owed)["has_missed"]


def test_what_is_overdue_has_missed_its_last_day_though_nobody_touched_it(
    office: Api, owed: str, now: FakeClock
) -> None:
    now.set("2023-12-31")
    in_time = office.get(owed).json()["has_missed"]
    now.set("2024-01-01")

    assert not in_time
    assert office.get(owed).json()["has_missed"]


def test_the_working_register_says_what_rests(county: County, office: Api, owed: str, now: FakeClock) -> None:
    now.set("2024-01-11")
    suspended(office, owed)
    now.set("2024-02-01")
    table = office.get("/checklists/1/working-register", format="json").json()

    assert 10 in [row[8] for row in table["rows"] if row[3] == UNIT]


def test_a_standing_duty_is_silent_from_the_day_on_which_it_was_resumed(
    county: County, office: Api, now: FakeClock
) -> None:
    task = county.task(2)
    schedule = {"kind": "standing", "report_every_days": 30}
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "schedule": schedule})
    owed = f"/obligations/{office.all('/obligations', task=task['id'], limit=1)[0]['id']}"
    suspended(office, owed)
    now.set("2023-09-01")
    resumed(office, owed)
    after = {}
    for day in ("2023-09-30", "2023-10-01", "2023-10-02"):
        now.set(day)
        after[day] = office.get(owed).json()["stale"]

    assert after == {"2023-09-30": False, "2023-10-01": False, "2023-10-02": True}
