"""Many at once: all or none, and the first that cannot be done is named by its index."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

UNIT = "城关镇"
REPORT = {"state": "in_progress", "percent": 40, "narrative": "正在推进。"}
LATER = {"reason": "招标延后。", "due_on": "2024-02-20"}
FINDING = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2024-03-30"}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def unit(county: County, now: FakeClock) -> Api:
    now.set("2023-12-20")
    return county.as_unit(UNIT)


@pytest.fixture
def owed(unit: Api) -> list[int]:
    return [one["id"] for one in unit.all("/obligations", limit=200)]


def entries(county: County) -> int:
    """How many there are in all streams."""
    return sum(one["head_seq"] for one in county.as_role("auditor").all("/journal", limit=200))


def test_a_units_rows_are_reported_in_one_request_as_one_by_one(county: County, unit: Api, owed: list[int]) -> None:
    link = {"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}
    items = [{"obligation_id": one, **REPORT, "evidence": [link]} for one in owed]
    before = entries(county)
    posted = done(unit.post("/updates", {"items": items}))["items"]
    shown = unit.all("/updates", limit=200)

    assert len(owed) == 15
    assert [one["obligation_id"] for one in posted] == owed
    assert sorted(posted, key=lambda one: one["id"], reverse=True) == shown
    assert {(one["state"], one["percent"]) for one in unit.all("/obligations", limit=200)} == {("in_progress", 40)}
    assert entries(county) == before + len(owed)


def test_of_many_reports_every_field_that_cannot_be_used_is_named(county: County, unit: Api, owed: list[int]) -> None:
    items = [{"obligation_id": one, **REPORT} for one in owed]
    items[3] |= {"percent": 140}
    items[7] |= {"state": "completed"}
    before = entries(county)
    answer = unit.post("/updates", {"items": items})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [one["field"] for one in answer.json()["errors"]] == ["body.items.3.percent", "body.items.7"]
    assert entries(county) == before


def test_of_many_reports_the_first_that_a_rule_forbids_is_named_and_none_is_stored(
    county: County, unit: Api, owed: list[int]
) -> None:
    done(unit.post(f"/obligations/{owed[2]}/updates", {"state": "completed", "narrative": "已公开。"}))
    foreign = county.obligation(2, "河口镇")["id"]
    before = entries(county)
    closed = unit.post("/updates", {"items": [{"obligation_id": one, **REPORT} for one in owed[:4]]})
    unseen = unit.post("/updates", {"items": [{"obligation_id": one, **REPORT} for one in (owed[0], foreign)]})

    assert (closed.status_code, closed.json()["code"], closed.json()["index"]) == (409, "obligation_closed", 2)
    assert (unseen.status_code, unseen.json()["code"], unseen.json()["index"]) == (404, "not_found", 1)
    assert entries(county) == before
    assert len(unit.all("/updates")) == 1


def test_many_reports_that_are_sent_twice_are_stored_once(unit: Api, owed: list[int]) -> None:
    wanted = {"json": {"items": [{"obligation_id": one, **REPORT} for one in owed[:2]]}}
    first, again = (
        unit.request("POST", "/updates", headers={"Idempotency-Key": "fifteen-rows"}, **wanted) for _ in range(2)
    )

    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(unit.all("/updates")) == 2


def test_reports_of_two_checklists_stand_in_the_journals_of_both(county: County, unit: Api, owed: list[int]) -> None:
    office = county.as_role("coordinator")
    other = done(office.post("/checklists", {"jurisdiction": "341522", "title": "另一个清单", "year": 2023}))["id"]
    section = done(office.post(f"/checklists/{other}/sections", {"title": "一"}))["id"]
    made = done(
        office.post(f"/checklists/{other}/tasks", {"items": [{"section_id": section, "requirement": "公开。"}]})
    )
    done(office.put(f"/tasks/{made['items'][0]['id']}/units/{county.units[UNIT]}", {}))
    done(office.put(f"/checklists/{other}/publication", {"audience": "units"}))
    theirs = unit.all("/obligations", checklist=other)[0]["id"]
    done(unit.post("/updates", {"items": [{"obligation_id": one, **REPORT} for one in (theirs, owed[0])]}))

    for stream in (1, other):
        last = county.as_role("auditor").all(f"/journal/checklist:{stream}", limit=200)[-1]
        assert '"verb":"update.posted"' in last["envelope"]


def test_many_receipts_are_given_at_once_or_none(county: County, unit: Api, owed: list[int], now: FakeClock) -> None:
    foreign = county.obligation(2, "河口镇")["id"]
    refused = unit.post("/receipts", {"items": [{"obligation_id": one} for one in (*owed[:2], foreign)]})
    nothing = [one["acknowledged_at"] for one in unit.all("/obligations", limit=200)]
    given = done(unit.post("/receipts", {"items": [{"obligation_id": one} for one in owed]}))["items"]
    now.set("2023-12-21")
    again = done(unit.post("/receipts", {"items": [{"obligation_id": one} for one in owed]}))["items"]

    assert (refused.status_code, refused.json()["index"]) == (404, 2)
    assert set(nothing) == {None}
    assert [one["obligation_id"] for one in given] == owed
    assert all(one["acknowledged_at"].startswith("2023-12-20") for one in given)
    assert again == given


def test_many_requests_for_a_later_day_are_decided_at_once_or_none(county: County, unit: Api, owed: list[int]) -> None:
    office = county.as_role("coordinator")
    extensions = [done(unit.post(f"/obligations/{one}/extensions", LATER))["id"] for one in owed[:3]]
    items: list[dict[str, Any]] = [
        {"extension_id": one, "decision": "granted", "reason": "可以。"} for one in extensions
    ]
    early = office.post("/extension-decisions", {"items": [*items[:2], items[2] | {"due_on": "2023-12-01"}]})
    undecided = len(office.all("/extensions", decided=False))
    decided = done(office.post("/extension-decisions", {"items": items}))["items"]
    other = office.post("/extension-decisions", {"items": [items[0] | {"decision": "refused"}]})

    assert (early.status_code, early.json()["index"]) == (422, 2)
    assert [one["field"] for one in early.json()["errors"]] == ["body.items.2.due_on"]
    assert undecided == 3
    assert [(one["id"], one["granted_to"]) for one in decided] == [(one, LATER["due_on"]) for one in extensions]
    assert {one["due_on"] for one in unit.all("/obligations", limit=200) if one["id"] in owed[:3]} == {LATER["due_on"]}
    assert (other.status_code, other.json()["code"], other.json()["index"]) == (409, "already_decided", 0)


def test_many_findings_are_closed_at_once_or_none(county: County, unit: Api, owed: list[int]) -> None:
    auditor = county.as_role("auditor")
    opened = done(auditor.post("/findings", {"items": [{"obligation_id": one, **FINDING} for one in owed[:2]]}))[
        "items"
    ]
    closures = {"items": [{"finding_id": one["id"], "conclusion": "复查合格。"} for one in opened]}
    done(unit.post(f"/findings/{opened[0]['id']}/answers", {"narrative": "已恢复。"}))
    refused = auditor.post("/finding-closures", closures)
    still_open = len(auditor.all("/findings", state="answered"))
    done(unit.post(f"/findings/{opened[1]['id']}/answers", {"narrative": "已恢复。"}))
    closed = done(auditor.post("/finding-closures", closures))["items"]

    assert (refused.status_code, refused.json()["code"], refused.json()["index"]) == (409, "finding_not_answered", 1)
    assert still_open == 1
    assert {one["state"] for one in closed} == {"closed"}


def test_many_tasks_are_added_at_once_or_none(county: County) -> None:
    office = county.as_role("coordinator")
    before = office.all("/tasks", limit=200)
    item = {"section_id": 1, "requirement": "公开年度预算。", "units_text": "财政局"}
    taken = office.post("/checklists/1/tasks", {"items": [item, item | {"number": before[0]["number"]}]})
    unchanged = office.all("/tasks", limit=200)
    made = done(office.post("/checklists/1/tasks", {"items": [item, item | {"requirement": "公开决算。"}]}))["items"]
    shown = [office.get(f"/tasks/{one['id']}").json() for one in made]

    assert (taken.status_code, taken.json()["code"], taken.json()["index"]) == (409, "already_exists", 1)
    assert unchanged == before
    assert [one["number"] for one in made] == [len(before) + 1, len(before) + 2]
    assert [one["requirement"] for one in shown] == ["公开年度预算。", "公开决算。"]
    assert len(office.all("/tasks", checklist=1, limit=200)) == len(before) + 2


def test_what_is_done_at_once_is_bounded(unit: Api, owed: list[int]) -> None:
    answers = [unit.post("/updates", {"items": [{"obligation_id": owed[0], **REPORT}] * many}) for many in (0, 501)]

    assert [(one.status_code, one.json()["errors"][0]["field"]) for one in answers] == [(422, "body.items")] * 2
