"""An archived register takes no reports, so no day counts against its units while it is archived."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock
from tests.obligations.test_owed_from import created, given, verified

LATE, LATER, RESTING, DONE = "城关镇", "河口镇", "司法局", "财政局"
CLAIM = {"state": "completed", "narrative": "已办结。"}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def register(office: Api) -> int:
    made = office.post("/checklists", {"jurisdiction": "341522", "title": "归档清单", "year": 2023})
    checklist = int(done(made)["id"])
    done(office.post(f"/checklists/{checklist}/sections", {"title": "一、任务"}))
    return checklist


@pytest.fixture
def owed(county: County, office: Api, register: int, now: FakeClock) -> dict[str, int]:
    """An obligation of each unit on 2023-07-10: overdue since 2023-06-30, due on 2023-09-30, suspended, completed."""
    days = {LATE: "2023-06-30", LATER: "2023-09-30", RESTING: "2023-09-30", DONE: "2023-06-30"}
    for unit, day in days.items():
        given(county, office, created(office, {"kind": "on", "due_on": day}, checklist=register)["id"], unit)
    done(office.put(f"/checklists/{register}/publication", {"audience": "public"}))
    found = {one["unit"]["id"]: one["id"] for one in office.all("/obligations", checklist=register)}
    ids = {unit: found[county.units[unit]] for unit in days}
    done(office.put(f"/obligations/{ids[RESTING]}/suspension", {"reason": "选址调整"}))
    done(county.as_unit(DONE).post(f"/obligations/{ids[DONE]}/updates", CLAIM))
    now.set("2023-07-10")
    return ids


def figures(county: County, register: int, **of: Any) -> Any:
    """What the lists, tallies and exports say of what is overdue."""
    auditor, about = county.as_role("auditor"), {"checklist": register, **of}
    rows = done(auditor.get(f"/checklists/{register}/working-register", format="json", **of))["rows"]
    counts = done(auditor.get(f"/checklists/{register}/dashboard", **of))["obligations"]
    return {
        "overdue": [one["days_overdue"] for one in auditor.all("/overdue", **about)],
        "obligations": sorted(one["days_overdue"] for one in auditor.all("/obligations", **about)),
        "working register": sorted(row[8] for row in rows),
        "units": sum(one["overdue"] for one in auditor.all("/tallies/by-unit", **about)),
        "dashboard": [counts[name] for name in ("overdue", "suspended", "completed_on_time", "on_time_rate")],
    }


NINE_DAYS = {
    "overdue": [9],
    "obligations": [0, 0, 0, 9],
    "working register": [0, 0, 0, 9],
    "units": 1,
    "dashboard": [1, 2, 1, 0.5],
}


def test_no_day_counts_while_a_register_is_archived(
    county: County, office: Api, register: int, owed: dict[str, int], now: FakeClock
) -> None:
    done(office.put(f"/checklists/{register}/archival"))
    now.set("2023-12-10")
    done(office.put(f"/checklists/{register}/archival"))  # again changes nothing
    refused = county.as_unit(LATE).post(f"/obligations/{owed[LATE]}/updates", CLAIM)

    assert (refused.status_code, refused.json()["code"]) == (409, "checklist_archived")
    for day in (
        {},
        {"as_of": "2023-07-10"},
        {"as_of": "2023-11-30"},
        {"as_of": "2023-11-30", "known_on": "2023-12-01"},
    ):
        assert figures(county, register, **day) == NINE_DAYS, day
    assert sum(one["overdue"] for one in office.all("/tasks", checklist=register)) == 1
    before = figures(county, register, as_of="2023-07-09")
    assert (before["overdue"], before["dashboard"]) == ([9], [1, 1, 1, 0.5])
    assert office.get(f"/obligations/{owed[LATER]}").json()["suspension_reason"] == "the checklist was archived"
    assert verified(county) == []


def test_what_was_open_goes_on_when_its_register_is_restored(
    county: County, office: Api, register: int, owed: dict[str, int], now: FakeClock
) -> None:
    done(office.put(f"/checklists/{register}/archival"))
    now.set("2023-12-10")
    done(office.delete(f"/checklists/{register}/archival"))
    done(office.delete(f"/checklists/{register}/archival"))
    shown = {unit: office.get(f"/obligations/{one}").json() for unit, one in owed.items()}
    words = [one["what"] for one in office.all(f"/obligations/{owed[LATER]}/timeline")]

    assert {unit: (one["due_on"], one["timeliness"], one["days_overdue"]) for unit, one in shown.items()} == {
        LATE: ("2023-11-30", "overdue", 10),  # nine days, and this one
        LATER: ("2024-03-01", "not_yet_due", 0),
        RESTING: ("2023-09-30", "suspended", 0),
        DONE: ("2023-06-30", "completed_on_time", 0),
    }
    assert "it was suspended with the archived checklist" in words
    assert "it was resumed with the restored checklist" in words
    done(county.as_unit(LATER).post(f"/obligations/{owed[LATER]}/updates", CLAIM))
    assert figures(county, register, as_of="2023-11-30") == NINE_DAYS
    assert verified(county) == []


def test_a_register_is_not_archived_while_a_finding_is_open(
    county: County, office: Api, register: int, owed: dict[str, int]
) -> None:
    auditor, wanted = county.as_role("auditor"), {"kind": "look_back", "narrative": "未见公开", "due_on": "2023-08-01"}
    finding = done(auditor.post(f"/obligations/{owed[DONE]}/findings", wanted))["id"]
    refused = office.put(f"/checklists/{register}/archival")
    done(county.as_unit(DONE).post(f"/findings/{finding}/answers", {"narrative": "已改"}))
    done(auditor.post(f"/findings/{finding}/closure", {"conclusion": "合格"}))

    assert (refused.status_code, refused.json()["code"]) == (409, "finding_open")
    assert office.put(f"/checklists/{register}/archival").status_code == 200


def test_a_register_is_not_archived_while_a_claim_waits(
    county: County, office: Api, register: int, owed: dict[str, int]
) -> None:
    asks = {"revision": office.get(f"/checklists/{register}").json()["revision"], "asks_for_review": True}
    done(office.patch(f"/checklists/{register}", asks))
    claim = done(county.as_unit(LATE).post(f"/obligations/{owed[LATE]}/updates", CLAIM))["id"]
    refused = office.put(f"/checklists/{register}/archival")
    done(office.post(f"/updates/{claim}/review", {"judgement": "accepted"}))

    assert (refused.status_code, refused.json()["code"]) == (409, "awaiting_review")
    assert office.put(f"/checklists/{register}/archival").status_code == 200


def test_an_archived_draft_that_is_restored_has_its_last_days(
    county: County, office: Api, register: int, now: FakeClock
) -> None:
    task = created(office, {"kind": "on", "due_on": "2023-09-30"}, checklist=register)["id"]
    given(county, office, task, LATE)
    done(office.put(f"/checklists/{register}/archival"))
    now.set("2023-07-10")
    done(office.delete(f"/checklists/{register}/archival"))

    assert [one["due_on"] for one in office.all("/obligations", task=task)] == ["2023-09-30"]
