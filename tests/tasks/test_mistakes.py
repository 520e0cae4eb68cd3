"""Mistakes do not accuse: what was owed by mistake leaves the answer for every day, and what was reported stays."""

import json
from typing import Any

import pytest

from app.database.engine import Database
from app.journal.verification import verify
from app.obligations.models import Obligation
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

TOWNSHIPS = "各乡镇人民政府"
NEVER = {"reason": "误分派。", "as_if_never": True}
DONE = {"state": "completed", "narrative": "已办结。"}
MONTHLY = {"kind": "monthly"}
SINCE = {"starts_on": "2023-01-01"}
AT_LEAST = [{"metric": "个", "comparison": "at_least", "number": 10}]
ABOUT_A_DAY = (
    "/overdue",
    "/tallies/by-unit",
    "/tallies/by-task",
    "/tallies/by-section",
    "/tallies/by-jurisdiction",
    "/oversight/ranking",
    "/oversight/trend",
    "/obligations",
    "/oversight/contradictions",
)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def a_task(county: County, office: Api, *units: str, **more: Any) -> int:
    section = office.all("/checklists/1/sections")[0]["id"]
    wanted = {
        "checklist_id": 1,
        "section_id": section,
        "requirement": "按月公开。",
        "schedule": MONTHLY,
        **SINCE,
        **more,
    }
    task = int(office.post("/tasks", wanted).json()["id"])
    for unit in units:
        assert office.put(f"/tasks/{task}/units/{county.units[unit]}", SINCE).status_code == 201
    return task


def owed(api: Api, task: int, **filters: Any) -> list[int]:
    return [one["id"] for one in api.all("/obligations", task=task, upcoming=True, **filters)]


def overdue(api: Api, task: int, day: str) -> int:
    return len([one for one in api.all("/overdue", as_of=day) if one["task"]["id"] == task])


def withdraw(office: Api, task: int, body: Any = NEVER) -> Any:
    answer = office.put(f"/tasks/{task}/withdrawal", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def unassign(county: County, office: Api, task: int, unit: str) -> Any:
    answer = office.delete(f"/tasks/{task}/units/{county.units[unit]}", **NEVER)
    assert answer.status_code == 200, answer.text
    return answer.json()


def verified(database: Database) -> list[Any]:
    with database.session(writes=False) as session:
        return verify(session).faults


def test_a_task_withdrawn_as_if_it_had_never_been_leaves_every_past_day(
    county: County, office: Api, now: FakeClock
) -> None:
    task = a_task(county, office, "司法局", "财政局")
    now.set("2023-09-20")
    before = [overdue(office, task, day) for day in ("2023-07-01", "2023-09-01", "2023-09-20")]
    withdraw(office, task)
    now.set("2023-09-21")

    assert all(before)
    assert [overdue(office, task, day) for day in ("2023-07-01", "2023-09-01", "2023-09-20", "2023-09-21")] == [0] * 4
    assert owed(office, task) == owed(office, task, as_of="2023-07-01") == []


def everything(api: Api, day: str | None) -> dict[str, Any]:
    """What every list, tally, rank, trend and export says of a day."""
    asked = {"as_of": day} if day else {}
    said = {path: api.all(path, **asked) for path in ABOUT_A_DAY}
    for path in ("/checklists/1/register", "/checklists/1/working-register"):
        answer = api.get(path, format="json", **asked)
        assert answer.status_code == 200, answer.text
        said[path] = answer.json()["rows"]
    return said


def test_every_answer_is_as_if_it_had_never_been(county: County, office: Api, now: FakeClock) -> None:
    days = [None, "2023-07-31", "2023-09-19"]
    now.set("2023-09-20")
    before = [everything(office, day) for day in days]
    standing = a_task(county, office, "司法局", TOWNSHIPS, schedule={"kind": "standing", "report_every_days": 1})
    monthly = a_task(county, office, "司法局", TOWNSHIPS, summary="已完成。", targets=AT_LEAST)
    first = owed(office, monthly, unit=county.units["司法局"])[0]
    county.as_unit("司法局").post(f"/obligations/{first}/updates", {**DONE, "figures": [{"metric": "个", "number": 1}]})
    between = [everything(office, day) for day in days]
    withdraw(office, standing)
    withdraw(office, monthly)
    after = [everything(office, day) for day in days]

    assert all(one != other for one, other in zip(between, before, strict=True))
    assert after == before


def test_what_was_known_before_the_correction_still_shows(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, "司法局")
    now.set("2023-09-20")
    before = [one for one in office.all("/overdue", as_of="2023-09-20") if one["task"]["id"] == task]
    now.set("2023-09-21")
    withdraw(office, task)
    now.set("2023-09-25")

    def known(day: str) -> list[Any]:
        found = office.all("/overdue", as_of="2023-09-20", known_on=day)
        return [one for one in found if one["task"]["id"] == task]

    assert known("2023-09-20") == before != []
    assert known("2023-09-21") == known("2023-09-25") == []


def test_what_was_reported_on_it_stays_readable(county: County, office: Api) -> None:
    task = a_task(county, office, "司法局")
    obligation = owed(office, task)[0]
    unit = county.as_unit("司法局")
    evidence = [{"url": "https://www.huoqiu.gov.cn/1.html", "title": "公开页"}]
    unit.post(f"/obligations/{obligation}/updates", {**DONE, "evidence": evidence})
    withdraw(office, task)

    shown = unit.get(f"/obligations/{obligation}").json()
    [update] = unit.all(f"/obligations/{obligation}/updates")
    assert (shown["state"], shown["voided_at"], shown["light"]) == ("completed", "2023-06-01T09:00:00+08:00", None)
    assert (update["narrative"], update["evidence"][0]["title"]) == ("已办结。", "公开页")


def test_nothing_more_is_said_or_decided_on_it(county: County, office: Api) -> None:
    task = a_task(county, office, "司法局")
    done, still_open = owed(office, task)[:2]
    unit, auditor = county.as_unit("司法局"), county.as_role("auditor")
    unit.post(f"/obligations/{done}/updates", DONE)
    unassign(county, office, task, "司法局")
    look = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2023-07-01"}
    later = {"due_on": "2023-12-01", "reason": "汛期。"}

    answers = [
        answer
        for one in (done, still_open)
        for answer in (
            unit.post(f"/obligations/{one}/updates", DONE),
            unit.post(f"/obligations/{one}/extensions", later),
            auditor.post(f"/obligations/{one}/findings", look),
            office.post(f"/obligations/{one}/waiver", {"reason": "免办。"}),
        )
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "obligation_closed")}
    assert "taken back" in answers[0].json()["detail"]


def test_a_finding_on_it_ends_and_stays_readable(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, "司法局")
    auditor, unit = county.as_role("auditor"), county.as_unit("司法局")
    look = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2023-07-01"}
    finding = auditor.post(f"/obligations/{owed(office, task)[0]}/findings", look).json()["id"]
    now.set("2023-08-15")
    unassign(county, office, task, "司法局")
    refused = unit.post(f"/findings/{finding}/answers", {"narrative": "已改。"})

    assert auditor.all("/findings", overdue=True) == auditor.all("/findings", state="open") == []
    assert auditor.get(f"/findings/{finding}").json()["narrative"] == "未见公开。"
    assert (refused.status_code, refused.json()["code"]) == (409, "obligation_closed")


def test_a_rest_of_it_ends(county: County, office: Api, database: Database) -> None:
    task = a_task(county, office, "司法局")
    obligation = owed(office, task)[0]
    rests = office.put(f"/obligations/{obligation}/suspension", {"reason": "汛期。"})
    unassign(county, office, task, "司法局")

    assert rests.status_code in (200, 201), rests.text
    assert office.get(f"/obligations/{obligation}").json()["suspended_on"] is None
    assert verified(database) == []


def test_a_part_taken_back_leaves_the_counts_of_its_task(county: County, office: Api) -> None:
    task = a_task(county, office, "司法局", "财政局")
    county.as_unit("财政局").post(f"/obligations/{owed(office, task, unit=county.units['财政局'])[0]}/updates", DONE)
    shown = unassign(county, office, task, "财政局")
    periods = office.all(f"/tasks/{task}/periods")

    assert (shown["counts"], shown["state"]) == ({"owed": len(periods), "completed": 0, "waived": 0}, "not_started")
    assert {period["counts"]["owed"] for period in periods} == {1}
    assert {period["counts"]["waived"] for period in periods} == {0}


def test_what_is_owed_through_another_part_too_stays(county: County, office: Api) -> None:
    task = a_task(county, office, "城关镇", TOWNSHIPS)
    before = owed(office, task, unit=county.units["城关镇"])
    unassign(county, office, task, "城关镇")

    assert owed(office, task, unit=county.units["城关镇"]) == before


def test_what_another_part_owes_from_a_later_day_only_is_taken_back_till_then(
    county: County, office: Api, now: FakeClock
) -> None:
    task, unit = a_task(county, office, "城关镇"), county.units["城关镇"]
    office.put(f"/tasks/{task}/units/{county.units[TOWNSHIPS]}", {"starts_on": "2023-09-01"})
    now.set("2023-09-20")
    unassign(county, office, task, "城关镇")

    periods = [one["period"] for one in office.all("/obligations", task=task, unit=unit, upcoming=True)]
    assert periods == ["2023-09", "2023-10", "2023-11", "2023-12"]
    assert owed(office, task, unit=unit, as_of="2023-07-31") == []


def test_a_later_part_taken_back_leaves_what_an_earlier_one_had_completed(
    county: County, office: Api, now: FakeClock
) -> None:
    task, unit = a_task(county, office, "司法局"), county.units["司法局"]
    done = owed(office, task)[0]
    county.as_unit("司法局").post(f"/obligations/{done}/updates", DONE)
    office.delete(f"/tasks/{task}/units/{unit}")
    now.set("2023-09-20")
    office.put(f"/tasks/{task}/units/{unit}", {"starts_on": "2023-09-01"})
    unassign(county, office, task, "司法局")

    [shown] = office.all("/obligations", task=task, state="completed")
    assert shown["id"] == done


def test_without_a_reason_a_mistake_is_not_taken_back(county: County, office: Api) -> None:
    task, unit = a_task(county, office, "司法局"), county.units["司法局"]
    paths = (f"/tasks/{task}/units/{unit}", f"/units/{county.units[TOWNSHIPS]}/members/{county.units['城关镇']}")
    refused = [office.delete(path, as_if_never=True) for path in paths]
    refused.append(office.put(f"/tasks/{task}/withdrawal", {"as_if_never": True}))

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(422, "invalid_request")] * 3
    assert "reason" in refused[0].text


def test_the_journal_says_that_a_mistake_was_taken_back(county: County, office: Api, database: Database) -> None:
    task = a_task(county, office, "司法局", "财政局")
    unassign(county, office, task, "财政局")
    withdraw(office, task)
    entries = county.as_role("auditor").all("/journal/checklist:1")

    of_task = [one for one in entries if one["subject"] == f"task:{task}"]
    said = {one["verb"]: json.loads(one["payload"]).get("facts") for one in of_task}
    assert said["assignment.ended"] == said["task.withdrawn"] == {"as_if_never": True}
    assert verified(database) == []


def test_a_member_that_never_was_one_owes_nothing_of_any_day(county: County, office: Api, now: FakeClock) -> None:
    task, unit = a_task(county, office, TOWNSHIPS), county.units["残联"]
    path = f"/units/{county.units[TOWNSHIPS]}/members/{unit}"
    office.put(path, {"from_on": "2023-06-01"})
    now.set("2023-08-15")
    before = owed(office, task, unit=unit, as_of="2023-07-31")
    ended = office.delete(path, **NEVER)

    assert before
    assert ended.json()["voided_at"]
    assert owed(office, task, unit=unit) == owed(office, task, unit=unit, as_of="2023-07-31") == []
    assert len(owed(office, task, unit=county.units["城关镇"])) == 12


def test_a_member_that_never_was_one_owed_nothing_of_a_task_that_was_withdrawn_meanwhile(
    county: County, office: Api, now: FakeClock
) -> None:
    task, unit = a_task(county, office, TOWNSHIPS), county.units["残联"]
    path = f"/units/{county.units[TOWNSHIPS]}/members/{unit}"
    office.put(path, {"from_on": "2023-06-01"})
    now.set("2023-08-15")
    withdraw(office, task, {"reason": "重复。"})
    office.delete(path, **NEVER)

    assert owed(office, task, unit=unit, as_of="2023-07-31") == []
    assert len(owed(office, task, unit=county.units["城关镇"], as_of="2023-07-31")) == 7


def test_a_member_taken_back_is_not_made_to_owe_again_by_the_next_change(
    county: County, office: Api, now: FakeClock
) -> None:
    task, unit = a_task(county, office, TOWNSHIPS), county.units["残联"]
    path = f"/units/{county.units[TOWNSHIPS]}/members/{unit}"
    office.put(path, {"from_on": "2023-06-01"})
    now.set("2023-08-15")
    office.delete(path, **NEVER)
    office.put(f"/units/{county.units[TOWNSHIPS]}/members/{county.units['司法局']}", {})

    assert owed(office, task, unit=unit) == []


def test_what_had_ended_before_can_be_taken_back_too(
    county: County, office: Api, now: FakeClock, database: Database
) -> None:
    """A task, a part in a task, and a place in a collective, each of which ended as if it had been right."""
    unit, collective = county.units["财政局"], county.units[TOWNSHIPS]
    task, parted, through = (a_task(county, office, name) for name in ("财政局", "财政局", TOWNSHIPS))
    office.put(f"/units/{collective}/members/{unit}", {"from_on": "2023-02-01"})
    paths = [f"/tasks/{task}/withdrawal", f"/tasks/{parted}/units/{unit}", f"/units/{collective}/members/{unit}"]
    now.set("2023-06-05")
    for path in paths:
        assert office.request("PUT" if path.endswith("withdrawal") else "DELETE", path, **asked(path, {})).is_success
    before = [still_overdue(office, one, unit) for one in (task, parted, through)]
    now.set("2023-06-06")
    taken_back, again = (
        [
            office.request("PUT" if path.endswith("withdrawal") else "DELETE", path, **asked(path, NEVER))
            for path in paths
        ]
        for _ in range(2)
    )

    assert before == [5, 5, 4]
    assert [answer.status_code for answer in taken_back] == [200] * 3
    assert [still_overdue(office, one, unit) for one in (task, parted, through)] == [0, 0, 0]
    assert [answer.status_code for answer in again] == [409, 404, 404]
    assert office.get(f"/tasks/{task}").json()["withdrawn_on"] == "2023-06-05"
    assert verified(database) == []


def asked(path: str, how: dict[str, Any]) -> dict[str, Any]:
    """As the body of a withdrawal, else as parameters."""
    return {"json": {"reason": "撤销。", **how}} if path.endswith("withdrawal") else {"params": how}


def still_overdue(api: Api, task: int, unit: int) -> int:
    """How many obligations of a unit stand in the answer for a past day."""
    return len([one for one in api.all("/overdue", as_of="2023-06-04", unit=unit) if one["task"]["id"] == task])


def test_what_was_taken_back_is_owed_anew_when_it_is_assigned_again(
    county: County, office: Api, now: FakeClock, database: Database
) -> None:
    task = a_task(county, office, "司法局", schedule={"kind": "on", "due_on": "2023-07-31"})
    now.set("2023-08-15")
    unassign(county, office, task, "司法局")
    again = office.put(f"/tasks/{task}/units/{county.units['司法局']}", {"starts_on": "2023-07-20"})
    [one] = office.all("/obligations", task=task)
    shown = [one[name] for name in ("state", "starts_on", "timeliness", "voided_at")]
    with database.session(writes=False) as session:
        missed_before = session.get_one(Obligation, one["id"]).has_missed

    assert again.status_code == 201
    assert shown == ["not_started", "2023-07-20", "overdue", None]
    assert not missed_before
    assert owed(office, task, as_of="2023-07-10") == []
    assert owed(office, task, as_of="2023-07-25") == [one["id"]]
    assert verified(database) == []


def test_what_was_done_before_a_mistake_is_done_from_that_day_on(county: County, office: Api, now: FakeClock) -> None:
    now.set("2023-07-03")
    task = a_task(county, office, "司法局", schedule={"kind": "quarterly"})
    now.set("2023-08-10")
    (done,) = [one for one in county.as_unit("司法局").all("/obligations", task=task) if one["period"] == "2023-Q3"]
    county.as_unit("司法局").post(f"/obligations/{done['id']}/updates", DONE)
    now.set("2023-09-01")
    office.delete(f"/tasks/{task}/units/{county.units['司法局']}", **NEVER)
    now.set("2023-09-05")
    office.put(f"/tasks/{task}/units/{county.units['司法局']}", SINCE)
    now.set("2023-09-20")
    stood = {
        day: [one["state"] for one in office.all("/obligations", task=task, as_of=day) if one["period"] == "2023-Q3"]
        for day in ("2023-08-09", "2023-08-10", "2023-09-03", "2023-09-20")
    }

    assert stood == {
        "2023-08-09": ["not_started"],
        "2023-08-10": ["completed"],
        "2023-09-03": ["completed"],
        "2023-09-20": ["completed"],
    }
