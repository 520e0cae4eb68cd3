"""Issue 23: what happens tells whom it concerns, and nobody their own doing."""

from typing import Any

import pytest

from app.config import Settings
from app.notices.jobs import run_once
from tests.conftest import COUNTY, Api, County, FakeClock

CLAIM = {"state": "completed", "narrative": "已公开。"}
FINDING = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-06-30"}
PRESSED = {"words": "请报送进展。", "answer_by": "2023-06-09"}
CHINESE = {"Accept-Language": "zh"}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def tick(county: County, settings: Settings, now: FakeClock) -> Any:
    return lambda: run_once(county.database, settings, lambda: now.moment)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def titles(api: Api, **query: Any) -> list[str]:
    """The titles of what somebody is told, oldest first."""
    items = api.request("GET", "/me/notices", params={"limit": 200, **query}, headers=CHINESE).json()["items"]
    return [one["title"].removeprefix("【督办】") for one in reversed(items)]


def test_each_change_tells_whom_it_concerns(county: County, office: Api, tick: Any) -> None:
    unit, auditor = county.as_unit("城关镇"), county.as_role("auditor")
    owed, other = county.obligation(1, "城关镇")["id"], county.obligation(2, "城关镇")["id"]
    done(office.patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    update = done(unit.post(f"/obligations/{owed}/updates", CLAIM))["id"]
    done(office.post(f"/updates/{update}/review", {"judgement": "returned", "reason": "佐证不足"}))
    extension = done(unit.post(f"/obligations/{other}/extensions", {"reason": "延后", "due_on": "2024-03-31"}))["id"]
    tick()
    assert titles(office) == ["有单位申请延期"]
    done(office.put(f"/extensions/{extension}/decision", {"decision": "refused", "reason": "理由不足"}))
    found = done(auditor.post(f"/obligations/{other}/findings", FINDING))["id"]
    urging = done(office.post("/urgings", {**PRESSED, "items": [{"obligation_id": owed}]}))["items"][0]["id"]
    tick()

    assert titles(unit) == ["完成申报被退回", "延期申请被驳回", "督查发现问题，请整改", "第1次催办：请尽快办理并答复"]
    assert titles(county.as_unit("河口镇")) == []
    done(unit.post(f"/findings/{found}/answers", {"narrative": "已恢复。"}))
    done(unit.post(f"/urgings/{urging}/answer", {"answer": "本周报送。"}))
    tick()
    assert titles(auditor) == ["整改已有回复"]
    assert titles(office)[-1:] == ["第1次催办：催办已有答复"]


def test_a_unit_is_told_that_it_owes_again_what_was_waived(county: County, office: Api, tick: Any) -> None:
    unit, owed = county.as_unit("城关镇"), [county.obligation(number, "城关镇")["id"] for number in (1, 2)]
    for one in owed:
        done(office.post(f"/obligations/{one}/waiver", {"reason": "机构改革"}))
        done(office.post(f"/obligations/{one}/reopening", {"reason": "仍须办理"}))
    tick()
    assert titles(unit) == ["已恢复办理，请本单位继续办理"] * 2
    done(office.post(f"/obligations/{owed[0]}/waiver", {"reason": "已划转"}))
    shown = unit.get("/me/notices", limit=200).json()["items"]

    assert [one["is_current"] for one in shown] == [True, False]  # the newest first; the other is waived again
    assert (shown[0]["lines"][0][-23:], shown[0]["lines"][1]) == ("。 (last day 2023-12-31)", "仍须办理")


def test_a_second_urging_says_so_in_its_title(county: County, office: Api, tick: Any) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    for _ in range(2):
        done(office.post("/urgings", {**PRESSED, "items": [{"obligation_id": owed}]}))
    tick()

    assert titles(county.as_unit("城关镇")) == ["第1次催办：请尽快办理并答复", "第2次催办：请尽快办理并答复"]


def test_who_is_named_under_an_open_list_is_told(county: County, office: Api, tick: Any) -> None:
    kind = {"jurisdiction": COUNTY, "kind": "collective", "name": "县直有关部门", "is_open": True}
    listed = done(office.post("/units", kind))["id"]
    task, unit = county.task(1)["id"], county.units["司法局"]
    done(office.put(f"/tasks/{task}/units/{listed}", {}))
    tick()
    assert titles(county.as_unit("司法局")) == []
    done(office.put(f"/tasks/{task}/units/{unit}", {"named_under": listed}))
    tick()

    assert titles(county.as_unit("司法局")) == ["本单位被列为责任单位"]


def test_what_is_not_true_any_more_says_nothing(county: County, office: Api, tick: Any) -> None:
    owed, unit = county.obligation(1, "城关镇")["id"], county.as_unit("城关镇")
    urging = done(office.post("/urgings", {**PRESSED, "items": [{"obligation_id": owed}]}))["items"][0]["id"]
    done(unit.post(f"/urgings/{urging}/answer", {"answer": "本周报送。"}))
    tick()
    (notice,) = unit.all("/me/notices")

    assert (notice["is_current"], notice["title"], notice["lines"]) == (False, "", [])


def test_nobody_is_told_what_they_did_themselves(county: County, office: Api, tick: Any) -> None:
    unit = county.as_unit("城关镇")
    owed = county.obligation(1, "城关镇")["id"]
    done(unit.post(f"/obligations/{owed}/extensions", {"reason": "延后", "due_on": "2024-03-31"}))
    page = {"file": ("清单.csv", "序号,工作要求,责任单位\n1,公开,司法局\n".encode())}
    data = {"jurisdiction": COUNTY, "title": "新的清单", "year": "2024"}
    done(office.post("/registers/imports", files=page, data=data))
    tick()

    assert titles(unit) == []
    assert titles(office) == ["有单位申请延期"]
    assert titles(county.another(office)) == ["有导入文件等待答复", "有单位申请延期"]


def test_a_notice_is_read_with_one_key_and_stays_unread_for_others(county: County, office: Api, tick: Any) -> None:
    unit, other = county.as_unit("城关镇"), county.another(county.as_unit("城关镇"))
    done(office.post("/urgings", {**PRESSED, "items": [{"obligation_id": county.obligation(1, "城关镇")["id"]}]}))
    tick()
    notice = unit.all("/me/notices")[0]["id"]
    for _ in range(2):
        assert unit.put(f"/me/notices/{notice}/read-mark").status_code == 204

    counts = [api.get("/me/notices", unread=True, count=True).json()["count"] for api in (unit, other)]
    assert counts == [0, 1]
    assert county.as_unit("河口镇").put(f"/me/notices/{notice}/read-mark").status_code == 404


def test_a_notice_contains_no_words_so_that_what_was_erased_is_told_to_nobody(
    county: County, office: Api, tick: Any
) -> None:
    unit, words = county.as_unit("城关镇"), "请联系张三"
    item = {"items": [{"obligation_id": county.obligation(1, "城关镇")["id"]}], "answer_by": "2023-06-09"}
    done(office.post("/urgings", {**item, "words": words}))
    tick()
    before = unit.all("/me/notices")[0]["lines"]
    done(county.as_role("admin").put("/redaction", {"words": "张三", "reason": "当事人要求"}))

    assert words in before
    assert "张三" not in str(unit.all("/me/notices"))


def test_health_says_when_nobody_ticks_and_something_is_due(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    tick()
    healthy = office.get("/notices/health").json()
    now.set("2023-06-02")
    done(office.post("/urgings", {**PRESSED, "items": [{"obligation_id": county.obligation(1, "城关镇")["id"]}]}))
    late = office.get("/notices/health").json()

    assert (healthy["is_ticking"], healthy["is_late"]) == (True, False)
    assert (late["is_ticking"], late["is_late"]) == (False, True)
    assert {one["name"]: one["last_run_at"] is not None for one in healthy["jobs"]} == {
        "facts": True,
        "reminders": True,
        "plan": True,
        "send": True,
    }


def test_a_finding_tells_what_was_found_and_how_it_ended(county: County, tick: Any) -> None:
    unit, auditor = county.as_unit("城关镇"), county.as_role("auditor")
    found = done(auditor.post(f"/obligations/{county.obligation(2, '城关镇')['id']}/findings", FINDING))["id"]
    tick()
    opened = unit.get("/me/notices").json()["items"][0]["lines"]
    done(unit.post(f"/findings/{found}/answers", {"narrative": "已恢复。"}))
    done(auditor.post(f"/findings/{found}/closure", {"conclusion": "复查合格。"}))
    tick()
    closed = unit.get("/me/notices").json()["items"][0]["lines"]

    assert opened[1:] == ["页面打不开。", "to be put right by 2023-06-30"]
    assert closed[1:] == ["复查合格。"]
