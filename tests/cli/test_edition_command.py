"""A newer edition of a register at the command line: the same as by the API, shown before it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import importing
from tests.cli.conftest import Run
from tests.conftest import Api, County, sample_page
from tests.registers.files.drawn_tables import workbook
from tests.registers.imports.editions import TITLE, changed_sections, page_of, row_of, sample_sections

pytestmark = pytest.mark.long_on_postgresql

CHANGED = page_of(changed_sections())
TWINS = [["按月公开就业补贴的发放情况。", "人社局", ""], ["按月公开住房补贴的发放情况。", "住建局", ""]]
OTHERS = [["另行公布督查结果的办法。", "政府办", ""], ["惠农政策汇编成册。", "农业农村局", ""]]
UNSURE = ["按月公开就业住房补贴的发放情况。", "人社局、住建局", ""]
PILOT = "霍邱县2023年试点任务清单"
RULE = "责任单位(列第一位者为牵头单位,其他为配合单位)"
LEFT = ("--leave", "no_unit", "--leave-proposals")  # row 14 prints no unit
SMALL = [("一、试点", [["每季度召开一次推进会。", "司法局、财政局", ""], ["做好日常工作。", "财政局", ""]])]

SendFile = Callable[..., Any]


@pytest.fixture
def imported(run: Run, county: County, tmp_path: Path) -> SendFile:
    """`imported(page, "--yes")` writes the page to a file and imports that."""

    def send(page: bytes, *words: object, name: str = "新版.html", **options: Any) -> Any:
        file = tmp_path / name
        file.write_bytes(page)
        return run("import", file, *words, **options)

    return send


@pytest.fixture
def somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "at_terminal", lambda: True)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def unsure(imported: SendFile) -> bytes:
    """An edition with row 26 in the place of tasks 24 and 25, which are both like it."""
    sections = sample_sections()
    sections.append(("十一、补贴", [list(row) for row in TWINS]))
    assert imported(page_of(sections, day="2023-06-30"), "--yes").exit_code == 0
    sections[-1] = ("十一、补贴", [*OTHERS, UNSURE])
    return page_of(sections)


def tasks_of(office: Api, checklist: int = 1) -> dict[int, Any]:
    return {task["number"]: task for task in office.all("/tasks", checklist=checklist)}


def tasks_of_pilot(office: Api) -> dict[int, Any]:
    (checklist,) = [one["id"] for one in office.all("/checklists") if one["title"] == PILOT]
    return tasks_of(office, checklist)


def state(office: Api) -> Any:
    return [office.all(f"/journal/{stream}") for stream in ("checklist:1", "directory:341522")]


def line_with(text: str, *words: str) -> str:
    (found,) = [line for line in text.splitlines() if all(word in line for word in words)]
    return found


def test_a_dry_run_shows_old_and_new_and_writes_nothing(imported: SendFile, office: Api) -> None:
    before = state(office)
    said = imported(CHANGED, "--dry-run")

    assert said.exit_code == 0, said.output
    assert "a newer edition of checklist 1: 1 added, 6 changed, 1 withdrawn; 16 tasks stay as they are" in said.stdout
    assert "五个工作日内答复并公布" in line_with(said.stdout, "changed", "requirement: ", "→", "三个工作日内答复并公开")
    assert "number: 4 → 3" in line_with(said.stdout, "│ renumbered", "│   3 │")
    assert "section: 三、落实专项提升行动 → 四、推进民生信息公开" in line_with(said.stdout, "│ moved", "│   9 │")
    assert "为老年人提供线下办事" in said.stdout[said.stdout.index("│ added") :]
    assert said.stdout.index("│ added") < said.stdout.index("│ withdrawn")
    assert "- 司法局" in said.stdout
    assert "+ 财政局 (responsible)" in said.stdout
    assert "tasks: 1 added, 6 changed, 1 withdrawn, 16 as they were" in said.stdout
    assert state(office) == before


def test_a_script_has_to_say_that_it_means_the_change(imported: SendFile, office: Api, run: Run) -> None:
    before = state(office)
    refused = imported(CHANGED, *LEFT)
    after = state(office)
    meant = imported(CHANGED, "--yes")

    assert refused.exit_code == 1
    assert "this would change checklist 1: 1 added, 6 changed, 1 withdrawn" in refused.stderr
    assert "--yes" in refused.stderr
    assert after == before
    assert meant.exit_code == 0, meant.output
    assert "checklist 1 stands as this edition has it" in meant.stdout
    assert tasks_of(office)[22]["summary"] == "三季度推进会已开。"
    assert run("verify").exit_code == 0


def test_the_same_rows_again_are_unchanged_and_need_no_yes(imported: SendFile, office: Api) -> None:
    before = state(office)
    said = imported(sample_page().replace("浏览".encode(), "浏览 99".encode()), *LEFT, name="清单.txt")

    assert said.exit_code == 0, said.output
    assert "unchanged: checklist 1 has these rows already" in said.stdout
    assert "tasks: " not in said.stdout
    assert state(office) == before


@pytest.mark.parametrize("words", [[], ["--yes"]])
def test_a_row_that_may_be_two_tasks_is_refused_where_nobody_is_asked(
    imported: SendFile, office: Api, unsure: bytes, words: list[str]
) -> None:
    before = state(office)
    said = imported(unsure, *words)

    assert said.exit_code == 1
    assert "row 26 may be one of several tasks each. Nothing was written. Run this at a terminal" in said.stderr
    assert state(office) == before


def test_a_dry_run_shows_the_tasks_that_a_row_may_be(imported: SendFile, unsure: bytes) -> None:
    said = imported(unsure, "--dry-run")

    assert said.exit_code == 0, said.output
    assert "row 26 may be one of several tasks: 按月公开就业住房补贴的发放情况。" in said.stdout
    assert {line.split(",")[0][-7:] for line in said.stdout.splitlines() if "% alike" in line} == {"task 24", "task 25"}
    assert "to be answered at a terminal first: row 26" in said.stdout


@pytest.mark.usefixtures("somebody_is_there")
def test_somebody_says_which_task_a_row_is(imported: SendFile, office: Api, unsure: bytes, run: Run) -> None:
    before = tasks_of(office)
    said = imported(unsure, input="\n9\n1\ny\n")
    first = int(line_with(said.stdout.split("Which is it")[0].rsplit("row 26", 1)[1], "  1  task").split()[2][:2])

    assert said.exit_code == 0, said.output
    assert "9: none of the numbers above" in said.stderr
    assert tasks_of(office)[26]["id"] == before[first]["id"]
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("somebody_is_there")
def test_somebody_says_that_a_row_is_new(imported: SendFile, office: Api, unsure: bytes) -> None:
    before = {task["id"] for task in tasks_of(office).values()}
    said = imported(unsure, *LEFT, input="n\ny\n")

    assert said.exit_code == 0, said.output
    assert "tasks: 3 added" in said.stdout
    assert tasks_of(office)[26]["id"] not in before


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize("typed", ["s\n", "1\n\n", "1\nn\n", ""])
def test_somebody_who_stops_has_changed_nothing(imported: SendFile, office: Api, unsure: bytes, typed: str) -> None:
    before = state(office)
    said = imported(unsure, *LEFT, input=typed)

    assert said.exit_code == 1
    assert state(office) == before


def test_what_changed_after_it_was_shown_is_not_done(
    imported: SendFile, office: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[Any] = []

    def meanwhile(*_: Any, **__: Any) -> None:
        task = tasks_of(office)[1]
        changed = office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "requirement": "另行规定。"})
        assert changed.status_code == 200, changed.text
        states.append(state(office))

    monkeypatch.setattr(importing, "require_answered", meanwhile)
    said = imported(CHANGED, "--yes")

    assert said.exit_code == 1
    assert said.stderr.startswith("preview_outdated: ")
    assert TITLE in said.stderr
    assert states == [state(office)]


def test_proposals_are_counted_and_taken_if_the_command_says_so(imported: SendFile, office: Api) -> None:
    page = page_of(SMALL, title=PILOT)
    shown = imported(page, "--dry-run").stdout
    taken = imported(page, "--take-proposals")

    assert (
        "rows that propose times or targets: 1 (row 1); --take-proposals sets those of row 1, --leave-proposals none"
        in shown
    )
    assert "rows that name no time: 1 (row 2)" in shown
    assert taken.exit_code == 0, taken.output
    assert "rows that propose times or targets: 1 (row 1); taken: row 1" in taken.stdout
    assert [task["schedule"]["kind"] for task in tasks_of_pilot(office).values()] == ["quarterly", "default"]


def test_a_script_has_to_say_what_becomes_of_proposals(imported: SendFile, office: Api) -> None:
    page = page_of(SMALL, title=PILOT)
    refused = imported(page)
    left = imported(page, "--leave-proposals")

    assert refused.exit_code == 1
    assert "row 1 propose times or targets. Nothing was written. Give --take-proposals" in refused.stderr
    assert left.exit_code == 0, left.output
    assert {task["schedule"]["kind"] for task in tasks_of_pilot(office).values()} == {"default"}


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize(("typed", "kind"), [("y\ny\n", "quarterly"), ("\ny\n", "default")])
def test_a_terminal_asks_once_whether_proposals_are_taken(
    imported: SendFile, office: Api, typed: str, kind: str
) -> None:
    said = imported(page_of(SMALL, title=PILOT), input=typed)

    assert said.exit_code == 0, said.output
    assert said.stdout.count("Set the times and targets that row 1 propose?") == 1
    assert [task["schedule"]["kind"] for task in tasks_of_pilot(office).values()] == [kind, "default"]


def test_a_rule_for_all_rows_is_applied_if_the_command_says_so(imported: SendFile, office: Api) -> None:
    page = page_of(SMALL, title=PILOT, words=RULE)
    shown = imported(page, "--dry-run").stdout
    taken = imported(page, "--first-is-lead", "--leave-proposals")

    assert "the register says '列第一位者为牵头单位,其他为配合单位': not applied" in shown
    assert taken.exit_code == 0, taken.output
    assert {one["role"] for one in tasks_of_pilot(office)[1]["units"]} == {"lead", "supporting"}


def test_a_rule_that_the_register_does_not_state_is_refused(imported: SendFile, office: Api) -> None:
    said = imported(CHANGED, "--first-is-lead", "--yes")

    assert said.exit_code == 1
    assert "leave --first-is-lead out" in said.stderr


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize(("typed", "roles"), [("\ny\n", {"responsible"}), ("y\ny\n", {"lead", "supporting"})])
def test_a_rule_is_offered_at_a_terminal_and_not_applied_by_itself(
    imported: SendFile, office: Api, typed: str, roles: set[str]
) -> None:
    said = imported(page_of(SMALL, title=PILOT, words=RULE), "--leave-proposals", input=typed)

    assert said.exit_code == 0, said.output
    assert {one["role"] for one in tasks_of_pilot(office)[1]["units"]} == roles


def test_an_edition_of_another_title_updates_the_checklist_that_is_named(imported: SendFile, office: Api) -> None:
    title = "霍邱县2023年政务公开工作要点(修订)"
    said = imported(page_of(sample_sections(), title=title), "--checklist", 1, "--take-title", "--yes")

    assert said.exit_code == 0, said.output
    assert f"title: {TITLE} → {title}" in said.stdout
    assert [one["title"] for one in office.all("/checklists")] == [title]


def test_only_a_register_of_its_year_is_an_edition_of_a_checklist(imported: SendFile, office: Api) -> None:
    heads = "工作内容|工作要求|责任单位|完成情况\n"
    several = {f"{year}": f"某县{year}年重点工作清单\n{heads}一、甲|做一|司法局|好" for year in (2023, 2024)}
    refused = [
        imported(sample_page(2024, "2024-05-31"), "--checklist", 1, name="清单.txt"),
        imported(workbook(several), "--checklist", 1, name="清单.xlsx"),
        imported(CHANGED, "--checklist", 99),
    ]

    assert [one.exit_code for one in refused] == [1, 1, 1]
    assert [one.stderr.split(maxsplit=1)[0] for one in refused] == ["invalid_request:", "the", "not_found:"]


def test_yes_gives_a_unit_that_nobody_knows_its_part_in_a_task_that_is_there(
    imported: SendFile, office: Api, run: Run
) -> None:
    sections = sample_sections()
    row_of(sections, 17)[1] += "、航天局"
    said = imported(page_of(sections), "--yes")

    assert said.exit_code == 0, said.output
    assert "+ 航天局? (responsible)" in said.stdout
    assert "航天局" in {one["name"] for one in tasks_of(office)[17]["units"]}
    assert run("verify").exit_code == 0


def test_registers_of_one_file_are_checked_before_the_first_is_written(imported: SendFile, office: Api) -> None:
    heads = "工作内容|工作要求|责任单位|完成情况\n"

    def book(row: str) -> bytes:
        titles = {f"{year}": f"某县{year}年重点工作清单\n{heads}一、甲|{row}|好" for year in (2023, 2024)}
        return workbook(titles)

    first = imported(book("做一|航天局"), "--yes", name="清单.xlsx")
    second = imported(book("做一|航天局、海洋局"), "--yes", name="清单.xlsx")
    tasks = [tasks_of(office, checklist)[1] for checklist in (2, 3)]

    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    assert [{one["name"] for one in task["units"]} for task in tasks] == [{"航天局", "海洋局"}] * 2


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize(("typed", "scope"), [("y\ny\n", "together"), ("\ny\n", "each")])
def test_it_asks_whose_a_target_of_several_units_is(imported: SendFile, office: Api, typed: str, scope: str) -> None:
    rows = [["新增展示单位不少于十家。", "教体局、财政局", ""], ["新增展示单位不少于十家。", "教体局", ""]]
    said = imported(page_of([("一、试点", rows)], title=PILOT), "--take-proposals", input=typed)

    assert said.exit_code == 0, said.output
    assert said.stdout.count("is the target of all its units together?") == 1
    assert [task["targets"][0]["scope"] for task in tasks_of_pilot(office).values()] == [scope, "each"]
