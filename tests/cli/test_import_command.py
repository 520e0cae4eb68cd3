"""A register's file at the command line: its rows, the questions that it leaves open, and what is written."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress
from sqlmodel import select

from app.cli import import_steps, importing
from app.registers.imports.models import RegisterImport
from tests.cli.conftest import Run
from tests.conftest import COUNTY, County, FakeClock, sample_page
from tests.registers.files.drawn_tables import workbook
from tests.registers.imports.editions import page_of

pytestmark = pytest.mark.long_on_postgresql

PAGE = sample_page(2024, "2024-05-31")
LEFT = ("--leave", "no_unit", "--leave-proposals")  # row 14 prints no unit
UNKNOWN = PAGE.decode().replace("司法局", "司法行政局").encode()


def file_of(folder: Path, data: bytes = UNKNOWN, name: str = "清单.txt") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


@pytest.fixture
def somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "at_terminal", lambda: True)


def checklists(county: County) -> list[Any]:
    return county.as_role("coordinator").all("/checklists")


def unit(county: County, name: str) -> Any:
    (found,) = county.as_role("coordinator").all("/units", q=name)
    return found


def test_a_script_imports_what_leaves_nothing_to_ask(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path, PAGE), "--publish", "units", *LEFT)

    assert said.exit_code == 0, said.output
    assert "23 tasks, 116 assignments, 539 obligations" in said.stdout
    assert "imported as checklist 2, published to units" in said.stdout
    assert len(checklists(county)) == 2


def test_progress_is_shown_while_rows_are_written(
    run: Run, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Progress(disable=True)
    monkeypatch.setattr(import_steps, "progress", lambda: shown)
    run("import", file_of(tmp_path, PAGE), "--yes")
    writing = shown.tasks[-1]

    assert (writing.description, writing.completed, writing.total) == ("writing 23 new rows", 23, 23)


def test_the_hash_of_the_file_is_stored(run: Run, county: County, tmp_path: Path) -> None:
    run("import", file_of(tmp_path, PAGE), *LEFT)
    with county.database.session(writes=False) as session:
        stored = session.exec(select(RegisterImport.sha256)).all()

    assert stored == [hashlib.sha256(PAGE).hexdigest()]


def test_each_row_is_shown_with_its_units_and_their_roles(run: Run, county: County, tmp_path: Path) -> None:
    shown = run("import", file_of(tmp_path), "--dry-run").stdout
    (row,) = [line for line in shown.splitlines() if "│  21 │" in line]

    assert "responsible: 政府办" in row
    assert "lead: " in shown
    assert "县直有关单位 (open)" in shown
    assert "司法行政局?" in shown
    assert "rows with nobody named: 1 (row 14)" in shown


def test_an_unknown_unit_is_shown_with_the_names_most_like_it(run: Run, county: County, tmp_path: Path) -> None:
    shown = run("import", file_of(tmp_path), "--dry-run").stdout

    assert "units that the directory does not have: 1" in shown
    assert "司法行政局  (rows 3, 13, 17, 20)  most like it: 司法局" in shown


def test_a_script_without_yes_is_refused_what_is_unknown(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path))

    assert said.exit_code == 1
    assert "司法行政局" in said.stderr
    assert "--yes" in said.stderr
    assert len(checklists(county)) == 1
    assert county.as_role("coordinator").all("/units", q="司法行政局") == []


def test_yes_enters_what_is_unknown_as_unconfirmed(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path), "--yes")

    assert said.exit_code == 0, said.output
    assert unit(county, "司法行政局")["is_confirmed"] is False
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize("said", ["1", "司法局"])
def test_somebody_says_that_it_is_another_spelling(run: Run, county: County, tmp_path: Path, said: str) -> None:
    answer = run("import", file_of(tmp_path), input=f"{said}\ny\n\ny\n")

    assert answer.exit_code == 0, answer.output
    assert "539 obligations" in answer.stdout
    assert [one["name"] for one in county.as_role("coordinator").all("/units", q="司法行政局")] == ["司法局"]
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("somebody_is_there")
def test_somebody_says_that_it_is_new(run: Run, county: County, tmp_path: Path) -> None:
    answer = run("import", file_of(tmp_path), input="no such unit\nn\ny\n\ny\n")

    assert answer.exit_code == 0, answer.output
    assert "no such unit: neither" in answer.stderr
    assert unit(county, "司法行政局")["is_confirmed"] is False


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize("typed", ["s\n", "1\nn\n", "1\ny\n\nn\n", "n\ny\n\nn\n", ""])
def test_somebody_who_stops_has_written_nothing(run: Run, county: County, tmp_path: Path, typed: str) -> None:
    answer = run("import", file_of(tmp_path), input=typed)

    assert answer.exit_code == 1
    assert len(checklists(county)) == 1
    assert county.as_role("coordinator").all("/units", q="司法行政局") == []


@pytest.mark.usefixtures("somebody_is_there")
def test_yes_asks_nobody(run: Run, county: County, tmp_path: Path) -> None:
    assert run("import", file_of(tmp_path), "--yes", input="").exit_code == 0


def test_the_registers_of_a_workbook_are_imported_together(run: Run, county: County, tmp_path: Path) -> None:
    heads = "工作内容|工作要求|责任单位|完成情况\n"
    sheets = {f"{year}": f"某县{year}年重点工作清单\n{heads}一、甲|做一|航天局|好" for year in (2024, 2025)}
    said = run("import", file_of(tmp_path, workbook(sheets), "清单.xlsx"), "--yes")

    assert said.exit_code == 0, said.output
    assert {one["title"] for one in checklists(county)} >= {"某县2024年重点工作清单", "某县2025年重点工作清单"}
    assert unit(county, "航天局")["is_confirmed"] is False


def test_what_a_file_says_to_the_terminal_is_not_obeyed(run: Run, county: County, tmp_path: Path) -> None:
    heads = "工作内容|工作要求|责任单位|完成情况\n"
    page = f"某县2024年重点工作清单\n{heads}一、甲|做一\x1b]0;x\x07|司法局|好".replace("|", ",")
    said = run("import", file_of(tmp_path, page.encode(), "清单.csv"), "--dry-run")

    assert "做一" in said.stdout
    assert "\x1b" not in said.output


def test_the_jurisdiction_is_named_where_there_are_none_or_several(run: Run, county: County, tmp_path: Path) -> None:
    directory = file_of(tmp_path, "kind,code,name,aliases\ndepartment,,教育局,\n".encode(), "units.csv")
    run("units", "import", directory, "--jurisdiction", "341523", "--name", "舒城县")
    unnamed = run("import", file_of(tmp_path, PAGE))
    named = run("import", file_of(tmp_path, PAGE), "--jurisdiction", COUNTY, *LEFT)

    assert (unnamed.exit_code, named.exit_code) == (2, 0)
    assert "--jurisdiction" in unnamed.output


def test_what_cannot_be_read_is_refused_with_a_sentence(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "清单.doc"))

    assert said.exit_code == 1
    assert said.stderr.startswith("unreadable_register: ")


# What is not read


SMALL = [["开展普法宣传。", "司法居、财政局", ""], ["修订指南。", "财政局", ""], ["公开结果。", "", ""]]
MISSPELT = page_of([("一、试点", SMALL)], title="霍邱县2023年试点任务清单")


def test_a_script_reads_what_is_open_and_which_option_answers_it(run: Run, county: County, tmp_path: Path) -> None:
    file = file_of(tmp_path, MISSPELT, "清单.html")
    said = [run("import", file, *words) for words in ([], ["--yes"], ["--leave", "no_unit"])]
    unnamed = run("import", file, "--leave", "which_task")

    assert [one.exit_code for one in (*said, unnamed)] == [1, 1, 1, 1]
    assert "no_unit: row 3; --leave no_unit or --yes" in said[0].stderr
    assert all("unread_units: 司法居 (row 1); --leave unread_units" in one.stderr for one in said)
    assert all("no_unit" not in one.stderr for one in said[1:])
    assert "which_task cannot be left; --leave takes unread_units, no_unit" in unnamed.stderr
    assert len(checklists(county)) == 1


def test_text_in_a_cell_of_units_is_left_only_by_its_kind(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path, MISSPELT, "清单.html"), "--yes", "--leave", "unread_units")
    with county.database.session(writes=False) as session:
        (answers,) = session.exec(select(RegisterImport.answers)).all()

    assert said.exit_code == 0, said.output
    assert answers["left"] == [{"kind": "no_unit", "text": ""}, {"kind": "unread_units", "text": "司法居"}]


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize(("typed", "units"), [("司法局", ["司法局"]), ("n", ["司法居"]), ("x", [])])
def test_somebody_says_what_a_text_is_that_was_not_read(
    run: Run, county: County, tmp_path: Path, typed: str, units: list[str]
) -> None:
    said = run("import", file_of(tmp_path, MISSPELT, "清单.html"), input=f"{typed}\ny\ny\n")

    assert said.exit_code == 0, said.output
    assert said.stdout.count("Leave it as it is?") == 1  # the row that prints no unit
    task = county.as_role("coordinator").all("/tasks", checklist=checklists(county)[0]["id"])[0]
    assert sorted({one["name"] for one in task["units"]} - {"财政局"}) == units


DISAGREEING = """<h1>霍邱县2024年试点任务清单</h1><table><tr><td>工作任务<td>责任单位<td>完成时限
<tr><td>做好二事,6月底前完成。<td>财政局<td>9月底</table>""".encode()


@pytest.mark.usefixtures("somebody_is_there")
@pytest.mark.parametrize(
    ("typed", "schedule"),
    [
        ("x\nc", {"kind": "on", "due_on": "2024-09-30"}),
        ("r", {"kind": "on", "due_on": "2024-06-30"}),
        ("n", {"kind": "default"}),
    ],
)
def test_somebody_says_whose_day_counts(
    run: Run, county: County, tmp_path: Path, typed: str, schedule: dict[str, str]
) -> None:
    said = run("import", file_of(tmp_path, DISAGREEING, "清单.html"), input=f"{typed}\ny\ny\n")

    assert said.exit_code == 0, said.output
    assert ("neither c, r nor n" in said.output, "9月底" in said.stdout) == (typed == "x\nc", True)
    (task,) = county.as_role("coordinator").all("/tasks", checklist=checklists(county)[0]["id"])
    assert task["schedule"] == schedule


# From which day a register of a past year is owed.


@pytest.fixture
def years_later(now: FakeClock) -> None:
    now.set("2026-11-29")


@pytest.mark.usefixtures("years_later")
def test_a_script_that_publishes_a_past_year_has_to_say_the_day(run: Run, county: County, tmp_path: Path) -> None:
    refused = run("import", file_of(tmp_path, PAGE), "--publish", "units", *LEFT)
    before = len(checklists(county))
    said = run("import", file_of(tmp_path, PAGE), "--publish", "units", "--starts-on", "2024-01-01", *LEFT)

    assert refused.exit_code == 1
    assert "starts_on_needed: 539 obligations" in refused.stderr
    assert before == 1
    assert (said.exit_code, len(checklists(county))) == (0, 2)


@pytest.mark.usefixtures("years_later")
def test_a_dry_run_that_would_publish_a_past_year_shows_the_days(run: Run, county: County, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path, PAGE), "--dry-run", "--publish", "units")

    assert said.exit_code == 0, said.output
    assert "1  2024-01-01: 539 overdue at once" in said.stdout
    assert "539 obligations\ndry run: nothing was written" in said.stdout
    assert len(checklists(county)) == 1


@pytest.mark.usefixtures("years_later", "somebody_is_there")
@pytest.mark.parametrize("said", ["", "2024-05-31", "never\n2"])
def test_somebody_at_a_terminal_is_asked_for_the_day(run: Run, county: County, tmp_path: Path, said: str) -> None:
    answer = run("import", file_of(tmp_path, PAGE), "--publish", "units", *LEFT, input=f"y\n{said}\n")

    assert answer.exit_code == 0, answer.output
    assert "1  2024-01-01: 539 overdue at once" in answer.stdout
    assert len(county.as_role("auditor").all("/overdue", checklist=checklists(county)[0]["id"], limit=200)) == 539
