"""Issue 23, 催办: the office presses a unit, and sees who has answered."""

from typing import Any

import pytest

from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock

PRESSED = {"words": "请于周五前报送进展。", "answer_by": "2023-06-09"}
CLAIM = {"state": "completed", "narrative": "已公开。"}
ANSWER = {"answer": "已完成招标,周五报送。"}


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def owed(county: County) -> int:
    return int(county.obligation(1, "城关镇")["id"])


def press(office: Api, *obligations: int, **more: Any) -> Any:
    return office.post("/urgings", {**PRESSED, "items": [{"obligation_id": one} for one in obligations], **more})


def test_the_office_presses_with_one_request_and_sees_who_answered(county: County, office: Api) -> None:
    owed = [county.obligation(1, unit)["id"] for unit in ("城关镇", "河口镇")]
    first, second = done(press(office, *owed))["items"]

    done(county.as_unit("城关镇").post(f"/urgings/{first['id']}/answer", ANSWER))

    assert [one["id"] for one in office.all("/urgings", answered=False)] == [second["id"]]
    (answered,) = office.all("/urgings", answered=True)
    assert (answered["answer"], answered["received_at"]) == (ANSWER["answer"], answered["answered_at"])


def test_each_urging_of_an_obligation_has_the_next_number(county: County, office: Api, owed: int) -> None:
    numbers = [done(press(office, owed))["items"][0]["number"] for _ in range(2)]
    other = done(press(office, county.obligation(1, "河口镇")["id"]))["items"][0]["number"]

    assert (numbers, other) == ([1, 2], 1)


def test_receipt_is_recorded_once_and_is_not_an_answer(county: County, office: Api, owed: int, now: FakeClock) -> None:
    urging, unit = done(press(office, owed))["items"][0]["id"], county.as_unit("城关镇")
    now.set("2023-06-02")
    first = done(unit.put(f"/urgings/{urging}/receipt"))["received_at"]
    now.set("2023-06-05")

    assert done(unit.put(f"/urgings/{urging}/receipt"))["received_at"] == first
    assert [one["id"] for one in office.all("/urgings", answered=False)] == [urging]


def test_an_urging_moves_no_day_and_no_state(county: County, office: Api, owed: int) -> None:
    before = office.get(f"/obligations/{owed}").json()
    urging = done(press(office, owed))["items"][0]["id"]
    done(county.as_unit("城关镇").post(f"/urgings/{urging}/answer", ANSWER))

    assert office.get(f"/obligations/{owed}").json() == before


def test_the_day_for_the_answer_is_on_time_and_the_next_is_late(office: Api, owed: int, now: FakeClock) -> None:
    done(press(office, owed))
    now.set("2023-06-09")
    on_the_day = office.all("/urgings", overdue=True)
    now.set("2023-06-10")

    assert (len(on_the_day), len(office.all("/urgings", overdue=True))) == (0, 1)
    assert office.all("/urgings", overdue=False) == []


def test_what_cannot_be_urged_says_why_and_nothing_is_urged(county: County, office: Api, owed: int) -> None:
    closed, resting = (county.obligation(1, unit)["id"] for unit in ("河口镇", "周集镇"))
    done(office.post(f"/obligations/{closed}/waiver", {"reason": "机构改革"}))
    done(office.put(f"/obligations/{resting}/suspension", {"reason": "选址调整"}))
    answers = {
        "closed": press(office, owed, closed),
        "resting": press(office, resting),
        "twice": press(office, owed, owed),
        "past": press(office, owed, answer_by="2023-05-31"),
        "nobody": press(office),
        "unknown": press(office, 999_999),
    }

    assert {name: answer.json()["code"] for name, answer in answers.items()} == {
        "closed": "obligation_closed",
        "resting": "suspended",
        "twice": "invalid_request",
        "past": "invalid_request",
        "nobody": "invalid_request",
        "unknown": "not_found",
    }
    assert answers["closed"].json()["index"] == 1
    assert answers["past"].json()["errors"][0]["field"] == "body.answer_by"
    assert office.all("/urgings") == []


def test_nobody_is_pressed_for_a_draft(office: Api, owed: int) -> None:
    done(office.delete("/checklists/1/publication"))

    assert press(office, owed).json()["code"] == "not_told"


def test_an_urging_is_answered_once(county: County, office: Api, owed: int) -> None:
    urging, unit = done(press(office, owed))["items"][0]["id"], county.as_unit("城关镇")
    done(unit.post(f"/urgings/{urging}/answer", ANSWER))

    assert unit.post(f"/urgings/{urging}/answer", ANSWER).json()["code"] == "already_answered"


def test_sent_twice_a_unit_is_pressed_once(office: Api, owed: int) -> None:
    body = {**PRESSED, "items": [{"obligation_id": owed}]}
    answers = [office.post("/urgings", body, headers={"Idempotency-Key": "press-1"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(office.all("/urgings")) == 1


def test_the_journal_has_each_step_and_verifies(county: County, office: Api, owed: int) -> None:
    urging = done(press(office, owed))["items"][0]["id"]
    done(county.as_unit("城关镇").put(f"/urgings/{urging}/receipt"))
    done(county.as_unit("城关镇").post(f"/urgings/{urging}/answer", ANSWER))
    verbs = [entry["verb"] for entry in office.all("/journal/checklist:1")]

    assert verbs[-3:] == ["urging.sent", "urging.received", "urging.answered"]
    with county.database.session(writes=False) as session:
        assert verify(session).faults == []


def test_an_answer_is_awaited_while_the_unit_has_something_to_do(county: County, office: Api, now: FakeClock) -> None:
    units = ("城关镇", "河口镇", "司法局", "财政局", "周集镇")
    owed = {unit: one["id"] for unit in units for one in office.all("/obligations", unit=county.units[unit])[:1]}
    urged = {one["obligation_id"]: one["id"] for one in done(press(office, *owed.values()))["items"]}
    asks = {"revision": office.get("/checklists/1").json()["revision"], "asks_for_review": True}
    done(county.as_unit("城关镇").post(f"/obligations/{owed['城关镇']}/updates", CLAIM))
    done(office.patch("/checklists/1", asks))
    done(county.as_unit("河口镇").post(f"/obligations/{owed['河口镇']}/updates", CLAIM))
    done(office.put(f"/obligations/{owed['司法局']}/suspension", {"reason": "选址调整"}))
    task = office.get(f"/obligations/{owed['财政局']}").json()["task"]["id"]
    done(office.put(f"/tasks/{task}/withdrawal", {"reason": "误录", "as_if_never": True}))
    now.set("2023-06-20")

    def listed(api: Api, **query: Any) -> list[int]:
        return [one["id"] for one in api.all("/urgings", **query)]

    assert listed(office, waiting=True) == listed(office, overdue=True) == [urged[owed["周集镇"]]]
    assert len(listed(office, answered=False)) == 5
    assert len(listed(office, waiting=False)) == len(listed(office, overdue=False)) == 4
