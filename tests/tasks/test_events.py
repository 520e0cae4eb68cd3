"""Days counted from an event, and what a correction of the calendar moves."""

from typing import Any

import pytest

from app.database.engine import Database
from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import DONE, REPORT, a_task

pytestmark = pytest.mark.long_on_postgresql

AFTER = {"kind": "after_event", "days": 3, "unit": "working_days", "event": "文件印发"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def operator(county: County) -> Api:
    """The calendar is the whole installation's."""
    return county.as_role("admin", "")


def entered(office: Api, task: Any, happened_on: str, title: str = "霍政办〔2023〕12号印发") -> Any:
    answer = office.post(f"/tasks/{task['id']}/events", {"happened_on": happened_on, "title": title})
    assert answer.status_code == 201, answer.text
    return answer.json()


def owed(office: Api, task: Any) -> dict[str, str]:
    """period → last day."""
    return {one["period"]: one["due_on"] for one in office.all("/obligations", task=task["id"], upcoming=True)}


def test_each_event_begins_a_period_that_is_counted_in_working_days(
    county: County, office: Api, now: FakeClock
) -> None:
    task = a_task(county, office, AFTER, "司法局", "城关镇")
    now.set("2023-10-20")
    first, second = entered(office, task, "2023-09-28"), entered(office, task, "2023-10-18", "另一份")

    assert (first["due_on"], second["due_on"]) == ("2023-10-09", "2023-10-23")
    assert owed(office, task) == {first["period"]: "2023-10-09", second["period"]: "2023-10-23"}
    assert [one["counts"]["owed"] for one in office.all(f"/tasks/{task['id']}/periods")] == [2, 2]


def test_a_span_of_calendar_days_that_ends_on_a_day_off_rolls(county: County, office: Api, now: FakeClock) -> None:
    task = a_task(county, office, AFTER | {"days": 20, "unit": "calendar_days"}, "司法局")
    now.set("2023-09-15")

    assert entered(office, task, "2023-09-10")["due_on"] == "2023-10-07"  # 30 September is a holiday, 7 October worked


def test_a_task_of_another_schedule_takes_no_events(county: County, office: Api) -> None:
    answer = office.post("/tasks/1/events", {"happened_on": "2023-05-02", "title": "印发"})

    assert (answer.status_code, answer.json()["code"]) == (409, "no_event_schedule")


@pytest.mark.parametrize("day", ["2023-06-02", "2022-12-31"])
def test_an_event_lies_in_the_span_and_not_ahead(county: County, office: Api, day: str) -> None:
    task = a_task(county, office, AFTER, "司法局")

    answer = office.post(f"/tasks/{task['id']}/events", {"happened_on": day, "title": "印发"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.happened_on")


def test_an_event_taken_back_waives_what_is_open(county: County, office: Api) -> None:
    task = a_task(county, office, AFTER, "司法局")
    event = entered(office, task, "2023-05-30")

    answer = office.put(f"/tasks/{task['id']}/events/{event['id']}/withdrawal", {"reason": "重复登记"})

    assert (answer.json()["withdrawn_on"], answer.json()["withdrawn_reason"]) == ("2023-06-01", "重复登记")
    assert {one["state"] for one in office.all("/obligations", task=task["id"])} == {"waived"}


@pytest.fixture
def end_of_2026(county: County, office: Api, now: FakeClock) -> Any:
    """A task of a checklist over 2026 and 2027, whose event needs the calendar of 2027, which nobody has published."""
    wanted = {"jurisdiction": "341522", "title": "两年清单", "year": 2026, "ends_on": "2027-12-31"}
    checklist = office.post("/checklists", wanted).json()["id"]
    office.post(f"/checklists/{checklist}/sections", {"title": "一、任务"})
    task = a_task(county, office, AFTER | {"days": 10}, "司法局", "城关镇", checklist=checklist)
    office.put(f"/checklists/{checklist}/publication", {"audience": "units"})
    now.set("2026-12-31")
    return task


def whole_year(off: dict[str, bool]) -> dict[str, Any]:
    days = [{"day": day, "is_working": working, "name": "调休" if working else "假日"} for day, working in off.items()]
    return {"days": days, "years": [{"year": 2027, "is_complete": True}]}


def test_what_needs_a_year_that_is_not_published_says_so(county: County, office: Api, end_of_2026: Any) -> None:
    event = entered(office, end_of_2026, "2026-12-28")

    assert "2027" in event["provisional"]
    assert office.all("/obligations", task=end_of_2026["id"])[0]["provisional"] == event["provisional"]


def test_loading_the_year_settles_it_and_moves_what_is_open(
    county: County, office: Api, operator: Api, end_of_2026: Any, database: Database
) -> None:
    event = entered(office, end_of_2026, "2026-12-28")
    closed, still_open = office.all("/obligations", task=end_of_2026["id"])
    county.as_unit(closed["unit"]["name"]).post(f"/obligations/{closed['id']}/updates", DONE)

    loaded = operator.put("/calendar/days", whole_year({"2027-01-04": False, "2027-01-05": False, "2027-01-09": True}))

    assert loaded.status_code == 200, loaded.text
    (settled,) = office.all(f"/tasks/{end_of_2026['id']}/events")
    assert settled["provisional"] is None
    assert settled["due_on"] > event["due_on"]
    assert office.get(f"/obligations/{still_open['id']}").json()["due_on"] == settled["due_on"]
    assert office.get(f"/obligations/{closed['id']}").json()["due_on"] == event["due_on"]
    with database.session(writes=False) as session:
        assert verify(session).faults == []


def test_the_journal_of_the_checklist_tells_what_moved_it(
    county: County, office: Api, operator: Api, end_of_2026: Any
) -> None:
    entered(office, end_of_2026, "2026-12-28")
    operator.put("/calendar/days", whole_year({"2027-01-04": False}))

    entries = office.all(f"/journal/checklist:{end_of_2026['checklist']['id']}")
    assert entries[-1]["verb"] == "calendar.followed"
    assert "2027-01-04" in str(entries[-1]["payload"])


def test_a_correction_that_no_deadline_passes_over_moves_nothing(
    county: County, office: Api, operator: Api, now: FakeClock
) -> None:
    task = a_task(county, office, AFTER, "司法局")
    event = entered(office, task, "2023-05-30")
    operator.put("/calendar/days", {"days": [{"day": "2023-08-01", "is_working": False, "name": "县庆"}]})

    assert owed(office, task) == {event["period"]: event["due_on"]}


def test_another_number_of_days_moves_what_is_still_to_come(county: County, office: Api) -> None:
    task = a_task(county, office, AFTER, "司法局")
    event = entered(office, task, "2023-05-30")
    revision = office.get(f"/tasks/{task['id']}").json()["revision"]
    answer = office.patch(f"/tasks/{task['id']}", {"revision": revision, "schedule": AFTER | {"days": 5}})

    assert answer.status_code == 200, answer.text
    assert (event["due_on"], owed(office, task)) == ("2023-06-02", {event["period"]: "2023-06-06"})


def test_figures_below_a_target_are_stored_and_flagged(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "default"}, "司法局")
    revision = office.get(f"/tasks/{task['id']}").json()["revision"]
    targets = [{"metric": "个", "number": 10}, {"metric": "%", "comparison": "at_least", "number": 4.5}]
    changed = office.patch(f"/tasks/{task['id']}", {"revision": revision, "targets": targets})
    (one,) = office.all("/obligations", task=task["id"])
    unit = county.as_unit("司法局")
    figures = [{"metric": "个", "number": 8}]
    posted = unit.post(f"/obligations/{one['id']}/updates", DONE | {"figures": figures})

    assert changed.json()["targets"][1] == {"metric": "%", "comparison": "at_least", "number": 4.5, "scope": "each"}
    assert (posted.status_code, posted.json()["contradicts_target"]) == (201, True)
    shown = unit.get(f"/obligations/{one['id']}").json()
    assert (shown["contradicts_target"], shown["state"]) == (True, "completed")
    assert [(target["metric"], target["reached"]) for target in shown["targets"]] == [("个", 8), ("%", None)]


def test_figures_that_reach_the_target_contradict_nothing(county: County, office: Api) -> None:
    task = a_task(county, office, {"kind": "default"}, "司法局")
    revision = office.get(f"/tasks/{task['id']}").json()["revision"]
    office.patch(f"/tasks/{task['id']}", {"revision": revision, "targets": [{"metric": "个", "number": 10}]})
    (one,) = office.all("/obligations", task=task["id"])
    unit = county.as_unit("司法局")
    unit.post(f"/obligations/{one['id']}/updates", REPORT | {"figures": [{"metric": "个", "number": 10}]})

    assert unit.post(f"/obligations/{one['id']}/updates", DONE).json()["contradicts_target"] is False


def test_a_standing_task_is_stale_when_nobody_has_reported_for_its_cycle(
    county: County, office: Api, now: FakeClock
) -> None:
    task = a_task(county, office, {"kind": "standing", "report_every_days": 30}, "司法局")
    (one,) = office.all("/obligations", task=task["id"])
    county.as_unit("司法局").post(f"/obligations/{one['id']}/updates", REPORT)

    def is_stale(day: str) -> bool:
        now.set(day)
        return bool(office.get(f"/obligations/{one['id']}").json()["stale"])

    assert [is_stale(day) for day in ("2023-07-01", "2023-07-02")] == [False, True]
