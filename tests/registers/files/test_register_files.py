"""The files that clerks have: each kind gives the same register, however its sections are laid out."""

from collections.abc import Callable

import pytest

from app import clock
from app.access.actors import OPERATOR
from app.cli.demo import SAMPLE
from app.database.engine import Database
from app.registers.files.reader import read_register, read_register_file
from app.registers.files.reading import RegisterReading, TaskReading
from app.registers.imports.checklist_actions import import_register
from tests.conftest import COUNTY, enter_county
from tests.registers.files.awkward_tables import TITLE
from tests.registers.files.drawn_tables import WRITERS, docx, drawing_of, workbook, xlsx
from tests.registers.real_page import needs_input, real_page

pytestmark = pytest.mark.long_on_postgresql

HEADS = "工作内容|工作要求|责任单位|完成情况\n"


def sample() -> str:
    return (SAMPLE / "register.txt").read_text("utf-8").format(year=2026, published_on="2026-05-29")


def read(data: bytes, filename: str) -> RegisterReading:
    [reading] = read_register_file(data, filename)
    return reading


@pytest.mark.parametrize("page", [pytest.param(real_page, marks=needs_input), sample])
@pytest.mark.parametrize("sections", ["rows", "column", "paragraphs"])
@pytest.mark.parametrize("form", WRITERS)
def test_a_register_is_the_same_in_every_kind_of_file(page: Callable[[], str], sections: str, form: str) -> None:
    expected = read_register(page())
    reading = read(WRITERS[form](drawing_of(expected, sections=sections)), f"清单.{form}")

    assert reading.fingerprint() == expected.fingerprint()
    assert (reading.unread, reading.notes) == ((), ())


@pytest.mark.parametrize("page", [pytest.param(real_page, marks=needs_input), sample])
def test_a_register_from_a_file_becomes_the_same_obligations(database: Database, page: Callable[[], str]) -> None:
    reading = read(docx(drawing_of(read_register(page()), sections="rows")), "清单.docx")
    with database.session(writes=True) as session:
        enter_county(session, at=clock.now())
        report = import_register(session, reading, COUNTY, by=OPERATOR, at=clock.now(), soon=7)

    assert (report.sections, report.tasks, report.assignments, report.obligations) == (10, 23, 116, 539)


def test_a_pages_text_is_a_file_too() -> None:
    reading = read(sample().encode("gb18030"), "清单.txt")

    assert reading.fingerprint() == read_register(sample()).fingerprint()


# Names


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ("html", "清单.xls", "html"),
        ("tsv", "清单.xlsx", "csv"),
        ("xlsx", "清单.docx", "xlsx"),
        ("docx", "清单.doc", "docx"),
    ],
)
def test_a_name_that_lies_is_noted_and_not_believed(form: str, name: str, said: str) -> None:
    reading = read(WRITERS[form](f"{TITLE}\n{HEADS}一、甲|做一|教育局|好"), name)

    assert [task.requirement for task in reading.tasks] == ["做一"]
    assert f"it is {said}" in reading.notes[0]


@pytest.mark.parametrize("form", WRITERS)
def test_the_files_name_is_the_title_where_nothing_else_is(form: str) -> None:
    data = WRITERS[form](f"{HEADS}一、甲|做一|教育局|好")
    reading = read(data, rf"C:\督办\某县2025年重点工作清单.{form}")

    assert (reading.title, reading.year) == ("某县2025年重点工作清单", 2025)


def test_the_files_name_is_nothing_where_there_is_a_title() -> None:
    reading = read(xlsx(f"{TITLE}\n{HEADS}一、甲|做一|教育局|好"), "附件2024年.xlsx")

    assert (reading.title, reading.unread) == (TITLE, ())


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("栗川县贯彻《2024年全省安全生产要点》2026年任务清单", 2026),
        ("栗川县2026年落实《2025年全省安全生产要点》任务清单", 2026),
        ("栗川县2024—2026年行动计划2026年任务清单", 2026),
        ("栗川县“十四五”（2021—2025年）规划2026年重点任务清单", 2026),
        ("栗川县2024年至2027年攻坚二〇二六年任务清单", 2026),
        ("关于印发《栗川县2026年重点工作清单》的通知", 2026),
        ("《栗川县2026年重点工作清单》", 2026),
    ],
)
def test_the_year_is_the_registers_own(title: str, year: int) -> None:
    assert read(WRITERS["csv"](f"{title}\n{HEADS}一、甲|做一|教育局|好"), "表.csv").year == year


@pytest.mark.parametrize("title", ["栗川县落实《2024年全省要点》任务清单", "栗川县2024—2026年任务清单"])
def test_the_year_of_another_paper_or_of_a_span_is_not_a_year(title: str) -> None:
    reading = read(WRITERS["csv"](f"{title}\n{HEADS}一、甲|做一|教育局|好"), "表.csv")

    assert (reading.title, reading.year) == (title, None)


# Workbooks


def test_sheets_of_one_title_are_one_register_and_their_names_its_sections() -> None:
    heads = "重点任务|责任单位|完成时限\n"
    reading = read(
        workbook({"优化环境": f"{TITLE}\n{heads}做一|教育局|6月", "稳定就业": f"{heads}做二|财政局|9月"}), "清单.xlsx"
    )

    assert [(section.title, len(section.tasks)) for section in reading.sections] == [("优化环境", 1), ("稳定就业", 1)]


def test_sheets_with_titles_of_their_own_are_registers_of_their_own() -> None:
    sheets = {f"{year}": f"某县{year}年重点工作清单\n{HEADS}一、甲|做一|教育局|好" for year in (2024, 2025)}
    readings = read_register_file(workbook(sheets), "清单.xlsx")

    assert [reading.year for reading in readings] == [2024, 2025]


def test_hidden_sheets_and_sheets_without_a_register_are_left_out_and_named() -> None:
    sheets = {
        "清单": f"{TITLE}\n{HEADS}一、甲|做一|教育局|好",
        "旧": f"{HEADS}一、甲|做二|财政局|",
        "电话": "乡镇|电话",
    }
    reading = read(workbook(sheets, hidden=("旧",)), "清单.xlsx")

    assert [task.requirement for task in reading.tasks] == ["做一"]
    assert ["旧" in reading.notes[0], "电话" in reading.notes[1]] == [True, True]


def test_a_workbooks_values_are_read_as_it_shows_them() -> None:
    reading = read(
        workbook(
            {"Sheet1": f"{TITLE}\n工作内容|工作要求|责任单位|完成时限|完成情况\n一、甲|做一|教育局|=day|=sum"},
        ),
        "清单.xlsx",
    )

    assert reading.tasks == [TaskReading("做一", "教育局", "12", "6月30日")]


# CSV


def test_csv_with_line_ends_and_quotes_in_a_cell() -> None:
    text = f'{TITLE}\r\n工作内容,工作要求,责任单位\r\n一、甲,"做""一""\r\n做二","教育局,财政局"\r\n'

    assert read(text.encode(), "清单.csv").tasks == [TaskReading('做"一"\n做二', "教育局,财政局", "")]


def test_a_row_of_csv_without_requirement_belongs_to_the_row_above() -> None:
    text = f"{TITLE}\n工作内容,工作要求,责任单位,完成情况\n一、甲,做一,教育局,好\n,,财政局,正在做\n"

    assert read(text.encode(), "清单.csv").tasks == [TaskReading("做一", "教育局\n财政局", "好\n正在做")]
