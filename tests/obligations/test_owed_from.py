"""From which day something is owed: nobody is late for what they were not told of."""

from typing import Any

import pytest

from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_periods import MONTHLY, TOWNSHIPS

OPEN_LIST = "县直有关单位"
TIMES = {"kind": "times_per_year", "times": 4}
DONE_IN_MAY = {"kind": "on", "due_on": "2023-05-31"}


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    """On 29 November, in a register that was published from its first day."""
    now.set("2023-11-29")
    return county.as_role("coordinator")


def create(office: Api, schedule: dict[str, Any], *, checklist: int = 1, **more: Any) -> Any:
    section = office.all(f"/checklists/{checklist}/sections")[0]["id"]
    wanted = {"checklist_id": checklist, "section_id": section, "requirement": "按月公开。", "schedule": schedule}
    return office.post("/tasks", wanted | more)


def created(office: Api, schedule: dict[str, Any], **more: Any) -> Any:
    answer = create(office, schedule, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def give(county: County, office: Api, task: int, unit: str, **more: Any) -> Any:
    return office.put(f"/tasks/{task}/units/{county.units[unit]}", {"role": "responsible"} | more)


def given(county: County, office: Api, task: int, unit: str, **more: Any) -> Any:
    answer = give(county, office, task, unit, **more)
    assert answer.is_success, answer.text
    return answer.json()


def periods_of(office: Api, task: int) -> list[str]:
    return [one["key"] for one in office.all(f"/tasks/{task}/periods")]


def owed(office: Api, task: int, **filters: Any) -> list[tuple[str, str]]:
    found = office.all("/obligations", task=task, upcoming=True, limit=200, **filters)
    return [(one["period"], one["starts_on"]) for one in found]


def states(office: Api, task: int, **filters: Any) -> dict[str, str]:
    found = office.all("/obligations", task=task, upcoming=True, limit=200, **filters)
    return {one["period"]: one["state"] for one in found}


def verified(county: County) -> list[Any]:
    with county.database.session(writes=False) as session:
        return verify(session).faults


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# What is added to a published register is owed from today.


def test_a_monthly_task_entered_in_november_makes_no_township_late(county: County, office: Api) -> None:
    task = created(office, MONTHLY)["id"]
    after = given(county, office, task, TOWNSHIPS)

    assert (after["overdue"], after["overdue_at_once"]) == (0, 0)
    assert periods_of(office, task) == ["2023-11", "2023-12"]
    assert len(owed(office, task)) == 60


@pytest.mark.parametrize("unit", ["司法局", TOWNSHIPS])
def test_who_gets_a_part_today_owes_nothing_that_was_due_before(county: County, office: Api, unit: str) -> None:
    task = created(office, MONTHLY, starts_on="2023-01-01")["id"]
    before = office.all("/overdue", as_of="2023-11-01", limit=200)
    after = given(county, office, task, unit)

    assert (after["overdue"], after["starts_on"]) == (0, "2023-01-01")
    assert {one["starts_on"] for one in after["units"]} == {"2023-11-29"}
    assert {period for period, _ in owed(office, task)} == {"2023-11", "2023-12"}
    assert office.all("/overdue", as_of="2023-11-01", limit=200) == before
    assert office.all("/obligations", task=task, as_of="2023-11-28") == []
    assert office.all("/obligations", task=task, as_of="2023-11-29") != []


def test_many_parts_at_once_are_owed_from_today(county: County, office: Api) -> None:
    task = created(office, MONTHLY, starts_on="2023-01-01")["id"]
    items = [{"task_id": task, "unit_id": county.units[unit]} for unit in ("司法局", "教体局")]
    items[1]["starts_on"] = "2023-10-01"
    done = office.post("/assignments", {"items": items}).json()["items"]

    assert [one["overdue_at_once"] for one in done] == [0, 1]
    assert len(owed(office, task, unit=county.units["司法局"])) == 2
    assert len(owed(office, task, unit=county.units["教体局"])) == 3


def test_a_part_that_is_ended_and_given_again_takes_up_nothing_that_was_due_before(
    county: County, office: Api, now: FakeClock
) -> None:
    now.set("2023-06-10")
    task = created(office, MONTHLY)["id"]
    given(county, office, task, "司法局")
    now.set("2023-08-10")
    office.delete(f"/tasks/{task}/units/{county.units['司法局']}", reason="职能划转")
    now.set("2023-11-29")
    after = given(county, office, task, "司法局")

    assert after["overdue"] == 0
    assert states(office, task) == {
        **{f"2023-{month:02}": "waived" for month in range(6, 11)},
        "2023-11": "not_started",
        "2023-12": "not_started",
    }


def test_each_share_of_a_year_has_a_last_day_of_its_own(county: County, office: Api) -> None:
    task = created(office, TIMES, starts_on="2023-04-01")["id"]
    given(county, office, task, "司法局", starts_on="2023-10-01")

    assert periods_of(office, task) == ["2023-2of4", "2023-3of4", "2023-4of4"]
    assert [period for period, _ in owed(office, task)] == ["2023-4of4"]


def test_who_is_named_under_an_open_list_owes_what_is_not_due_yet(county: County, office: Api) -> None:
    task = created(office, TIMES, starts_on="2023-01-01")["id"]
    given(county, office, task, OPEN_LIST)
    given(county, office, task, "司法局", named_under=county.units[OPEN_LIST])

    assert len(owed(office, task)) == 4  # all four are due on the last day of the year
    assert office.all("/obligations", task=task, as_of="2023-11-28") == []


# An earlier day is allowed, and said.


def test_an_earlier_day_is_answered_with_what_is_overdue_at_once(county: County, office: Api) -> None:
    task = created(office, MONTHLY, starts_on="2023-01-01")
    after = given(county, office, task["id"], TOWNSHIPS, starts_on="2023-09-15")

    assert (task["starts_on"], task["overdue_at_once"]) == ("2023-01-01", 0)
    assert (after["overdue_at_once"], after["overdue"]) == (60, 60)


def test_of_two_parts_the_earlier_day_counts(county: County, office: Api) -> None:
    task = created(office, MONTHLY, starts_on="2023-01-01")["id"]
    given(county, office, task, TOWNSHIPS, starts_on="2023-09-01")
    after = given(county, office, task, "城关镇", role="lead")
    found = office.all("/obligations", task=task, unit=county.units["城关镇"])

    assert after["overdue_at_once"] == 0
    assert [(one["period"], one["role"]) for one in found] == [
        ("2023-09", "responsible"),
        ("2023-10", "responsible"),
        ("2023-11", "lead"),
    ]


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_a_day_outside_the_register_is_refused(county: County, office: Api, day: str) -> None:
    task = created(office, MONTHLY)["id"]
    answers = [create(office, MONTHLY, starts_on=day), give(county, office, task, "司法局", starts_on=day)]

    assert [refused(answer) for answer in answers] == [(422, "invalid_request")] * 2
    assert [answer.json()["errors"][0]["field"] for answer in answers] == ["body.starts_on"] * 2


# What would make nothing is refused.


@pytest.mark.parametrize("day", [{}, {"starts_on": "2023-06-01"}])
def test_a_task_whose_last_day_has_passed_makes_nothing_and_is_refused(office: Api, day: dict[str, Any]) -> None:
    answer = create(office, DONE_IN_MAY, **day)

    assert refused(answer) == (422, "nothing_owed")
    assert "2023-05-31" in answer.json()["detail"]


@pytest.mark.parametrize("day", [{}, {"starts_on": "2023-06-01"}])
def test_a_part_in_what_was_due_before_makes_nothing_and_is_refused(
    county: County, office: Api, day: dict[str, str]
) -> None:
    task = created(office, DONE_IN_MAY, starts_on="2023-05-31")["id"]
    answer = give(county, office, task, "司法局", **day)

    assert refused(answer) == (422, "nothing_owed")
    assert "2023-05-31" in answer.json()["detail"]
    assert given(county, office, task, "司法局", starts_on="2023-05-31")["overdue_at_once"] == 1


def test_naming_under_an_open_list_after_the_last_period_says_that_nothing_was_made(
    county: County, office: Api
) -> None:
    task = created(office, DONE_IN_MAY, starts_on="2023-05-01")["id"]
    given(county, office, task, OPEN_LIST, starts_on="2023-05-01")
    answer = give(county, office, task, "司法局", named_under=county.units[OPEN_LIST])

    assert (answer.status_code, answer.json()["obligations_made"]) == (201, 0)
    assert owed(office, task) == []


def test_a_part_is_answered_with_what_it_made(county: County, office: Api) -> None:
    task = created(office, MONTHLY, starts_on="2023-10-01")["id"]
    first = given(county, office, task, "司法局", starts_on="2023-11-01")
    again = given(county, office, task, "司法局", starts_on="2023-11-01")
    earlier = given(county, office, task, "司法局", starts_on="2023-10-01")

    assert [one["obligations_made"] for one in (first, again, earlier)] == [2, 0, 1]


# Until units are told of a register, nothing is set.


def test_in_a_draft_nothing_is_set_until_it_is_published(county: County, office: Api) -> None:
    wanted = {"jurisdiction": "341522", "title": "草案", "year": 2023}
    draft = office.post("/checklists", wanted).json()["id"]
    office.post(f"/checklists/{draft}/sections", {"title": "一、任务"})
    task = created(office, MONTHLY, checklist=draft)["id"]
    after = given(county, office, task, "司法局")

    assert (after["starts_on"], [one["starts_on"] for one in after["units"]]) == ("2023-01-01", [None])
    assert len(periods_of(office, task)) == len(owed(office, task)) == 12


# Another day, later on.


def move(office: Api, task: int, day: str) -> Any:
    revision = office.get(f"/tasks/{task}").json()["revision"]
    return office.patch(f"/tasks/{task}", {"revision": revision, "starts_on": day})


def test_an_earlier_day_of_a_task_makes_what_is_missing(county: County, office: Api) -> None:
    task = created(office, MONTHLY)["id"]
    given(county, office, task, TOWNSHIPS)
    moved = move(office, task, "2023-09-15").json()

    assert (moved["starts_on"], moved["overdue_at_once"], moved["overdue"]) == ("2023-09-15", 60, 60)
    assert owed(office, task, unit=county.units["城关镇"]) == [
        ("2023-09", "2023-09-15"),
        ("2023-10", "2023-10-01"),
        ("2023-11", "2023-11-01"),
        ("2023-12", "2023-12-01"),
    ]
    assert office.all("/obligations", task=task, as_of="2023-09-14") == []
    assert len(office.all("/obligations", task=task, as_of="2023-11-01", limit=200)) == 90
    assert office.all("/obligations", task=task, as_of="2023-11-01", known_on="2023-11-28") == []
    assert verified(county) == []


def test_an_earlier_day_of_a_part_makes_what_is_missing(county: County, office: Api) -> None:
    task = created(office, {"kind": "default"}, starts_on="2023-01-01")["id"]
    given(county, office, task, "司法局")
    moved = given(county, office, task, "司法局", starts_on="2023-03-01")

    assert (moved["units"][0]["starts_on"], moved["overdue_at_once"]) == ("2023-03-01", 0)
    assert owed(office, task) == [("2023", "2023-03-01")]
    assert [len(office.all("/obligations", task=task, as_of=day)) for day in ("2023-02-28", "2023-03-01")] == [0, 1]
    assert verified(county) == []


def test_a_later_day_waives_what_is_open_and_not_reported_on(county: County, office: Api, now: FakeClock) -> None:
    task = created(office, MONTHLY, starts_on="2023-08-01")["id"]
    given(county, office, task, "司法局", starts_on="2023-08-01")
    september = next(one["id"] for one in office.all("/obligations", task=task) if one["period"] == "2023-09")
    report = {"state": "in_progress", "narrative": "正在推进。"}
    assert county.as_unit("司法局").post(f"/obligations/{september}/updates", report).status_code == 201
    now.set("2023-11-30")
    known = {"task": task, "as_of": "2023-11-29", "known_on": "2023-11-29"}
    before = [(one["period"], one["state"]) for one in office.all("/obligations", **known)]
    moved = move(office, task, "2023-11-15").json()
    waived = office.all("/obligations", task=task, state="waived")

    assert (moved["overdue_at_once"], moved["overdue"]) == (0, 1)
    assert states(office, task) == {
        "2023-08": "waived",
        "2023-09": "in_progress",
        "2023-10": "waived",
        "2023-11": "not_started",
        "2023-12": "not_started",
    }
    assert {one["reason"] for one in waived} == {"owed from a later day"}
    assert [(one["period"], one["state"]) for one in office.all("/obligations", **known)] == before
    assert move(office, task, "2023-08-01").json()["overdue_at_once"] == 2
    assert verified(county) == []


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_another_day_outside_the_register_is_refused(office: Api, day: str) -> None:
    task = created(office, MONTHLY)["id"]

    assert refused(move(office, task, day)) == (422, "invalid_request")


def test_an_event_that_was_due_before_the_task_is_owed_is_refused(county: County, office: Api) -> None:
    schedule = {"kind": "after_event", "days": 3, "unit": "working_days", "event": "印发"}
    task = created(office, schedule)["id"]
    given(county, office, task, "司法局")
    answer = office.post(f"/tasks/{task}/events", {"happened_on": "2023-03-01", "title": "文件印发"})

    assert refused(answer) == (422, "nothing_owed")
    assert periods_of(office, task) == []


def test_what_had_not_begun_is_recorded_from_its_earlier_day(county: County, office: Api, now: FakeClock) -> None:
    task = created(office, {"kind": "default"}, starts_on="2023-01-01")["id"]
    given(county, office, task, "司法局", starts_on="2023-12-15")
    given(county, office, task, "司法局", starts_on="2023-12-01")
    now.set("2023-12-05")
    assert office.put(f"/tasks/{task}/withdrawal", {"reason": "合并办理。"}).status_code == 200
    on_the_day = [one["state"] for one in office.all("/obligations", task=task)]
    now.set("2023-12-20")
    queries = [{"as_of": "2023-12-05"}, {"as_of": "2023-12-05", "known_on": "2023-12-05"}, {"as_of": "2023-12-04"}]
    later = [[one["state"] for one in office.all("/obligations", task=task, **days)] for days in queries]

    assert on_the_day == ["waived"]
    assert later == [["waived"], ["waived"], ["not_started"]]
