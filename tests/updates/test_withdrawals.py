"""A unit takes a claim back that waits: nobody had claimed it, and everybody can read that somebody had."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

UNIT = "城关镇"
CLAIM = {"state": "completed", "narrative": "已公开。", "evidence": [{"url": "https://example.com/1"}]}
WRONG = {"reason": "数据有误。"}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit(UNIT)


@pytest.fixture
def office(county: County, now: FakeClock) -> Api:
    """Of a checklist that asks for review, on a day before its last."""
    now.set("2023-12-20")
    office = county.as_role("coordinator")
    revision = office.get("/checklists/1").json()["revision"]
    done(office.patch("/checklists/1", {"revision": revision, "asks_for_review": True}))
    return office


@pytest.fixture
def owed(county: County, office: Api) -> int:
    return int(county.obligation(1, UNIT)["id"])


@pytest.fixture
def claim(unit: Api, owed: int) -> int:
    return int(done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"])


def test_a_withdrawn_claim_leaves_its_obligation_as_if_nobody_had_claimed_it(
    unit: Api, owed: int, claim: int, now: FakeClock
) -> None:
    now.set("2024-01-02")
    waiting = unit.get(f"/obligations/{owed}").json()
    withdrawn = done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    stands = unit.get(f"/obligations/{owed}").json()

    assert (waiting["timeliness"], waiting["percent"]) == ("awaiting_review", 100)
    assert (stands["state"], stands["timeliness"], stands["days_overdue"]) == ("in_progress", "overdue", 2)
    assert (stands["percent"], stands["claimed_on"]) == (0, None)
    assert withdrawn["withdrawal"]["reason"] == WRONG["reason"]
    assert (withdrawn["narrative"], len(withdrawn["evidence"])) == (CLAIM["narrative"], 1)
    assert unit.get(f"/obligations/{owed}/updates").json()["items"] == [withdrawn]


def test_what_was_answered_for_the_days_on_which_it_waited_stays(
    county: County, unit: Api, owed: int, claim: int, now: FakeClock
) -> None:
    now.set("2024-01-05")
    done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    now.set("2024-01-08")
    shown = {
        day: [one["timeliness"] for one in unit.all("/obligations", as_of=day) if one["id"] == owed]
        for day in ("2023-12-19", "2023-12-31", "2024-01-04", "2024-01-05", "2024-01-08")
    }
    known = [one["obligation_id"] for one in county.as_role("auditor").all("/overdue", as_of="2024-01-04", limit=200)]

    assert [word for (word,) in shown.values()] == [
        "not_yet_due",
        "awaiting_review",
        "awaiting_review",
        "overdue",
        "overdue",
    ]
    assert owed not in known


def test_the_last_report_is_no_claim_that_was_withdrawn_by_the_day(
    office: Api, unit: Api, owed: int, now: FakeClock
) -> None:
    note = {"state": "in_progress", "percent": 40, "narrative": "正在核对。"}
    done(unit.post(f"/obligations/{owed}/updates", note))
    claim = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    now.set("2023-12-22")
    done(unit.put(f"/updates/{claim}/withdrawal", WRONG))

    def last(**of: Any) -> tuple[str, str]:
        shown = next(one for one in office.all("/obligations", checklist=1, limit=200, **of) if one["id"] == owed)
        table = office.get("/checklists/1/working-register", format="json", **of).json()["rows"]
        words = {row[-1]: (row[0], row[3]) for row in table if row[-1]}
        assert [*words.values()] == [(1, shown["unit"]["name"])]  # nobody else reported
        return shown["last_update"]["narrative"], *words

    assert last(as_of="2023-12-21") == (CLAIM["narrative"], CLAIM["narrative"])
    assert last() == last(as_of="2023-12-22") == (note["narrative"], note["narrative"])
    assert unit.get(f"/obligations/{owed}").json()["last_update"]["percent"] == 40


def test_a_claim_that_is_withdrawn_and_made_again_is_judged_by_the_day_of_the_second(
    office: Api, unit: Api, owed: int, claim: int, now: FakeClock
) -> None:
    done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    now.set("2024-01-03")
    again = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    waiting = [one["id"] for one in office.get("/updates", awaiting_review=True).json()["items"]]
    refused = office.post(f"/updates/{claim}/review", {"judgement": "accepted"})
    done(office.post(f"/updates/{again}/review", {"judgement": "accepted"}))
    stands = unit.get(f"/obligations/{owed}").json()

    assert waiting == [again]
    assert (refused.status_code, refused.json()["code"]) == (409, "not_awaiting_review")
    assert (stands["timeliness"], stands["completed_on"], stands["has_missed"]) == (
        "completed_late",
        "2024-01-03",
        True,
    )


def test_progress_and_figures_are_those_reported_without_the_claim(
    county: County, office: Api, unit: Api, owed: int, now: FakeClock
) -> None:
    task = office.get(f"/tasks/{county.obligation(1, UNIT)['task']['id']}").json()
    target = {"metric": "个", "number": 10}
    done(office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "targets": [target]}))
    first = {"state": "in_progress", "narrative": "一半。", "percent": 40, "figures": [{"metric": "个", "number": 4}]}
    done(unit.post(f"/obligations/{owed}/updates", first))
    for number in (9, 10):
        said = CLAIM | {"figures": [{"metric": "个", "number": number}]}
        claim = done(unit.post(f"/obligations/{owed}/updates", said))["id"]
        done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    stands = unit.get(f"/obligations/{owed}").json()

    assert stands["percent"] == 40
    assert [one["reached"] for one in stands["targets"]] == [4]


@pytest.mark.parametrize("judgement", ["accepted", "returned"])
def test_what_the_office_has_judged_is_not_withdrawn(
    office: Api, unit: Api, owed: int, claim: int, judgement: str
) -> None:
    done(office.post(f"/updates/{claim}/review", {"judgement": judgement, "reason": "说明"}))
    before = unit.get(f"/obligations/{owed}").json()
    refused = unit.put(f"/updates/{claim}/withdrawal", WRONG)

    assert (refused.status_code, refused.json()["code"]) == (409, "already_reviewed")
    assert unit.get(f"/obligations/{owed}").json() == before


def test_it_is_withdrawn_once_and_with_the_same_reason_again_nothing_changes(
    county: County, unit: Api, claim: int
) -> None:
    first = done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    again = done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    other = unit.put(f"/updates/{claim}/withdrawal", {"reason": "另一个理由"})
    entries = county.as_role("auditor").all("/journal/checklist:1", limit=200)

    assert again == first
    assert (other.status_code, other.json()["code"]) == (409, "not_awaiting_review")
    assert [one["verb"] for one in entries].count("update.withdrawn") == 1


def test_what_claims_nothing_or_does_not_wait_is_not_withdrawn(
    county: County, office: Api, unit: Api, owed: int
) -> None:
    report = done(unit.post(f"/obligations/{owed}/updates", {"state": "in_progress", "narrative": "办理中。"}))["id"]
    claim = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    refused = [unit.put(f"/updates/{report}/withdrawal", WRONG)]
    done(office.post(f"/obligations/{owed}/waiver", {"reason": "撤销"}))
    refused.append(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    foreign = county.as_unit("司法局").put(f"/updates/{claim}/withdrawal", WRONG)

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "not_awaiting_review")] * 2
    assert foreign.status_code == 404


def test_the_working_register_of_a_day_says_nothing_that_was_withdrawn_by_then(
    office: Api, unit: Api, owed: int, claim: int, now: FakeClock
) -> None:
    now.set("2023-12-22")
    done(unit.put(f"/updates/{claim}/withdrawal", WRONG))
    now.set("2023-12-25")
    narrative = str(CLAIM["narrative"])
    said = {
        day: narrative in office.get("/checklists/1/working-register", format="json", as_of=day).text
        for day in ("2023-12-21", "2023-12-22", "2023-12-25")
    }

    assert said == {"2023-12-21": True, "2023-12-22": False, "2023-12-25": False}
