"""One obligation from its receipt to the end of the auditor's re-check, and every step out of its order."""

from typing import Any

import pytest

from app.database.engine import Database
from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

CLAIM = {"state": "completed", "narrative": "已全部公开。"}
PROGRESS = {"state": "in_progress", "narrative": "正在整理。"}
ACCEPTED = {"judgement": "accepted"}
RETURNED = {"judgement": "returned", "reason": "佐证不足,请补充公开页面。"}
FINDING = {"kind": "look_back", "narrative": "公开页面已无法打开。", "due_on": "2024-02-29"}
ANSWER = {"narrative": "页面已恢复。"}
MORE = {"due_on": "2024-03-15", "reason": "仍有两个栏目未恢复。"}
CONCLUSION = {"conclusion": "复查合格。"}


@pytest.fixture
def owed(county: County) -> int:
    """What 司法局 owes, due on 2023-12-31, in a checklist that asks for review."""
    ask_for_review(county)
    return int(county.as_role("coordinator").all("/obligations", unit=county.units["司法局"])[0]["id"])


def ask_for_review(county: County) -> None:
    office = county.as_role("coordinator")
    changed = {"revision": office.get("/checklists/1").json()["revision"], "asks_for_review": True}
    assert office.patch("/checklists/1", changed).status_code == 200


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def shown(api: Api, owed: int, **day: str) -> tuple[str, str | None, str]:
    if not day:
        one = api.get(f"/obligations/{owed}").json()
    else:
        one = next(one for one in api.all("/obligations", limit=200, **day) if one["id"] == owed)
    return one["state"], one["completed_on"], one["timeliness"]


def test_receipt_claim_return_claim_accept_finding_answer_close(
    county: County, owed: int, now: FakeClock, database: Database
) -> None:
    unit, office, auditor = county.as_unit("司法局"), county.as_role("coordinator"), county.as_role("auditor")
    assert owed in {one["id"] for one in office.all("/obligations", acknowledged=False, limit=200)}

    now.set("2023-06-02")
    done(unit.put(f"/obligations/{owed}/receipt"))
    assert owed not in {one["id"] for one in office.all("/obligations", acknowledged=False, limit=200)}

    now.set("2023-12-30")
    first = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    now.set("2024-01-05")
    assert [one["id"] for one in office.all("/updates", awaiting_review=True)] == [first]
    assert shown(unit, owed) == ("submitted", None, "awaiting_review")
    done(office.post(f"/updates/{first}/review", RETURNED))
    assert shown(unit, owed) == ("returned", None, "overdue")

    now.set("2024-01-08")
    second = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    now.set("2024-01-10")
    done(office.post(f"/updates/{second}/review", ACCEPTED))
    assert shown(unit, owed) == ("completed", "2024-01-08", "completed_late")

    now.set("2024-02-01")
    finding = done(auditor.post(f"/obligations/{owed}/findings", FINDING))["id"]
    assert shown(unit, owed) == ("in_progress", None, "completed_late")
    now.set("2024-02-10")
    done(unit.post(f"/findings/{finding}/answers", ANSWER))
    done(auditor.post(f"/findings/{finding}/extension", MORE))
    now.set("2024-03-10")
    done(unit.post(f"/findings/{finding}/answers", ANSWER))
    now.set("2024-03-12")
    closed = done(auditor.post(f"/findings/{finding}/closure", CONCLUSION))

    assert (closed["state"], len(closed["answers"])) == ("closed", 2)
    assert shown(unit, owed) == ("completed", "2024-03-10", "completed_late")
    reviews = [(one["id"], one["review"]["judgement"]) for one in unit.all(f"/obligations/{owed}/updates")]
    assert reviews == [(second, "accepted"), (first, "returned")]
    assert verbs(auditor, owed) == [
        "obligation.acknowledged",
        "update.posted",
        "update.returned",
        "update.posted",
        "update.accepted",
        "finding.opened",
        "finding.answered",
        "finding.extended",
        "finding.answered",
        "finding.closed",
    ]
    days = {day: shown(auditor, owed, as_of=day) for day in ("2024-01-04", "2024-01-06", "2024-01-09", "2024-01-20")}
    assert days == {
        "2024-01-04": ("submitted", None, "awaiting_review"),
        "2024-01-06": ("returned", None, "overdue"),
        "2024-01-09": ("submitted", None, "overdue"),
        "2024-01-20": ("completed", "2024-01-08", "completed_late"),
    }
    with database.session(writes=False) as session:
        assert not verify(session).faults


def verbs(auditor: Api, owed: int) -> list[str]:
    entries = auditor.all("/journal/checklist:1", limit=200)
    return [entry["verb"] for entry in entries if entry["subject"] == f"obligation:{owed}"]


def test_every_step_out_of_its_order_is_refused_with_a_code(county: County, owed: int) -> None:
    unit, office, auditor = county.as_unit("司法局"), county.as_role("coordinator"), county.as_role("auditor")
    progress = done(unit.post(f"/obligations/{owed}/updates", PROGRESS))["id"]
    not_claimed = refused(office.post(f"/updates/{progress}/review", ACCEPTED))
    claim = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    while_it_waits = [refused(unit.post(f"/obligations/{owed}/updates", body)) for body in (PROGRESS, CLAIM)]
    done(office.post(f"/updates/{claim}/review", ACCEPTED))
    again = refused(office.post(f"/updates/{claim}/review", RETURNED))
    receipt, claimed = unit.put(f"/obligations/{owed}/receipt"), unit.post(f"/obligations/{owed}/updates", CLAIM)
    waived = refused(office.post(f"/obligations/{owed}/waiver", {"reason": "撤销"}))
    finding = done(auditor.post(f"/obligations/{owed}/findings", FINDING))["id"]
    second = refused(auditor.post(f"/obligations/{owed}/findings", FINDING))
    with_finding = [
        refused(unit.post(f"/obligations/{owed}/updates", CLAIM)),
        refused(office.post(f"/obligations/{owed}/waiver", {"reason": "撤销"})),
    ]
    too_early = refused(auditor.post(f"/findings/{finding}/closure", CONCLUSION))
    done(unit.post(f"/findings/{finding}/answers", ANSWER))
    done(auditor.post(f"/findings/{finding}/closure", CONCLUSION))
    closed = [
        refused(unit.post(f"/findings/{finding}/answers", ANSWER)),
        refused(auditor.post(f"/findings/{finding}/extension", MORE)),
        refused(auditor.post(f"/findings/{finding}/closure", CONCLUSION)),
    ]
    done(office.post(f"/obligations/{owed}/reopening", {"reason": "复核"}))
    open_already = refused(office.post(f"/obligations/{owed}/reopening", {"reason": "复核"}))
    done(office.post(f"/obligations/{owed}/waiver", {"reason": "撤销"}))
    on_waived = refused(auditor.post(f"/obligations/{owed}/findings", FINDING))

    assert not_claimed == again == (409, "not_awaiting_review")
    assert while_it_waits == [(409, "awaiting_review")] * 2
    assert (receipt.status_code, refused(claimed)) == (200, (409, "obligation_closed"))
    assert waived == on_waived == (409, "obligation_closed")
    assert [second, *with_finding] == [(409, "finding_open")] * 3
    assert too_early == (409, "finding_not_answered")
    assert closed == [(409, "finding_closed")] * 3
    assert open_already == (409, "obligation_not_completed")


def test_what_the_office_waived_can_be_reopened(county: County, owed: int) -> None:
    office = county.as_role("coordinator")
    done(office.post(f"/obligations/{owed}/waiver", {"reason": "撤销"}))
    reopened = done(office.post(f"/obligations/{owed}/reopening", {"reason": "仍须办理"}))

    assert (reopened["state"], reopened["reason"]) == ("not_started", "仍须办理")


def test_no_unit_reads_what_was_said_to_another(county: County, owed: int) -> None:
    unit, office = county.as_unit("司法局"), county.as_role("coordinator")
    claim = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    done(office.post(f"/updates/{claim}/review", RETURNED))
    finding = done(county.as_role("auditor").post(f"/obligations/{owed}/findings", FINDING))["id"]
    other = county.as_unit("城关镇")
    paths = [f"/obligations/{owed}", f"/obligations/{owed}/updates", f"/obligations/{owed}/findings"]

    assert {other.get(path).status_code for path in [*paths, f"/findings/{finding}"]} == {404}
    assert refused(other.post(f"/findings/{finding}/answers", ANSWER)) == (404, "not_found")
    assert other.all("/updates") == other.all("/findings") == []
    assert "佐证不足" not in "".join(other.get(path).text for path in ("/tasks?limit=200", "/obligations?limit=200"))
    assert unit.get(f"/obligations/{owed}").json()["reason"] == RETURNED["reason"]


def test_one_that_cannot_be_reviewed_prevents_all(county: County, owed: int) -> None:
    office = county.as_role("coordinator")
    claim = done(county.as_unit("司法局").post(f"/obligations/{owed}/updates", CLAIM))["id"]
    other = county.obligation(1, "城关镇")["id"]
    progress = done(county.as_unit("城关镇").post(f"/obligations/{other}/updates", PROGRESS))["id"]
    items = [{"update_id": claim, **ACCEPTED}, {"update_id": progress, **ACCEPTED}]
    answer = office.post("/reviews", {"items": items})

    assert refused(answer) == (409, "not_awaiting_review")
    assert (answer.json()["index"], answer.json()["errors"][0]["field"]) == (1, "body.items.1")
    assert shown(office, owed)[0] == "submitted"
    assert len(done(office.post("/reviews", {"items": items[:1]}))["items"]) == 1


def test_one_that_cannot_be_waived_prevents_all(county: County, owed: int) -> None:
    office = county.as_role("coordinator")
    items = [{"obligation_id": one, "reason": "撤销"} for one in (owed, owed)]
    answer = office.post("/waivers", {"items": items})
    unknown = office.post("/waivers", {"items": [{"obligation_id": 999_999, "reason": "撤销"}]})

    assert (refused(answer), answer.json()["index"]) == ((409, "obligation_closed"), 1)
    assert (refused(unknown), unknown.json()["index"]) == ((404, "not_found"), 0)
    assert shown(office, owed)[0] == "not_started"
    assert done(office.post("/waivers", {"items": items[:1]}))["items"] == [{"obligation_id": owed, "state": "waived"}]


def test_one_that_cannot_be_assigned_prevents_all(county: County) -> None:
    office, units = county.as_role("coordinator"), county.units
    items = [{"task_id": 5, "unit_id": units["城关镇"], "role": "lead"}, {"task_id": 5, "unit_id": 999_999}]
    before = office.get("/tasks/5").json()["counts"]
    answer = office.post("/assignments", {"items": items})

    assert (refused(answer), answer.json()["index"]) == ((404, "not_found"), 1)
    assert office.get("/tasks/5").json()["counts"] == before
    (assigned,) = done(office.post("/assignments", {"items": items[:1]}))["items"]
    assert (assigned["role"], assigned["is_new"]) == ("lead", True)
