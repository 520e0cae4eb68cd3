"""延期: a unit asks for a later last day, the office decides, and the first day is never forgotten."""

from typing import Any

import pytest

from app.database.engine import Database
from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

WANTED = {"reason": "招标延后。", "due_on": "2024-01-31"}
GRANTED = {"decision": "granted", "reason": "招标已延后。"}


@pytest.fixture
def owed(county: County) -> int:
    """What 司法局 owes, due on 2023-12-31."""
    return int(county.as_role("coordinator").all("/obligations", unit=county.units["司法局"])[0]["id"])


def ask(county: County, owed: int) -> int:
    answer = county.as_unit("司法局").post(f"/obligations/{owed}/extensions", WANTED)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def granted(county: County, owed: int, **wanted: str) -> Any:
    office = county.as_role("coordinator")
    answer = office.put(f"/extensions/{ask(county, owed)}/decision", GRANTED | wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counted(auditor: Api, unit: int, day: str, **due: str) -> Any:
    rows = auditor.all("/tallies/by-unit", as_of=day, **due)
    return next(row for row in rows if row["unit"]["id"] == unit)


def overdue(auditor: Api, day: str, **due: str) -> set[int]:
    return {one["obligation_id"] for one in auditor.all("/overdue", as_of=day, limit=200, **due)}


def test_what_was_asked_for_waits_for_the_office(county: County, owed: int) -> None:
    extension = ask(county, owed)

    (waiting,) = county.as_role("coordinator").all("/extensions", decided=False, checklist=1)
    assert (waiting["id"], waiting["due_on"], waiting["asked_for"]) == (extension, "2023-12-31", "2024-01-31")
    assert (waiting["decision"], waiting["decided_at"]) == (None, None)
    assert county.as_unit("司法局").all(f"/obligations/{owed}/extensions") == [waiting]
    assert county.as_unit("城关镇").all("/extensions") == []
    assert county.as_role("coordinator").all("/extensions", decided=True) == []


def test_a_granted_day_is_in_force_and_the_first_one_stays(county: County, owed: int) -> None:
    decided = granted(county, owed)

    shown = county.as_unit("司法局").get(f"/obligations/{owed}").json()
    assert (decided["decision"], decided["granted_to"]) == ("granted", "2024-01-31")
    assert (shown["due_on"], shown["first_due_on"], shown["extended_to"]) == ("2024-01-31", "2023-12-31", "2024-01-31")


def test_the_office_grants_another_day_than_was_asked_for(county: County, owed: int) -> None:
    granted(county, owed, due_on="2024-01-10", reason="最多十天。")

    assert county.as_role("auditor").get(f"/obligations/{owed}").json()["due_on"] == "2024-01-10"


def test_a_refused_request_leaves_the_day_and_the_unit_may_ask_again(county: County, owed: int) -> None:
    extension = ask(county, owed)
    refused = {"decision": "refused", "reason": "理由不充分。"}
    answer = county.as_role("coordinator").put(f"/extensions/{extension}/decision", refused)

    shown = county.as_role("auditor").get(f"/obligations/{owed}").json()
    assert (answer.status_code, answer.json()["decision_reason"]) == (200, "理由不充分。")
    assert (shown["due_on"], shown["first_due_on"], shown["extended_to"]) == ("2023-12-31", "2023-12-31", None)
    assert ask(county, owed) > extension


def test_after_the_last_day_the_office_opens_the_request_once(county: County, owed: int, now: FakeClock) -> None:
    now.set("2024-01-05")
    unit, office = county.as_unit("司法局"), county.as_role("coordinator")
    too_late = unit.post(f"/obligations/{owed}/extensions", WANTED)
    opened = office.put(f"/obligations/{owed}/extension-opening", {"reason": "疫情影响。"})
    extension = ask(county, owed)
    office.put(f"/extensions/{extension}/decision", {"decision": "refused", "reason": "理由不充分。"})
    again = unit.post(f"/obligations/{owed}/extensions", WANTED)

    assert (too_late.status_code, too_late.json()["code"]) == (409, "last_day_passed")
    assert opened.status_code == 200
    assert (again.status_code, again.json()["code"]) == (409, "last_day_passed")


def test_answers_for_past_days_stay_as_they_were_before_the_grant(county: County, owed: int, now: FakeClock) -> None:
    auditor, office = county.as_role("auditor"), county.as_role("coordinator")
    now.set("2024-01-05")
    office.put(f"/obligations/{owed}/extension-opening", {"reason": "疫情影响。"})
    extension = ask(county, owed)
    now.set("2024-01-10")
    days = ("2023-12-31", "2024-01-01", "2024-01-09")
    before = [auditor.all("/overdue", as_of=day, unit=county.units["司法局"]) for day in days]
    listed = [auditor.all("/obligations", as_of=day, unit=county.units["司法局"]) for day in days]
    office.put(f"/extensions/{extension}/decision", GRANTED)
    now.set("2024-02-05")

    assert [auditor.all("/overdue", as_of=day, unit=county.units["司法局"]) for day in days] == before
    assert [auditor.all("/obligations", as_of=day, unit=county.units["司法局"]) for day in days] == listed
    later = ("2024-01-09", "2024-01-10", "2024-01-31", "2024-02-01", "2024-02-05")
    assert [owed in overdue(auditor, day) for day in later] == [True, False, False, True, True]


def test_what_is_overdue_is_counted_from_either_day(county: County, owed: int, now: FakeClock) -> None:
    granted(county, owed)
    auditor, unit = county.as_role("auditor"), county.units["司法局"]
    now.set("2024-01-20")
    number = counted(auditor, unit, "2024-01-20", due="first")["overdue"]

    assert owed not in overdue(auditor, "2024-01-20")
    assert owed in overdue(auditor, "2024-01-20", due="first")
    assert counted(auditor, unit, "2024-01-20", due="granted")["overdue"] == number - 1
    (first,) = [
        one for one in auditor.all("/overdue", unit=unit, due="first", limit=200) if one["obligation_id"] == owed
    ]
    assert (first["due_on"], first["days_overdue"]) == ("2023-12-31", 20)


def test_what_was_completed_between_the_two_days_is_late_by_the_first_alone(
    county: County, owed: int, now: FakeClock
) -> None:
    granted(county, owed)
    now.set("2024-01-15")
    county.as_unit("司法局").post(f"/obligations/{owed}/updates", {"state": "completed", "narrative": "已办结。"})
    auditor, unit = county.as_role("auditor"), county.units["司法局"]
    now.set("2024-02-01")
    for day in ("2024-01-15", "2024-02-01"):
        by_granted, by_first = counted(auditor, unit, day), counted(auditor, unit, day, due="first")

        assert (by_granted["completed_on_time"], by_granted["completed_late"]) == (1, 0)
        assert (by_first["completed_on_time"], by_first["completed_late"]) == (0, 1)


def test_without_an_extension_both_ways_of_counting_agree(county: County, now: FakeClock) -> None:
    now.set("2024-02-01")
    auditor = county.as_role("auditor")
    for day in ("2023-12-31", "2024-01-10", "2024-02-01"):
        assert auditor.all("/tallies/by-unit", as_of=day) == auditor.all("/tallies/by-unit", as_of=day, due="first")
        assert overdue(auditor, day) == overdue(auditor, day, due="first")


def test_each_step_stands_in_the_journal(county: County, owed: int, now: FakeClock, database: Database) -> None:
    office = county.as_role("coordinator")
    refused = {"decision": "refused", "reason": "理由不充分。"}
    office.put(f"/extensions/{ask(county, owed)}/decision", refused)
    now.set("2024-01-05")
    office.put(f"/obligations/{owed}/extension-opening", {"reason": "疫情影响。"})
    granted(county, owed)

    verbs = [
        entry["verb"]
        for entry in office.all("/journal/checklist:1", limit=200)
        if entry["subject"] == f"obligation:{owed}"
    ]
    assert verbs == [f"extension.{step}" for step in ("asked", "refused", "opened", "asked", "granted")]
    with database.session(writes=False) as session:
        assert verify(session).faults == []
