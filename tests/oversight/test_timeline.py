"""Everything that happened to an obligation, in one list; and to a unit's own obligations, as a feed."""

import ast
from pathlib import Path
from typing import Any

import pytest

import app
from app.oversight.timeline_queries import SENTENCES, TOLD
from tests.conftest import Api, County, FakeClock

CLAIM = {"state": "completed", "narrative": "已办结。"}
FINDING = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-07-30"}


@pytest.fixture
def eventful(county: County, now: FakeClock) -> int:
    """An obligation to which much has happened. Returns its id."""
    office, auditor, unit = county.as_role("coordinator"), county.as_role("auditor"), county.as_unit("司法局")
    office.patch("/checklists/1", {"revision": 2, "asks_for_review": True})
    one: int = unit.all("/obligations", limit=200)[0]["id"]
    path = f"/obligations/{one}"
    steps: list[tuple[Api, str, str, Any]] = [
        (unit, "PUT", f"{path}/receipt", None),
        (unit, "POST", f"{path}/updates", {"state": "in_progress", "narrative": "正在推进。"}),
        (unit, "POST", f"{path}/updates", CLAIM),
        (office, "POST", "/updates/2/review", {"judgement": "returned", "reason": "佐证不足。"}),
        (unit, "POST", f"{path}/extensions", {"reason": "招标延后。", "due_on": "2024-01-31"}),
        (office, "PUT", "/extensions/1/decision", {"decision": "granted", "reason": "情况属实。"}),
        (office, "PUT", f"{path}/suspension", {"reason": "选址调整。"}),
        (office, "DELETE", f"{path}/suspension", None),
        (unit, "POST", f"{path}/updates", CLAIM),
        (office, "POST", "/updates/3/review", {"judgement": "accepted"}),
        (auditor, "POST", f"{path}/findings", FINDING),
        (unit, "POST", "/findings/1/answers", {"narrative": "已恢复。"}),
        (auditor, "POST", "/findings/1/closure", {"conclusion": "复查合格。"}),
        (office, "POST", f"{path}/reopening", {"reason": "又未公开。"}),
        (office, "POST", f"{path}/waiver", {"reason": "机构改革。"}),
        (office, "PUT", f"/tasks/{office.get(path).json()['task']['id']}/withdrawal", {"reason": "并入。"}),
    ]
    for day, (api, method, address, body) in enumerate(steps, 2):
        now.set(f"2023-06-{day:02}")
        answer = api.request(method, address, **({} if body is None else {"json": body}))
        assert answer.is_success, (address, answer.text)
    return one


def test_each_step_stands_once_in_its_order_with_who_did_it(county: County, eventful: int) -> None:
    shown = county.as_unit("司法局").all(f"/obligations/{eventful}/timeline", limit=200)
    keys = {name: f"key:{county.key_id(county.as_role(name))}" for name in ("coordinator", "auditor")}

    assert [(one["verb"], one["words"]) for one in shown[2:]] == [
        ("obligation.acknowledged", None),
        ("update.posted", "正在推进。"),
        ("update.posted", "已办结。"),
        ("update.returned", "佐证不足。"),
        ("extension.asked", "招标延后。"),
        ("extension.granted", "情况属实。"),
        ("obligation.suspended", "选址调整。"),
        ("obligation.resumed", None),
        ("update.posted", "已办结。"),
        ("update.accepted", None),
        ("finding.opened", "页面打不开。"),
        ("finding.answered", "已恢复。"),
        ("finding.closed", "复查合格。"),
        ("obligation.reopened", "又未公开。"),
        ("obligation.waived", "机构改革。"),
    ]
    assert [one["what"] for one in shown[:2]] == ["units were told of the checklist", "it was made"]
    assert [one["at"][:10] for one in shown[2:]] == [f"2023-06-{day:02}" for day in range(2, 17)]
    assert shown[5]["who"] == keys["coordinator"]
    assert shown[12]["who"] == keys["auditor"]
    changes = {one["name"]: (one["old"], one["new"]) for one in shown[7]["changes"]}
    assert changes["due_on"] == ("2023-12-31", "2024-01-31")


def test_it_is_paged_and_written_in_the_requested_language(county: County, eventful: int) -> None:
    unit, path = county.as_unit("司法局"), f"/obligations/{eventful}/timeline"
    chinese = unit.request("GET", path, headers={"Accept-Language": "zh"}).json()["items"]

    assert unit.all(path, limit=1) == unit.all(path, limit=200)
    assert [one["what"] for one in chinese][:3] == ["清单已向单位发布", "应办事项已生成", "单位已签收"]


def test_what_happens_to_its_task_is_told_of_it(county: County, now: FakeClock) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("司法局")
    owed = unit.all("/obligations", limit=200)[0]
    task = f"/tasks/{owed['task']['id']}"
    now.set("2023-06-02")
    office.patch(task, {"revision": 1, "schedule": {"kind": "on", "due_on": "2023-11-30"}})
    office.put(f"{task}/suspension", {"reason": "等文件。"})
    now.set("2023-06-05")
    office.delete(f"{task}/suspension")
    office.put(f"{task}/withdrawal", {"reason": "并入其他任务。"})
    shown = unit.all(f"/obligations/{owed['id']}/timeline")

    assert [one["what"] for one in shown[2:]] == [
        "its last day is 2023-11-30 now",
        "it is suspended with its task from 2023-06-02 on",
        "it was resumed with its task",
        "it is not owed any more",
    ]
    assert {one["obligation_id"] for one in shown} == {owed["id"]}


def test_a_feed_goes_on_where_it_was_read_and_has_nothing_of_others(county: County, now: FakeClock) -> None:
    unit, other = county.as_unit("司法局"), county.as_unit("城关镇")
    mine = {one["id"] for one in unit.all("/obligations", limit=200)}
    read: list[Any] = []
    part = unit.get("/me/feed", limit=3).json()
    while part["has_more"]:
        read += part["items"]
        part = unit.get("/me/feed", limit=3, after=part["after"]).json()
    whole = unit.get("/me/feed", limit=200).json()
    now.set("2023-06-02")
    for api in (unit, other):
        one = api.all("/obligations", limit=1)[0]["id"]
        api.post(f"/obligations/{one}/updates", CLAIM)
    later = unit.get("/me/feed", after=whole["after"]).json()

    assert read + part["items"] == whole["items"]
    assert {one["obligation_id"] for one in whole["items"]} == mine
    assert [(one["verb"], one["words"]) for one in later["items"]] == [("update.posted", "已办结。")]
    assert later["items"][0]["obligation_id"] in mine
    assert unit.get("/me/feed", after=later["after"]).json()["items"] == []
    assert unit.get("/me/feed", after="x").json()["errors"][0]["field"] == "query.after"


def test_every_step_of_an_obligation_has_its_sentence() -> None:
    """What is written to the journal about one obligation, as the source says it."""
    words = {
        node.value
        for path in Path(app.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    kinds = ("obligation.", "update.", "extension.", "finding.", "urging.", "report.", "archival.", "restoration.")
    written = {word for word in words if word.startswith(kinds) and word.replace(".", "").isalpha()}
    made_of_enums = {"update.accepted", "update.returned", "extension.granted", "extension.refused"}

    verbs = {word for word in written if not word.endswith((".", ".id", ".html"))}  # fields and templates
    assert verbs | made_of_enums == {*SENTENCES} - {*TOLD} - {"evidence.added"}
