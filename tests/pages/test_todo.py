"""What waits for a caller, in one request."""

from typing import Any

from tests.conftest import Api, County, FakeClock

CLAIM = {"state": "completed", "narrative": "已办。"}


def todo(api: Api, part: str) -> Any:
    answer = api.get("/me/todo")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [name for name in ("unit", "office", "audit") if shown[name] is not None] == [part]
    return shown[part]


def whole(api: Api, part: dict[str, Any]) -> list[int]:
    """The ids of the whole list that a part names."""
    path = part["path"].removeprefix("/api/v1")
    return [one["id"] for one in api.request("GET", f"{path}&limit=200").json()["items"]]


def test_a_unit_sees_what_it_owes_and_has_not_acknowledged(county: County) -> None:
    unit = county.as_unit("城关镇")
    owed = [one["id"] for one in unit.all("/obligations", limit=200)]
    unit.request("PUT", f"/obligations/{owed[0]}/receipt")

    waits = todo(unit, "unit")["to_acknowledge"]

    assert waits["count"] == len(owed) - 1
    assert waits["count_is_exact"]
    assert [one["id"] for one in waits["items"]] == owed[1:6]
    assert whole(unit, waits) == owed[1:]


def test_what_is_late_and_what_was_returned_waits_for_the_unit(county: County, now: FakeClock) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    office.request("PATCH", "/checklists/1", json={"revision": 2, "asks_for_review": True})
    first = unit.all("/obligations", limit=200)[0]["id"]
    claim = unit.post(f"/obligations/{first}/updates", CLAIM).json()["id"]
    office.post(f"/updates/{claim}/review", {"judgement": "returned", "reason": "请补充佐证。"})
    before = todo(unit, "unit")
    now.set("2024-01-05")

    shown = todo(unit, "unit")

    assert [one["id"] for one in before["returned"]["items"]] == [first]
    assert before["overdue"]["count"] == 0
    assert first in whole(unit, shown["overdue"])
    assert shown["overdue"]["count"] == len(whole(unit, shown["overdue"])) > 1


def test_a_finding_waits_for_the_unit_and_then_for_the_auditor(county: County) -> None:
    unit, auditor = county.as_unit("司法局"), county.as_role("auditor")
    owed = unit.all("/obligations", limit=200)[0]["id"]
    unit.post(f"/obligations/{owed}/updates", CLAIM)
    body = {"kind": "look_back", "narrative": "未见公开。", "due_on": "2023-12-01"}
    found = auditor.post(f"/obligations/{owed}/findings", body).json()["id"]

    asked = todo(unit, "unit")["findings_to_answer"]
    listed = whole(unit, asked)
    unit.post(f"/findings/{found}/answers", {"narrative": "已恢复。"})
    answered = todo(auditor, "audit")["findings_to_close"]

    assert [one["id"] for one in asked["items"]] == [found] == listed
    assert [one["id"] for one in answered["items"]] == [found] == whole(auditor, answered)
    assert todo(unit, "unit")["findings_to_answer"]["count"] == 0


def test_a_later_day_waits_for_the_office_and_is_told_to_the_unit(county: County, now: FakeClock) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("司法局")
    owed = unit.all("/obligations", limit=200)[0]["id"]
    office.request("PUT", f"/obligations/{owed}/extension-opening", json={"reason": "可以"})
    asked = unit.post(f"/obligations/{owed}/extensions", {"reason": "延后", "due_on": "2024-01-31"}).json()["id"]

    waits = todo(office, "office")["extensions_to_decide"]
    office.request("PUT", f"/extensions/{asked}/decision", json={"decision": "refused", "reason": "不延"})
    decided = todo(unit, "unit")["extensions_decided"]
    now.set("2023-12-30")

    assert [one["id"] for one in waits["items"]] == [asked]
    assert [one["id"] for one in decided["items"]] == [asked] == whole(unit, decided)
    assert todo(unit, "unit")["extensions_decided"]["count"] == 0


def test_a_claim_waits_for_review_and_open_lists_for_names(county: County) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("司法局")
    office.request("PATCH", "/checklists/1", json={"revision": 2, "asks_for_review": True})
    owed = unit.all("/obligations", limit=200)[0]["id"]
    claim = unit.post(f"/obligations/{owed}/updates", CLAIM).json()["id"]

    waits = todo(office, "office")

    assert [one["id"] for one in waits["to_review"]["items"]] == [claim]
    assert waits["nobody_accountable"]["path"].endswith("&unnamed=true")
    assert waits["nobody_accountable"]["count"] == len(office.all("/tasks", unnamed=True, limit=200)) > 0
    assert [one["id"] for one in waits["nobody_accountable"]["items"]][:1] == whole(
        office, waits["nobody_accountable"]
    )[:1]


def test_nothing_of_another_county_waits_for_an_office(county: County) -> None:
    waits = todo(county.as_role("coordinator", "341523"), "office")

    assert {name: part["count"] for name, part in waits.items()} == dict.fromkeys(waits, 0)


def test_nothing_waits_for_somebody_without_a_key(county: County) -> None:
    answer = county.anonymous().get("/me/todo")

    assert (answer.status_code, answer.json()["code"]) == (401, "missing_key")
