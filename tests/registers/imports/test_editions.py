"""A newer edition of a register updates its checklist: matched, shown as a diff, and nothing that was done is lost."""

from typing import Any

import pytest

from app.journal.verification import verify
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.registers.imports.editions import TITLE, answered, changed_sections, commit, page_of, sample_sections, sent

pytestmark = pytest.mark.long_on_postgresql

CHANGED = page_of(changed_sections())
SUMMARY = "三季度推进会已开。"


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def tasks_of(office: Api, **filters: Any) -> dict[int, Any]:
    """The checklist's tasks by their number."""
    return {task["number"]: task for task in office.all("/tasks", checklist=1, **filters)}


def journal(office: Api) -> list[Any]:
    return office.all("/journal/checklist:1")


def require_clean_walk(county: County) -> None:
    with county.database.session(writes=False) as session:
        assert verify(session).faults == []


def test_the_same_register_again_changes_nothing(county: County, office: Api) -> None:
    before = journal(office)
    shown = sent(office, page_of(sample_sections(), day="2023-05-31"))
    committed = office.post(f"/registers/imports/{shown['id']}/commit?proposals=leave")

    assert (shown["edition_of"], shown["changes"], shown["section_changes"], shown["unchanged"]) == (1, [], [], 23)
    assert committed.status_code == 201, committed.text
    assert committed.json()["checklist_id"] == 1
    assert journal(office) == before


def test_the_diff_shows_exactly_what_the_edition_changes(county: County, office: Api) -> None:
    before = tasks_of(office)
    shown = sent(office, CHANGED)
    changes = {(one["kind"], one["row"] or before_number(before, one)): one for one in shown["changes"]}
    said = {
        key: {name for name in ("number", "section", "requirement", "units_text", "summary", "units") if one[name]}
        for key, one in changes.items()
    }

    assert (shown["edition_of"], shown["unchanged"], shown["section_changes"]) == (1, 16, [])
    assert said == {
        ("changed", 2): {"requirement"},
        ("changed", 3): {"number"},
        ("changed", 4): {"number"},
        ("added", 7): {"number", "section", "requirement", "units_text", "units"},
        ("changed", 9): {"section"},
        ("changed", 17): {"units_text", "units"},
        ("changed", 22): {"summary"},
        ("withdrawn", 7): {"number", "section", "requirement", "units_text"},
    }
    assert [changes["changed", 3]["task_id"], changes["changed", 4]["task_id"]] == [before[4]["id"], before[3]["id"]]
    assert changes["changed", 3]["number"] == {"old": 4, "new": 3}
    assert changes["changed", 9]["section"] == {"old": "三、落实专项提升行动", "new": "四、推进民生信息公开"}
    assert {(one["name"], one["old"], one["new"]) for one in changes["changed", 17]["units"]} == {
        ("财政局", None, "responsible"),
        ("司法局", "responsible", None),
    }
    assert 85 <= changes["changed", 2]["similarity"] < 100


def before_number(before: dict[int, Any], one: Any) -> int:
    return next(number for number, task in before.items() if task["id"] == one["task_id"])


def test_a_commit_applies_what_was_shown_and_keeps_what_was_reported(
    county: County, office: Api, now: FakeClock
) -> None:
    before = tasks_of(office)
    owed = {
        (3, "城关镇"): county.obligation(3, "城关镇")["id"],
        (7, "城关镇"): county.obligation(7, "城关镇")["id"],
        (17, "司法局"): county.obligation(17, "司法局")["id"],
    }
    for (_, unit), obligation in owed.items():
        report = {"state": "completed" if unit == "城关镇" else "in_progress", "narrative": "已办。"}
        assert county.as_unit(unit).post(f"/obligations/{obligation}/updates", report).status_code == 201
    now.set("2023-10-08")
    shown = sent(office, CHANGED)
    committed = commit(office, shown)
    after, withdrawn = tasks_of(office), tasks_of(office, withdrawn=True)
    states = {key: office.get(f"/obligations/{one}").json() for key, one in owed.items()}

    assert committed.status_code == 201, committed.text
    counts = {name: committed.json()[name] for name in ("tasks", "changed", "withdrawn")}
    assert counts == {"tasks": 1, "changed": 6, "withdrawn": 1}
    assert [after[3]["id"], after[4]["id"]] == [before[4]["id"], before[3]["id"]]
    assert "三个工作日" in after[2]["requirement"]
    assert [task["id"] for task in withdrawn.values()] == [before[7]["id"]]
    assert (after[22]["summary"], after[22]["summary_on"]) == (SUMMARY, "2023-09-30")
    assert [one["name"] for one in after[17]["units"]] == ["政府办", "财政局"]
    assert [one["state"] for one in states.values()] == ["completed", "completed", "waived"]
    assert "2023-09-30" in states[17, "司法局"]["reason"]
    assert len(office.all(f"/obligations/{owed[3, '城关镇']}/updates")) == 1
    require_clean_walk(county)


def test_after_the_commit_the_next_preview_is_empty(county: County, office: Api) -> None:
    commit(office, sent(office, CHANGED))
    again = sent(office, CHANGED)

    assert (again["changes"], again["section_changes"], again["unchanged"]) == ([], [], 23)
    assert office.get("/checklists/1").json()["source_on"] == "2023-09-30"


def test_the_journal_of_a_published_checklist_shows_each_step(county: County, office: Api) -> None:
    before = len(journal(office))
    commit(office, sent(office, CHANGED))
    verbs = [one["verb"] for one in journal(office)[before:]]

    assert verbs == [
        "task.withdrawn",
        "tasks.renumbered",
        *["task.changed"] * 3,
        "unit.assigned",
        "assignment.ended",
        "task.changed",
        "task.created",
    ]
    of_catalogue = [one["verb"] for one in office.all(f"/journal/catalogue:{COUNTY}")]
    assert [verb for verb in of_catalogue if verb != "import.answered"][-2:] == ["edition.imported", "import.committed"]


def test_a_commit_names_the_preview_that_was_read(county: County, office: Api) -> None:
    shown = sent(office, CHANGED)
    unread = office.post(f"/registers/imports/{shown['id']}/commit")
    office.patch("/tasks/2", {"revision": 1, "requirement": "另一件事。"})
    outdated = commit(office, shown)
    now_shown = office.get(f"/registers/imports/{shown['id']}").json()

    assert (unread.status_code, unread.json()["code"]) == (409, "preview_outdated")
    assert (outdated.status_code, outdated.json()["code"]) == (409, "preview_outdated")
    assert tasks_of(office)[3]["id"] == 3
    assert commit(office, now_shown).status_code == 201


def test_what_units_report_meanwhile_does_not_hinder_the_commit(county: County, office: Api) -> None:
    shown = sent(office, CHANGED)
    place = f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"
    county.as_unit("城关镇").post(place, {"state": "in_progress", "narrative": "正在推进。"})

    assert commit(office, shown).status_code == 201


def test_a_commit_that_fails_changes_nothing(county: County, office: Api) -> None:
    county.as_role("admin").put(f"/units/{county.units['财政局']}/dissolution", {"reason": "机构改革。"})
    dissolved = journal(office)
    refused = commit(office, sent(office, CHANGED))

    assert (refused.status_code, refused.json()["code"]) == (409, "unit_dissolved")
    assert journal(office) == dissolved
    assert tasks_of(office)[3]["id"] == 3


def test_an_archived_checklist_takes_no_edition(county: County, office: Api) -> None:
    shown = sent(office, CHANGED)
    office.put("/checklists/1/archival")
    refused = commit(office, shown)

    assert (refused.status_code, refused.json()["code"]) == (409, "checklist_archived")


TWINS = [["按月公开就业补贴的发放情况。", "人社局", ""], ["按月公开住房补贴的发放情况。", "住建局", ""]]
OTHERS = [["另行公布督查结果的办法。", "政府办", ""], ["惠农政策汇编成册。", "农业农村局", ""]]
UNSURE = ["按月公开就业住房补贴的发放情况。", "人社局、住建局", ""]


@pytest.fixture
def unsure(county: County, office: Api) -> Any:
    """An edition with one row in the place of two that are both like it."""
    sections = sample_sections()
    sections.append(("十一、补贴", [list(row) for row in TWINS]))
    commit(office, sent(office, page_of(sections, day="2023-06-30")))
    sections[-1] = ("十一、补贴", [*OTHERS, UNSURE])
    return sent(office, page_of(sections))


def test_a_row_that_may_be_two_tasks_blocks_until_it_is_answered(county: County, office: Api, unsure: Any) -> None:
    (question,) = [one for one in unsure["questions"] if one["blocks"]]
    refused = commit(office, unsure)
    tasks = tasks_of(office)
    shown = answered(office, unsure, {"row": 26, "is_task": tasks[25]["id"]})

    assert (question["kind"], question["rows"], unsure["is_ready"]) == ("which_task", [26], False)
    assert {one["number"] for one in question["candidates"]} == {24, 25}
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_ready")
    assert shown["is_ready"]
    assert commit(office, shown).status_code == 201
    assert tasks_of(office)[26]["id"] == tasks[25]["id"]
    require_clean_walk(county)


def test_a_row_that_is_none_of_its_candidates_is_new(office: Api, unsure: Any) -> None:
    shown = answered(office, unsure, {"row": 26, "is_new": True})
    kinds = {(one["kind"], one["row"]) for one in shown["changes"]}

    assert shown["is_ready"]
    assert ("added", 26) in kinds
    assert sum(one["kind"] == "withdrawn" for one in shown["changes"]) == 2


def test_a_wrong_answer_says_what_is_wrong(office: Api, unsure: Any) -> None:
    place = f"/registers/imports/{unsure['id']}/answers"
    questions = [
        {"row": 99, "is_new": True},
        {"row": 26, "is_task": 9999},
        {"row": 26, "take_proposal": False, "is_new": True},
        {"rule": "first_is_lead", "taken": True},
    ]
    refused = [office.post(place, {"answers": [one]}) for one in questions]
    twice = office.post(place, {"answers": [{"row": 26, "is_task": 1}, {"row": 25, "is_task": 1}]})

    assert [one.status_code for one in refused] == [422] * 4
    assert [one.json()["errors"][0]["field"] for one in refused] == [
        "body.answers.0.row",
        "body.answers.0.is_task",
        "body.answers.0",
        "body.answers.0.rule",
    ]
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "body.answers.0.is_task")


def test_two_rows_may_change_what_they_were_said_to_be(office: Api, unsure: Any) -> None:
    answered(office, unsure, {"row": 26, "is_task": 25}, {"row": 25, "is_task": 24})
    shown = answered(office, unsure, {"row": 26, "is_task": 24}, {"row": 25, "is_task": 25})
    found = {one["row"]: one["task_id"] for one in shown["changes"]}

    assert (found[26], found[25]) == (24, 25)


def test_a_match_can_be_corrected_where_nothing_was_asked(office: Api) -> None:
    shown = answered(office, sent(office, CHANGED), {"row": 7, "is_task": tasks_of(office)[7]["id"]})
    (change,) = [one for one in shown["changes"] if one["row"] == 7]

    assert (change["kind"], change["task_id"]) == ("changed", 7)
    assert {one["kind"] for one in shown["changes"]} == {"changed"}


def test_a_renamed_edition_updates_the_checklist_that_is_named(county: County, office: Api) -> None:
    page = page_of(changed_sections(), title="霍邱县2023年政务公开工作要点(修订)")
    shown = answered(office, sent(office, page, checklist=1), {"take_title": True})
    committed = commit(office, shown)

    assert (shown["edition_of"], shown["former_title"]) == (1, TITLE)
    assert committed.json()["checklist_id"] == 1
    assert office.get("/checklists/1").json()["title"] == "霍邱县2023年政务公开工作要点(修订)"
    assert len(office.all("/checklists")) == 1
    require_clean_walk(county)


def test_a_register_of_another_year_is_not_an_edition(office: Api) -> None:
    page = page_of(sample_sections(), title="霍邱县2024年政务公开重点任务清单")
    form = {"jurisdiction": COUNTY, "checklist": "1"}
    refused = office.request("POST", "/registers/imports", files={"file": ("新版.html", page)}, data=form)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.checklist")


def test_sections_are_renamed_reordered_and_added_and_an_empty_one_stays(county: County, office: Api) -> None:
    sections = sample_sections()
    empty = sections.pop(1)[0]
    sections[5], sections[6] = sections[6], sections[5]
    sections[7] = ("夯实保障", sections[7][1])
    sections.insert(0, ("总则", [["建立督查通报制度,逐月通报。", "政府办", ""]]))
    shown = sent(office, page_of(sections))
    committed = commit(office, shown)
    after = office.all("/checklists/1/sections")
    again = sent(office, page_of(sections))

    assert committed.status_code == 201, committed.text
    assert [one["title"] for one in after] == [*(title for title, _ in sections), empty]
    assert [one["id"] for one in after] == [11, 1, 3, 4, 5, 6, 8, 7, 9, 10, 2]
    assert [one["number"] for one in office.all("/tasks", checklist=1)] == list(range(1, 22))
    assert (again["changes"], again["section_changes"]) == ([], [])
    require_clean_walk(county)


def test_a_unit_that_the_office_assigned_by_hand_stays(county: County, office: Api) -> None:
    office.put(f"/tasks/14/units/{county.units['司法局']}", {"role": "lead"})
    shown = sent(office, CHANGED)
    commit(office, shown)

    assert 14 not in {one["task_id"] for one in shown["changes"]}
    assert [one["name"] for one in tasks_of(office)[14]["units"]] == ["司法局"]


def test_a_withdrawn_task_that_comes_back_is_added_and_said_so(county: County, office: Api) -> None:
    commit(office, sent(office, CHANGED))
    shown = sent(office, page_of(sample_sections()))
    (added,) = [one for one in shown["changes"] if one["kind"] == "added"]
    committed = commit(office, shown)

    assert added["formerly"] == 7
    assert committed.status_code == 201, committed.text
    assert [task["number"] for task in tasks_of(office).values()] == list(range(1, 24))
    assert len(tasks_of(office, withdrawn=True)) == 2
    require_clean_walk(county)
