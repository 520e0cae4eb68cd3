"""What a file proposes is shown, and done only if somebody takes it: schedules, targets, rules for all rows."""

from typing import Any

import pytest
from sqlmodel import col, select

from app.obligations.models import Obligation
from tests.conftest import Api, County, FakeClock
from tests.registers.imports.editions import answered, commit, page_of, sample_sections, sent

pytestmark = pytest.mark.long_on_postgresql

TITLE = "霍邱县2023年试点任务清单"
RULE = "责任单位(列第一位者为牵头单位,其他为配合单位)"
ROWS = [
    ["每季度召开一次推进会。", "司法局、财政局", ""],
    ["新增展示单位不少于十家。", "教体局", ""],
    ["做好日常工作。", "财政局牵头,司法局", ""],
    ["每月更新信息,6月底前完成改造。", "司法局", ""],
]
PAGE = page_of([("一、试点", ROWS)], title=TITLE, words=RULE)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def tasks_of(office: Api, checklist: int) -> list[Any]:
    return office.all("/tasks", checklist=checklist)


def questions(shown: Any, kind: str) -> dict[int, Any]:
    return {one["rows"][0]: one for one in shown["questions"] if one["kind"] == kind}


def roles(task: Any) -> list[tuple[str, str]]:
    return sorted((one["name"], one["role"]) for one in task["units"])


def test_each_row_shows_what_its_requirement_proposes_or_that_it_names_no_time(office: Api) -> None:
    shown = sent(office, PAGE)
    proposed = questions(shown, "proposal")

    assert {row: [one["kind"] for one in some["proposal"]["schedules"]] for row, some in proposed.items()} == {
        1: ["quarterly"],
        2: [],
        4: ["monthly", "on"],
    }
    assert [row for row, one in proposed.items() if one["can_be_taken"]] == [1, 2]
    assert sorted(questions(shown, "no_time")) == [2, 3]
    assert shown["is_ready"]


def test_nothing_proposed_is_done_unasked(office: Api) -> None:
    committed = commit(office, sent(office, PAGE)).json()
    tasks = tasks_of(office, committed["checklist_id"])

    assert {task["schedule"]["kind"] for task in tasks} == {"default"}
    assert [task["targets"] for task in tasks] == [[]] * 4
    assert roles(tasks[0]) == [("司法局", "responsible"), ("财政局", "responsible")]


def test_a_commit_says_what_becomes_of_proposals_of_which_nobody_did(office: Api) -> None:
    said = {"row": 2, "take_proposal": False}
    kinds: dict[str, list[str]] = {}
    for choice in ("take", "leave"):
        shown = answered(office, sent(office, PAGE.replace("试点任务".encode(), f"试点{choice}任务".encode())), said)
        path = f"/registers/imports/{shown['id']}/commit?preview={shown['preview']}"
        undecided = office.post(path)
        committed = office.post(f"{path}&proposals={choice}").json()
        tasks = tasks_of(office, committed["checklist_id"])
        kinds[choice] = [task["schedule"]["kind"] for task in tasks]
        later = questions(office.get(f"/registers/imports/{shown['id']}").json(), "proposal")

        assert (undecided.status_code, undecided.json()["code"]) == (409, "proposals_undecided")
        assert (undecided.json()["rows"], undecided.json()["errors"][0]["field"]) == ([1], "query.proposals")
        assert [task["targets"] for task in tasks] == [[]] * 4  # the answer about row 2 stands
        assert [later[1]["is_taken"], later[1]["is_left"]] == [choice == "take", choice == "leave"]

    assert kinds == {"take": ["quarterly", *["default"] * 3], "leave": ["default"] * 4}


def test_a_proposal_that_is_taken_becomes_schedule_and_target(county: County, office: Api) -> None:
    shown = answered(office, sent(office, PAGE), *({"row": row, "take_proposal": True} for row in (1, 2)))
    committed = commit(office, shown).json()
    tasks = tasks_of(office, committed["checklist_id"])

    assert [one["is_taken"] for one in questions(shown, "proposal").values()] == [True, True, False]
    assert [task["schedule"]["kind"] for task in tasks] == ["quarterly", "default", "default", "default"]
    assert tasks[1]["targets"] == [{"metric": "家", "comparison": "at_least", "number": 10, "scope": "each"}]


def test_where_several_units_owe_a_target_the_preview_asks_whose_it_is(office: Api) -> None:
    rows = [
        ["新增展示单位不少于十家。", "教体局、财政局", ""],
        ["新增展示单位不少于十家。", "教体局", ""],
        ["新增展示单位不少于十家。", "各乡镇人民政府", ""],
        ["办结率不低于95%。", "教体局、财政局", ""],
    ]
    shown = sent(office, page_of([("一、试点", rows)], title=TITLE))
    take = [{"row": row, "take_proposal": True} for row in (1, 2, 3, 4)]
    shown = answered(office, shown, *take, {"row": 1, "target_scope": "together"})
    found = {row: one["target_scope"] for row, one in questions(shown, "target_scope").items()}
    none = {"answers": [{"row": 2, "target_scope": "together"}]}
    refused = office.post(f"/registers/imports/{shown['id']}/answers", none)
    committed = commit(office, shown).json()
    scopes = [task["targets"][0]["scope"] for task in tasks_of(office, committed["checklist_id"])]

    assert found == {1: "together", 3: "each"}
    assert shown["is_ready"]
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.answers.0.target_scope")
    assert scopes == ["together", "each", "each", "each"]


QUARTERS = {"2023-Q1": "2023-03-31", "2023-Q2": "2023-06-30", "2023-Q3": "2023-09-30", "2023-Q4": "2023-12-31"}


@pytest.mark.parametrize("today", ["2023-08-10", "2024-02-01"])
@pytest.mark.parametrize(("since", "first"), [({}, "2023-Q1"), ({"starts_on": "2023-07-01"}, "2023-Q3")])
def test_what_is_taken_at_once_is_the_first_schedule_whenever_the_register_is_imported(
    county: County, office: Api, now: FakeClock, today: str, since: dict[str, str], first: str
) -> None:
    now.set(today)
    quarters = {key: day for key, day in QUARTERS.items() if key >= first}
    shown = answered(office, sent(office, PAGE), {"row": 1, "take_proposal": True})
    committed = office.request(
        "POST", f"/registers/imports/{shown['id']}/commit", params={"proposals": "leave", **since}
    ).json()
    checklist = committed["checklist_id"]
    task = tasks_of(office, checklist)[0]
    entries = [one for one in office.all(f"/journal/checklist:{checklist}") if one["subject"] == f"task:{task['id']}"]
    with county.database.session(writes=False) as session:
        owed = session.exec(select(Obligation).where(col(Obligation.task_id) == task["id"])).all()

    assert [one["key"] for one in office.all(f"/tasks/{task['id']}/periods")] == [*quarters]
    assert sorted((one.unit_id, str(one.due_on)) for one in owed) == sorted(
        (county.units[name], day) for name in ("司法局", "财政局") for day in quarters.values()
    )
    assert {one.state for one in owed} == {"not_started"}
    assert committed["obligations"] == len(owed) + 4  # of the other rows
    assert [one["verb"] for one in entries] == ["task.created"]


def test_a_proposal_is_taken_in_an_edition_too_and_may_be_left_again(office: Api) -> None:
    shown = sent(office, page_of(sample_sections(), day="2023-09-30"))
    row = next(row for row, one in questions(shown, "proposal").items() if one["can_be_taken"])
    answered(office, shown, {"row": row, "take_proposal": True})
    left = answered(office, shown, {"row": row, "take_proposal": False})
    taken = answered(office, shown, {"row": row, "take_proposal": True})
    before = tasks_of(office, 1)[row - 1]
    commit(office, taken)
    after = tasks_of(office, 1)[row - 1]

    assert not questions(left, "proposal")[row]["is_taken"]
    assert (before["schedule"], before["targets"]) != (after["schedule"], after["targets"])


def test_between_two_schedules_nobody_chooses_for_the_office(office: Api) -> None:
    shown = sent(office, PAGE)
    answer = {"answers": [{"row": 4, "take_proposal": True}]}
    refused = office.post(f"/registers/imports/{shown['id']}/answers", answer)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.answers.0.take_proposal")


def test_a_rule_for_the_whole_document_is_offered_and_applied_when_it_is_taken(office: Api) -> None:
    shown = sent(office, PAGE)
    taken = answered(office, shown, {"rule": "first_is_lead", "taken": True})
    committed = commit(office, taken).json()
    tasks = tasks_of(office, committed["checklist_id"])
    in_preview = [one["role"] for one in taken["sections"][0]["rows"][0]["reading"]["units"]]

    words = "列第一位者为牵头单位,其他为配合单位"
    assert shown["options"] == [{"rule": "first_is_lead", "text": words, "taken": False}]
    assert taken["options"][0]["taken"]
    assert not any(words in note for note in shown["notes"])
    assert in_preview == ["lead", "supporting"]
    assert roles(tasks[0]) == [("司法局", "lead"), ("财政局", "supporting")]
    assert roles(tasks[2]) == [("司法局", "responsible"), ("财政局", "lead")]


def test_the_rule_that_was_taken_once_does_not_come_undone_by_the_next_edition(office: Api) -> None:
    commit(office, answered(office, sent(office, PAGE), {"rule": "first_is_lead", "taken": True}))

    assert sent(office, PAGE)["changes"] == []


def test_imports_are_listed_newest_first_with_who_sent_them(county: County, office: Api) -> None:
    first, second = sent(office, PAGE), sent(office, PAGE)
    commit(office, second)
    neighbour = county.as_role("coordinator", "341523")
    every = office.all("/registers/imports", limit=1)

    assert [one["id"] for one in every] == [second["id"], first["id"]]
    assert (every[0]["title"], every[0]["file_name"], every[0]["is_committed"]) == (TITLE, "新版.html", True)
    assert every[0]["by"].startswith("key:")
    assert [one["id"] for one in office.all("/registers/imports", committed=False)] == [first["id"]]
    assert neighbour.all("/registers/imports") == []


def test_a_day_of_the_commit_outside_the_register_is_named_as_a_parameter(office: Api) -> None:
    shown = sent(office, PAGE)
    params = {"starts_on": "2031-01-01", "proposals": "leave"}
    refused = office.request("POST", f"/registers/imports/{shown['id']}/commit", params=params)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "query.starts_on")
