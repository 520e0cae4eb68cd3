"""A unit is judged by the day on which its request had arrived, however long it then waits in the server's queue."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from app.config import Settings
from app.journal.verification import verify
from app.notices.jobs import run_once
from tests.conftest import Api, County, FakeClock
from tests.midnight import LAST_DAY, NEXT_DAY, first_second_after, last_second, written_after, written_at
from tests.pages.browser import Browser

UNIT, PUNCTUAL = "城关镇", "河口镇"  # of two townships that owe the same, one is written at once
CLAIM = {"state": "completed", "narrative": "已公开。"}
LONG_WAY = {"Content-Type": "application/json; charset=utf-8"}  # only plain requests go the fast path
DAYS = (NEXT_DAY, LATER := "2024-01-10")


def done(answer: Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def owed(county: County) -> Any:
    return county.obligation(1, UNIT)


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit(UNIT)


def form_of(county: County, owed: Any) -> Callable[[], Response]:
    browser = Browser(county.client, county.as_unit(UNIT).key)
    browser.get(f"/obligations/{owed['id']}")
    return lambda: browser.send(f"/obligations/{owed['id']}/reports", **CLAIM)


def sender(county: County, owed: Any, way: str) -> Callable[[], Response]:
    unit, path = county.as_unit(UNIT), f"/obligations/{owed['id']}/updates"
    if way == "form":
        return form_of(county, owed)
    if way == "many":
        return lambda: unit.post("/updates", {"items": [CLAIM | {"obligation_id": owed["id"]}]})
    if way == "task":
        return lambda: unit.post(f"/tasks/{owed['task']['id']}/units/{owed['unit']['id']}/updates", CLAIM)
    return lambda: unit.post(path, CLAIM, headers=LONG_WAY if way == "framework" else {})


@pytest.mark.parametrize("way", ["fast path", "framework", "task", "many", "form"])
def test_a_claim_of_the_last_second_is_in_time(county: County, owed: Any, unit: Api, now: FakeClock, way: str) -> None:
    now.set(last_second(LAST_DAY))
    send, path = sender(county, owed, way), f"/obligations/{owed['id']}"
    with written_after(county.database, now):
        assert send().is_success
    written, stands = now.moment.isoformat(), done(unit.get(path))
    (update,) = unit.all(f"{path}/updates")

    assert (stands["timeliness"], stands["completed_on"], stands["has_missed"]) == (
        "completed_on_time",
        LAST_DAY,
        False,
    )
    assert written == update["posted_at"] == first_second_after(LAST_DAY), "what is recorded is when it was written"
    assert unit.all(f"{path}/timeline")[-1]["at"] == written


def counted(auditor: Api, path: str, unit: int, **query: Any) -> Any:
    """The figures of a unit."""
    (one,) = [one for one in auditor.all(path, limit=200, **query) if one["unit"]["id"] == unit]
    return {name: value for name, value in one.items() if name != "unit"}


def test_it_is_in_time_in_every_figure_of_every_day(county: County, owed: Any, unit: Api, now: FakeClock) -> None:
    auditor, twin = county.as_role("auditor"), county.obligation(1, PUNCTUAL)
    now.set(last_second(LAST_DAY))
    done(county.as_unit(PUNCTUAL).post(f"/obligations/{twin['id']}/updates", CLAIM))
    with written_after(county.database, now):
        done(unit.post(f"/obligations/{owed['id']}/updates", CLAIM))
    queries = [(today, day, known) for today in DAYS for day in DAYS for known in DAYS if day <= known <= today]
    for today, day, known in queries:
        now.set(today)
        query = {"as_of": day, "known_on": known}
        (one,) = auditor.all("/obligations", unit=county.units[UNIT], task=owed["task"]["id"], **query)
        assert (one["light_reason"], one["completed_on"]) == ("done_on_time", LAST_DAY), query
        for path in ("/tallies/by-unit", "/oversight/ranking"):
            figures = [counted(auditor, path, county.units[name], **query) for name in (UNIT, PUNCTUAL)]
            assert figures[0] == figures[1], query
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert len(queries) == 4
    assert faults == []


def test_what_stood_at_midnight_does_not_change_when_the_queue_drains(
    county: County, owed: Any, unit: Api, now: FakeClock
) -> None:
    auditor, task = county.as_role("auditor"), {"task": owed["task"]["id"]}
    lists: tuple[tuple[str, Any], ...] = (
        ("/overdue", task),
        ("/obligations", task),
        ("/tallies/by-unit", {}),
        ("/oversight/ranking", {}),
    )
    days = ({"as_of": LAST_DAY}, {"as_of": LAST_DAY, "known_on": LAST_DAY})

    def of_the_last_day() -> list[Any]:
        return [auditor.all(path, limit=200, **narrow, **day) for path, narrow in lists for day in days]

    now.set(f"{NEXT_DAY}T00:00:00+08:00")
    before = of_the_last_day()
    with written_after(county.database, now):
        done(unit.post(f"/obligations/{owed['id']}/updates", CLAIM))

    assert of_the_last_day() == before


def test_a_claim_that_waits_for_review_was_made_in_time(county: County, owed: Any, unit: Api, now: FakeClock) -> None:
    office, path = county.as_role("coordinator"), f"/obligations/{owed['id']}"
    done(office.patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    with written_after(county.database, now):
        update = done(unit.post(f"{path}/updates", CLAIM))
    now.set(LATER)
    waits = done(unit.get(path))
    done(office.post(f"/updates/{update['id']}/review", {"judgement": "accepted"}))
    accepted = done(unit.get(path))

    assert (waits["timeliness"], waits["claimed_on"], waits["has_missed"]) == ("awaiting_review", LAST_DAY, False)
    assert (accepted["light_reason"], accepted["completed_on"]) == ("done_on_time", LAST_DAY)


def test_what_others_write_first_after_midnight_does_not_count_against_a_claim(
    county: County, owed: Any, unit: Api, now: FakeClock
) -> None:
    office, path = county.as_role("coordinator"), f"/obligations/{owed['id']}"
    now.set(f"{NEXT_DAY}T00:00:00+08:00")
    done(office.put(f"{path}/suspension", {"reason": "选址调整", "from_on": LATER}))
    missed = done(unit.get(path))["has_missed"]
    with written_after(county.database, now):
        done(unit.post(f"{path}/updates", CLAIM))
    claimed = done(unit.get(path))

    assert missed
    assert (claimed["light_reason"], claimed["has_missed"]) == ("done_on_time", False)


def test_a_last_day_that_had_passed_before_stays_missed(county: County, owed: Any, unit: Api, now: FakeClock) -> None:
    with written_after(county.database, now, LATER):
        done(unit.post(f"/obligations/{owed['id']}/updates", CLAIM))
    claimed = done(unit.get(f"/obligations/{owed['id']}"))

    assert (claimed["light_reason"], claimed["completed_on"], claimed["has_missed"]) == ("caught_up_late", LATER, True)


def test_a_clock_that_is_set_back_meanwhile_makes_nothing_late(
    county: County, owed: Any, unit: Api, now: FakeClock
) -> None:
    with written_at(county.database, now, first_second_after(LAST_DAY), last_second(LAST_DAY)):
        done(unit.post(f"/obligations/{owed['id']}/updates", CLAIM))

    assert done(unit.get(f"/obligations/{owed['id']}"))["completed_on"] == LAST_DAY


def test_a_report_by_task_goes_to_the_period_of_the_day_of_its_arrival(county: County, now: FakeClock) -> None:
    office, unit, task = county.as_role("coordinator"), county.as_unit(UNIT), county.task(1)
    monthly = {"schedule": {"kind": "monthly"}, "revision": task["revision"], "starts_on": "2023-11-01"}
    now.set("2023-11-30")
    done(office.patch(f"/tasks/{task['id']}", monthly))
    path = f"/tasks/{task['id']}/units/{county.units[UNIT]}/updates"
    with written_after(county.database, now, "2023-11-30"):
        update = done(unit.post(path, CLAIM))
    (first, *_) = unit.all("/obligations", task=task["id"], period="2023-11")

    assert (update["obligation_id"], first["timeliness"]) == (first["id"], "completed_on_time")


def test_an_extension_can_be_asked_for_in_the_last_second(county: County, unit: Api, now: FakeClock) -> None:
    first, second, third = (f"/obligations/{county.obligation(number, UNIT)['id']}" for number in (1, 2, 3))
    later = {"reason": "招标延后。", "due_on": "2024-01-31"}
    now.set(last_second(LAST_DAY))
    browser = Browser(county.client, unit.key)
    browser.get(second)
    with written_after(county.database, now):
        asked = done(unit.post(f"{first}/extensions", later))
    with written_after(county.database, now):
        typed = browser.send(f"{second}/extensions", **later)

    assert asked["asked_at"] == first_second_after(LAST_DAY)
    assert typed.is_success
    assert len(unit.all(f"{second}/extensions")) == 1
    assert unit.post(f"{third}/extensions", later).json()["code"] == "last_day_passed"


@pytest.mark.parametrize("way", ["api", "form"])
def test_an_answer_to_a_finding_in_the_last_second_is_in_time(
    county: County, owed: Any, unit: Api, now: FakeClock, way: str
) -> None:
    auditor, path = county.as_role("auditor"), f"/obligations/{owed['id']}"
    finding = {"kind": "spot_check", "narrative": "未见。", "due_on": "2023-06-10"}
    number = done(auditor.post(f"{path}/findings", finding))["id"]
    answers, said = f"/findings/{number}/answers", {"narrative": "已改。"}
    now.set(last_second("2023-06-10"))
    browser = Browser(county.client, unit.key)
    browser.get(path)
    with written_after(county.database, now, "2023-06-10"):
        assert (unit.post(answers, said) if way == "api" else browser.send(path + answers, answer="已改。")).is_success
    now.set("2023-06-11")
    at_once = auditor.all("/findings", as_of="2023-06-11")
    with written_after(county.database, now, "2023-06-12"):
        done(unit.post(answers, {"narrative": "又改。"}))
    now.set("2023-06-14")
    stood = {day: auditor.all("/findings", as_of=day) for day in ("2023-06-10", "2023-06-11", "2023-06-13")}

    assert [one["answered_on"] for one in at_once] == ["2023-06-10"]
    assert {day: [(one["state"], one["answered_on"]) for one in found] for day, found in stood.items()} == {
        "2023-06-10": [("open", None)],
        "2023-06-11": [("answered", "2023-06-10")],
        "2023-06-13": [("answered", "2023-06-12")],
    }
    assert [auditor.all("/findings", as_of=day, overdue=True) for day in stood] == [[], [], []]
    assert done(unit.get(path))["finding_answered_on"] == "2023-06-10"


def test_a_key_that_ends_with_the_day_was_valid_when_the_claim_arrived(
    county: County, owed: Any, now: FakeClock
) -> None:
    wanted = {"name": "填报", "role": "reporter", "jurisdiction": "341522", "units": [county.units[UNIT]]}
    ends = {"expires_at": f"{NEXT_DAY}T00:00:00+08:00"}
    unit = Api(county.client, done(county.as_role("coordinator").post("/keys", wanted | ends))["key"])
    done(unit.get("/me"))
    for headers in ({}, LONG_WAY):
        with written_after(county.database, now):
            report = {"state": "in_progress", "narrative": "正在办理。"}
            done(unit.post(f"/obligations/{owed['id']}/updates", report, headers=headers))

    assert unit.post(f"/obligations/{owed['id']}/updates", CLAIM).status_code == 401


def test_no_event_calls_a_claim_overdue_that_waits_to_be_written(
    county: County, owed: Any, unit: Api, now: FakeClock, settings: Settings
) -> None:
    def tick(moment: str) -> list[Any]:
        now.set(moment)
        run_once(county.database, settings, lambda: now.moment)
        events = county.as_role("coordinator").all("/notices/events", limit=200)
        return [one["obligation_id"] for one in events if one["event"] == "became_overdue"]

    assert tick(LAST_DAY) == tick(f"{NEXT_DAY}T00:00:00+08:00") == []
    with written_after(county.database, now):
        done(unit.post(f"/obligations/{owed['id']}/updates", CLAIM))
    late = tick(f"{NEXT_DAY}T00:01:00+08:00")

    assert len(late) > 1
    assert owed["id"] not in late
