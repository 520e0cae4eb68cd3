"""Every wrong order of asking, opening and deciding is refused with its code, and a granted day is not lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx import Response

from app.database.engine import Database
from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock

WANTED = {"reason": "招标延后。", "due_on": "2024-01-31"}
GRANTED = {"decision": "granted", "reason": "招标已延后。"}
REFUSED = {"decision": "refused", "reason": "理由不充分。"}
DONE = {"state": "completed", "narrative": "已办结。"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("司法局")


@pytest.fixture
def owed(county: County, office: Api) -> Any:
    return office.all("/obligations", unit=county.units["司法局"])[0]


@pytest.fixture
def path(owed: Any) -> str:
    return f"/obligations/{owed['id']}/extensions"


@pytest.fixture
def decision(path: str, unit: Api) -> str:
    """Where the office decides on what was asked for."""
    return f"/extensions/{unit.post(path, WANTED).json()['id']}/decision"


def refusal(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def reschedule(office: Api, task: int, schedule: dict[str, Any]) -> None:
    revision = office.get(f"/tasks/{task}").json()["revision"]
    assert office.patch(f"/tasks/{task}", {"revision": revision, "schedule": schedule}).status_code == 200


def test_one_request_waits_at_a_time(unit: Api, path: str, decision: str) -> None:
    assert refusal(unit.post(path, WANTED)) == (409, "extension_pending")


def test_of_two_requests_at_once_one_is_stored(unit: Api, path: str, database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: unit.post(path, WANTED), range(2)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [one.json()["code"] for one in answers if one.status_code == 409] == ["extension_pending"]
    assert len(unit.all(path)) == 1
    with database.session(writes=False) as session:
        assert verify(session).faults == []


def test_two_decisions_at_once_are_one(county: County, decision: str) -> None:
    offices = [county.as_role("coordinator"), county.as_role("admin")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda one: one[0].put(decision, one[1]), zip(offices, [GRANTED, REFUSED], strict=True))
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_request_sent_twice_with_its_key_is_one(unit: Api, path: str) -> None:
    answers = [unit.post(path, WANTED, headers={"Idempotency-Key": "once"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_what_is_closed_takes_no_request_and_no_opening(unit: Api, office: Api, owed: Any, path: str) -> None:
    unit.post(f"/obligations/{owed['id']}/updates", DONE)

    assert refusal(unit.post(path, WANTED)) == (409, "obligation_closed")
    opening = office.put(f"/obligations/{owed['id']}/extension-opening", {"reason": "疫情影响。"})
    assert refusal(opening) == (409, "obligation_closed")


def test_what_has_no_last_day_needs_no_later_one(unit: Api, office: Api, owed: Any, path: str) -> None:
    reschedule(office, owed["task"]["id"], {"kind": "standing"})

    assert refusal(unit.post(path, WANTED)) == (409, "no_last_day")
    opening = office.put(f"/obligations/{owed['id']}/extension-opening", {"reason": "疫情影响。"})
    assert refusal(opening) == (409, "no_last_day")


@pytest.mark.parametrize("day", ["2023-12-30", "2023-12-31"])
def test_a_day_that_is_not_later_is_rejected(unit: Api, office: Api, path: str, day: str) -> None:
    answer = unit.post(path, WANTED | {"due_on": day})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.due_on"
    assert office.all(path) == []


def test_a_day_that_has_passed_is_not_asked_for(unit: Api, office: Api, owed: Any, path: str, now: FakeClock) -> None:
    now.set("2024-02-01")
    office.put(f"/obligations/{owed['id']}/extension-opening", {"reason": "疫情影响。"})
    answer = unit.post(path, WANTED)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.due_on"


@pytest.mark.parametrize(("moment", "status"), [("2023-12-31T23:59:59", 201), ("2024-01-01T00:00:00", 409)])
def test_the_last_day_itself_is_early_enough(unit: Api, path: str, now: FakeClock, moment: str, status: int) -> None:
    now.set(moment)

    assert unit.post(path, WANTED).status_code == status


def test_a_unit_asks_for_itself_alone(county: County, path: str, decision: str) -> None:
    other = county.as_unit("城关镇")

    assert other.post(path, WANTED).status_code == 404
    assert refusal(other.put(decision, GRANTED)) == (403, "role_not_allowed")


def test_opening_again_changes_nothing(office: Api, owed: Any) -> None:
    where, reason = f"/obligations/{owed['id']}/extension-opening", {"reason": "疫情影响。"}
    office.put(where, reason)
    before = office.all("/journal/checklist:1", limit=200)
    again = office.put(where, reason)

    assert again.status_code == 200
    assert office.all("/journal/checklist:1", limit=200) == before


@pytest.mark.parametrize("decided", [GRANTED, REFUSED])
def test_the_same_decision_again_answers_what_stands(office: Api, decision: str, decided: dict[str, str]) -> None:
    first = office.put(decision, decided)
    before = office.all("/journal/checklist:1", limit=200)
    again = office.put(decision, decided)

    assert (again.status_code, again.json()) == (200, first.json())
    assert office.all("/journal/checklist:1", limit=200) == before


@pytest.mark.parametrize(
    ("first", "second"), [(GRANTED, REFUSED), (REFUSED, GRANTED), (GRANTED, GRANTED | {"due_on": "2024-02-28"})]
)
def test_another_decision_is_too_late(
    office: Api, decision: str, first: dict[str, str], second: dict[str, str]
) -> None:
    office.put(decision, first)

    assert refusal(office.put(decision, second)) == (409, "already_decided")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"decision": "refused"}, "body.reason"),
        (REFUSED | {"due_on": "2024-02-28"}, "body.due_on"),
        (GRANTED | {"due_on": "2023-12-31"}, "body.due_on"),
        ({"decision": "granted"}, "body.reason"),  # beyond the register's last day
        ({"decision": "maybe"}, "body.decision"),
    ],
)
def test_a_decision_says_what_it_needs(office: Api, decision: str, wanted: dict[str, str], field: str) -> None:
    answer = office.put(decision, wanted)

    assert answer.status_code == 422
    assert field.rpartition(".")[2] in answer.text
    assert office.all("/extensions", decided=True) == []


@pytest.fixture
def request_within_the_year(office: Api, unit: Api, owed: Any, path: str) -> str:
    """Where the office decides on a request for 30 November, of an obligation whose last day is 31 October."""
    reschedule(office, owed["task"]["id"], {"kind": "on", "due_on": "2023-10-31"})
    wanted = unit.post(path, WANTED | {"due_on": "2023-11-30"})
    assert wanted.status_code == 201
    return f"/extensions/{wanted.json()['id']}/decision"


def test_what_was_asked_within_the_year_is_granted_without_a_word(office: Api, request_within_the_year: str) -> None:
    decided = office.put(request_within_the_year, {"decision": "granted"})

    assert (decided.status_code, decided.json()["granted_to"]) == (200, "2023-11-30")


def test_more_than_was_asked_is_granted_with_a_reason(office: Api, owed: Any, request_within_the_year: str) -> None:
    more = {"decision": "granted", "due_on": "2023-12-15"}
    refused = office.put(request_within_the_year, more)
    stands = office.get(f"/obligations/{owed['id']}").json()["due_on"]
    decided = office.put(request_within_the_year, more | {"reason": "汛期影响。"})

    assert refusal(refused) == (422, "invalid_request")
    assert [error["field"] for error in refused.json()["errors"]] == ["body.reason"]
    assert "2023-11-30" in refused.text
    assert stands == "2023-10-31"
    assert (decided.status_code, decided.json()["granted_to"]) == (200, "2023-12-15")


def test_what_was_closed_meanwhile_is_refused_and_not_granted(unit: Api, office: Api, owed: Any, decision: str) -> None:
    unit.post(f"/obligations/{owed['id']}/updates", DONE)

    assert refusal(office.put(decision, GRANTED)) == (409, "obligation_closed")
    assert office.put(decision, REFUSED).status_code == 200


def test_an_archived_checklist_decides_nothing(office: Api, unit: Api, path: str, decision: str) -> None:
    office.put("/checklists/1/archival")

    assert refusal(office.put(decision, REFUSED)) == (409, "checklist_archived")
    assert refusal(unit.post(path, WANTED)) == (409, "checklist_archived")


def test_a_change_of_schedule_does_not_touch_a_granted_day(
    office: Api, owed: Any, decision: str, county: County
) -> None:
    office.put(decision, GRANTED)
    reschedule(office, owed["task"]["id"], {"kind": "on", "due_on": "2023-11-30"})

    shown = office.get(f"/obligations/{owed['id']}").json()
    assert (shown["due_on"], shown["first_due_on"]) == ("2024-01-31", "2023-11-30")


def test_what_is_reopened_has_its_granted_day_again(unit: Api, office: Api, owed: Any, decision: str) -> None:
    office.put(decision, GRANTED)
    unit.post(f"/obligations/{owed['id']}/updates", DONE)
    office.post(f"/obligations/{owed['id']}/reopening", {"reason": "抽查未见公开。"})

    assert office.get(f"/obligations/{owed['id']}").json()["due_on"] == "2024-01-31"


def test_what_is_owed_again_has_its_granted_day_again(county: County, office: Api, owed: Any, decision: str) -> None:
    office.put(decision, GRANTED)
    where = f"/tasks/{owed['task']['id']}/units/{county.units['司法局']}"
    office.delete(where, reason="误派。")
    office.put(where, {"role": "responsible"})

    shown = office.get(f"/obligations/{owed['id']}").json()
    assert (shown["state"], shown["due_on"]) == ("not_started", "2024-01-31")


def test_what_was_written_in_a_request_can_be_erased(
    county: County, unit: Api, office: Api, path: str, decision: str, database: Database
) -> None:
    entries = office.all("/journal/checklist:1", limit=200)
    seq = next(entry["seq"] for entry in entries if entry["verb"] == "extension.asked")
    erased = county.as_role("admin").put(f"/journal/checklist:1/{seq}/redaction", {"reason": "涉及个人信息。"})

    assert erased.status_code == 200
    assert unit.all(path)[0]["reason"] == "[redacted]"
    with database.session(writes=False) as session:
        assert verify(session).faults == []
