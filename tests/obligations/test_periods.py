"""Tasks that are owed again and again: periods made ahead, who owes which, and what a change of schedule leaves."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import func, select

from app.database.engine import Database
from app.journal.verification import verify
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from tests.conftest import Api, County, FakeClock

MONTHLY = {"kind": "monthly"}
TOWNSHIPS = "各乡镇人民政府"
REPORT = {"state": "in_progress", "narrative": "正在推进。"}
DONE = {"state": "completed", "narrative": "已办结。"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def next_year(office: Api) -> int:
    """A checklist of 2024 with one section."""
    wanted = {"jurisdiction": "341522", "title": "2024年清单", "year": 2024}
    checklist_id = int(office.post("/checklists", wanted).json()["id"])
    office.post(f"/checklists/{checklist_id}/sections", {"title": "一、任务"})
    office.put(f"/checklists/{checklist_id}/publication", {"audience": "units"})
    return checklist_id


def a_task(county: County, office: Api, schedule: dict[str, Any], *units: str, checklist: int = 1) -> Any:
    """A task, and units' parts in it, owed from the checklist's first day."""
    section = office.all(f"/checklists/{checklist}/sections")[0]["id"]
    since = {"starts_on": office.get(f"/checklists/{checklist}").json()["starts_on"]}
    wanted = {"checklist_id": checklist, "section_id": section, "requirement": "按月公开。", "schedule": schedule}
    created = office.post("/tasks", wanted | since)
    assert created.status_code == 201, created.text
    for unit in units:
        part = f"/tasks/{created.json()['id']}/units/{county.units[unit]}"
        answer = office.put(part, {"role": "responsible"} | since)
        assert answer.status_code == 201, answer.text
    return created.json()


def reschedule(office: Api, task_id: int, schedule: dict[str, Any]) -> Any:
    revision = office.get(f"/tasks/{task_id}").json()["revision"]
    answer = office.patch(f"/tasks/{task_id}", {"revision": revision, "schedule": schedule})
    assert answer.status_code == 200, answer.text
    return answer.json()


def periods(api: Api, task_id: int, unit: int, **filters: Any) -> dict[str, str]:
    """period → state, of one unit's obligations for a task, those to come too."""
    found = api.all("/obligations", task=task_id, unit=unit, upcoming=True, **filters)
    return {one["period"]: one["state"] for one in found}


def test_a_monthly_task_of_thirty_townships_makes_360_obligations(county: County, office: Api) -> None:
    task = a_task(county, office, MONTHLY, TOWNSHIPS)

    assert len(office.all("/obligations", task=task["id"], upcoming=True, limit=200)) == 360
    assert office.get(f"/tasks/{task['id']}").json()["counts"]["owed"] == 360


def test_periods_are_made_once_though_two_make_them_at_the_same_time(
    county: County, office: Api, database: Database, next_year: int
) -> None:
    task = a_task(county, office, {"kind": "default"}, checklist=next_year)

    def both(number: int) -> int:
        api = [county.as_role("coordinator"), county.as_role("coordinator")][number]
        path = f"/tasks/{task['id']}/units/{county.units[TOWNSHIPS]}"
        statuses = [api.put(path, {"role": "responsible"}).status_code]
        for _ in range(3):
            revision = api.get(f"/tasks/{task['id']}").json()["revision"]
            wanted = {"revision": revision, "schedule": MONTHLY}
            statuses.append(api.patch(f"/tasks/{task['id']}", wanted).status_code)
        return max(statuses)

    with ThreadPoolExecutor(2) as pool:
        worst = max(pool.map(both, range(2)))

    assert worst <= 409
    with database.session(writes=False) as session:
        of_task = select(func.count()).where(Obligation.task_id == task["id"], Obligation.state != "waived")
        assert session.exec(of_task).one() == 360
        assert session.exec(select(func.count()).where(Period.task_id == task["id"])).one() == 13


@pytest.mark.parametrize(
    ("schedule", "keys"),
    [
        ({"kind": "weekly", "weekday": 5}, ["2023-W01", "2023-W02", "2023-W52"]),
        ({"kind": "ten_days"}, ["2023-01-D1", "2023-01-D2", "2023-12-D3"]),
    ],
)
def test_a_unit_owes_each_week_and_each_third_of_a_month(
    county: County, office: Api, schedule: dict[str, Any], keys: list[str]
) -> None:
    task = a_task(county, office, schedule, "司法局")

    shown = [*periods(office, task["id"], county.units["司法局"])]
    assert [shown[0], shown[1], shown[-1]] == keys
    assert task["schedule"] == schedule


def test_the_list_shows_only_what_has_begun(county: County, office: Api) -> None:
    task = a_task(county, office, MONTHLY, "司法局")

    begun = [one["period"] for one in office.all("/obligations", task=task["id"])]
    assert begun == [f"2023-{month:02}" for month in range(1, 7)]
    assert len(periods(office, task["id"], county.units["司法局"])) == 12


def test_a_task_shows_the_next_last_day_of_what_is_open(county: County, office: Api) -> None:
    task = a_task(county, office, MONTHLY, "司法局")
    unit = county.as_unit("司法局")
    for one in office.all("/obligations", task=task["id"])[:5]:
        unit.post(f"/obligations/{one['id']}/updates", DONE)

    shown = office.get(f"/tasks/{task['id']}").json()
    assert (shown["due_on"], shown["overdue"], shown["state"]) == ("2023-06-30", 0, "in_progress")


def test_an_update_by_task_goes_to_the_one_open_period_that_has_begun(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "half_yearly"}, "司法局")
    unit = county.as_unit("司法局")
    path = f"/tasks/{task['id']}/units/{county.units['司法局']}/updates"

    first, second = unit.post(path, DONE), unit.post(path, DONE)

    states = periods(office, task["id"], county.units["司法局"])
    assert (first.status_code, second.status_code) == (201, 201)
    assert states == {"2023-H1": "completed", "2023-H2": "completed"}


def test_several_open_periods_are_named(county: County, office: Api) -> None:
    task = a_task(county, office, MONTHLY, "司法局")

    answer = county.as_unit("司法局").post(f"/tasks/{task['id']}/units/{county.units['司法局']}/updates", DONE)

    assert (answer.status_code, answer.json()["code"]) == (409, "several_open_periods")
    assert len(answer.json()["obligations"]) == 6


def test_a_change_of_schedule_leaves_what_is_past_or_reported_on(
    county: County, office: Api, now: FakeClock, next_year: int
) -> None:
    now.set("2024-01-10")
    task = a_task(county, office, MONTHLY, "司法局", checklist=next_year)
    unit = county.units["司法局"]
    now.set("2024-04-10")
    reported = next(one for one in office.all("/obligations", task=task["id"]) if one["period"] == "2024-04")
    county.as_unit("司法局").post(f"/obligations/{reported['id']}/updates", REPORT)

    reschedule(office, task["id"], {"kind": "quarterly"})

    states = periods(office, task["id"], unit)
    assert {key for key, state in states.items() if state != "waived"} == {
        *["2024-01", "2024-02", "2024-03", "2024-04"],
        *["2024-Q2", "2024-Q3", "2024-Q4"],
    }


def test_periods_that_were_replaced_come_back_with_their_schedule(
    county: County, office: Api, now: FakeClock, next_year: int
) -> None:
    now.set("2024-01-10")
    task = a_task(county, office, MONTHLY, "司法局", checklist=next_year)
    reschedule(office, task["id"], {"kind": "quarterly"})
    reschedule(office, task["id"], MONTHLY)

    states = periods(office, task["id"], county.units["司法局"])
    assert {key for key, state in states.items() if state == "not_started"} == {f"2024-{m:02}" for m in range(1, 13)}
    assert {states[f"2024-Q{q}"] for q in range(1, 5)} == {"waived"}


def test_a_change_makes_nothing_overdue_that_nobody_was_told_of(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "default"}, "司法局")
    before = [office.get("/overdue", as_of=day, limit=200).text for day in ("2023-03-01", "2023-05-31")]
    reschedule(office, task["id"], MONTHLY)

    states = periods(office, task["id"], county.units["司法局"])
    assert {key for key, state in states.items() if state == "not_started"} == {f"2023-{m:02}" for m in range(6, 13)}
    assert [office.get("/overdue", as_of=day, limit=200).text for day in ("2023-03-01", "2023-05-31")] == before


def test_a_day_that_is_corrected_moves_the_period_that_is_reported_on(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "on", "due_on": "2023-06-30"}, "司法局")
    owed = office.all("/obligations", task=task["id"])[0]["id"]
    county.as_unit("司法局").post(f"/obligations/{owed}/updates", REPORT)

    reschedule(office, task["id"], {"kind": "on", "due_on": "2023-09-30"})

    assert office.get(f"/obligations/{owed}").json()["due_on"] == "2023-09-30"


def test_a_township_that_joins_in_july_owes_from_july_on(county: County, office: Api) -> None:
    new = office.post("/units", {"jurisdiction": "341522", "kind": "township", "name": "新设镇"}).json()["id"]
    task = a_task(county, office, MONTHLY, TOWNSHIPS)

    office.put(f"/units/{county.units[TOWNSHIPS]}/members/{new}", {"from_on": "2023-07-01"})

    assert list(periods(office, task["id"], new)) == [f"2023-{month:02}" for month in range(7, 13)]


def test_a_township_that_leaves_owes_nothing_of_what_begins_after(county: County, office: Api, now: FakeClock) -> None:
    task, unit = a_task(county, office, MONTHLY, TOWNSHIPS), county.units["城关镇"]
    now.set("2023-08-15")
    office.delete(f"/units/{county.units[TOWNSHIPS]}/members/{unit}")

    states = periods(office, task["id"], unit)
    assert {key for key, state in states.items() if state == "waived"} == {f"2023-{m:02}" for m in range(9, 13)}


def test_joining_and_leaving_can_be_read_as_of_any_day(county: County, office: Api, now: FakeClock) -> None:
    task, unit = a_task(county, office, MONTHLY, TOWNSHIPS), county.units["城关镇"]
    now.set("2023-08-15")
    office.delete(f"/units/{county.units[TOWNSHIPS]}/members/{unit}")
    now.set("2023-12-01")

    def owed(day: str) -> int:
        found = office.all("/obligations", task=task["id"], unit=unit, as_of=day)
        return sum(one["state"] != "waived" for one in found)

    assert [owed(day) for day in ("2023-01-31", "2023-08-14", "2023-08-31", "2023-11-30")] == [1, 8, 8, 8]


def test_the_last_day_is_not_overdue_and_the_next_is(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, {"kind": "on", "due_on": "2023-07-31"}, "司法局")

    def overdue(moment: str) -> int:
        now.set(moment)
        return len(office.all("/overdue", checklist=1, unit=county.units["司法局"]))

    before = overdue("2023-07-31T23:59:59+08:00")
    assert overdue("2023-08-01T00:00:00+08:00") == before + 1
    assert office.get(f"/tasks/{task['id']}").json()["overdue"] == 1


def test_a_checklist_of_two_years_makes_periods_of_both(county: County, office: Api) -> None:
    wanted = {"jurisdiction": "341522", "title": "三年行动", "year": 2023, "ends_on": "2024-12-31"}
    checklist = office.post("/checklists", wanted).json()["id"]
    office.post(f"/checklists/{checklist}/sections", {"title": "一、任务"})
    task = a_task(county, office, MONTHLY, "司法局", checklist=checklist)

    keys = list(periods(office, task["id"], county.units["司法局"]))
    assert (len(keys), keys[0], keys[-1]) == (24, "2023-01", "2024-12")


def test_the_journal_has_every_period(county: County, office: Api, database: Database) -> None:
    task = a_task(county, office, MONTHLY, TOWNSHIPS)
    reschedule(office, task["id"], {"kind": "times_per_year", "times": 4})
    reschedule(office, task["id"], {"kind": "standing"})

    with database.session(writes=False) as session:
        assert verify(session).faults == []
