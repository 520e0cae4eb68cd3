"""What a workbook hides: by hand it is left out and asked about; by a filter or in an outline only not looked at."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import UnreadableRegister
from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from app.registers.files.unclear_tables import read_found
from tests.registers.files.awkward_tables import TITLE
from tests.registers.files.drawn_tables import workbook
from tests.registers.files.office_parts import xlsx_of, xlsx_row

HEADS = f"{TITLE}\n发布时间:2025-03-01 09:30\n工作内容|工作要求|责任单位|完成情况\n"
DRAWING = f"{HEADS}一、甲|做一|教育局|好\n^|做二|财政局|好\n^|做三|司法局|好\n"
FIRST, SECOND, THIRD = 3, 4, 5  # rows of the sheet, counted from 0


def read(afterwards: Callable[[Any], None], drawing: str = DRAWING) -> RegisterReading:
    (reading,) = read_register_file(workbook({"清单": drawing}, afterwards=afterwards), "清单.xlsx")
    return reading


def hide(*rows: int, **options: Any) -> Callable[[Any], None]:
    def do(sheet: Any) -> None:
        for row in rows:
            sheet.set_row(row, None, None, {"hidden": True, **options})

    return do


def left_out(reading: RegisterReading) -> list[tuple[str, str, list[str]]]:
    return [(one.kind.value, one.name, list(one.texts)) for one in reading.left_out]


def tasks(reading: RegisterReading) -> list[str]:
    return [task.requirement for task in reading.tasks]


def test_rows_hidden_by_hand_are_left_out_and_counted() -> None:
    reading = read(hide(SECOND, THIRD))

    assert tasks(reading) == ["做一"]
    assert left_out(reading) == [("table", "清单", ["做二", "财政局", "好", "做三", "司法局"])]
    assert reading.notes == ("2 hidden rows of sheet 清单 were left out, from row 5 on",)


def test_a_merged_cell_whose_first_row_is_hidden_stands_in_the_others() -> None:
    reading = read(hide(FIRST))

    assert [section.title for section in reading.sections] == ["一、甲"]
    assert tasks(reading) == ["做二", "做三"]


def test_rows_that_a_filter_hides_are_read_and_counted() -> None:
    def filtered(sheet: Any) -> None:
        sheet.autofilter(FIRST - 1, 0, THIRD, 3)
        sheet.filter_column(2, "x == 教育局")
        hide(SECOND, THIRD)(sheet)

    reading = read(filtered)

    assert tasks(reading) == ["做一", "做二", "做三"]
    assert reading.notes == ("2 rows of sheet 清单 that a filter or an outline hides were read too, from row 5 on",)


def test_rows_folded_in_an_outline_are_read_and_counted() -> None:
    reading = read(hide(SECOND, THIRD, level=1))

    assert tasks(reading) == ["做一", "做二", "做三"]
    assert reading.notes == ("2 rows of sheet 清单 that a filter or an outline hides were read too, from row 5 on",)


def test_columns_hidden_by_hand_are_left_out_and_named() -> None:
    reading = read(lambda sheet: sheet.set_column("D:E", None, None, {"hidden": True}))

    assert [task.completion for task in reading.tasks] == ["", "", ""]
    assert left_out(reading) == [("table", "清单", ["完成情况", "好"])]
    assert reading.notes == ("hidden columns of sheet 清单 were left out: D",)


def test_hidden_rows_without_text_are_not_worth_a_word() -> None:
    reading = read(hide(6, 20))

    assert (reading.notes, reading.left_out) == ((), ())


def test_a_hidden_sheet_with_text_is_asked_about_and_one_without_is_not() -> None:
    """It may be the register's second page, or what a list of choices is made of: only the office knows."""
    sheets = {"清单": DRAWING, "旧稿": f"{HEADS}二、乙|做四|民政局|无\n", "空": "", "数据": "数\n" * 501}
    (reading,) = read_register_file(workbook(sheets, hidden=("旧稿", "空", "数据")), "清单.xlsx")

    assert tasks(reading) == ["做一", "做二", "做三"]
    assert [(name, "做四" in texts) for _, name, texts in left_out(reading)] == [("旧稿", True), ("数据", False)]
    assert left_out(reading)[1][2] == ["…"]
    assert reading.notes == ("hidden sheets were left out: 旧稿, 空, 数据",)


def test_what_a_sheet_without_heads_hides_is_not_lost_when_its_columns_are_named() -> None:
    drawing = f"{TITLE}\n子|丑|寅\n一、甲|做一|教育局\n一、甲|做二|财政局\n一、甲|做三|司法局\n"
    data = workbook({"清单": drawing}, afterwards=hide(4))
    (unclear,) = read_register_file(data, "清单.xlsx")
    columns: Any = {"section": (0,), "requirement": (1,), "units": (2,)}
    assert unclear.found is not None
    named = read_found(unclear.found, columns)

    assert (unclear.is_asked, tasks(named)) == (True, ["做一", "做二"])
    assert {"做三", "司法局"} <= {*named.unread}


def test_a_sheet_of_which_every_row_is_hidden_is_refused() -> None:
    with pytest.raises(UnreadableRegister, match="rows below the column heads"):
        read(hide(FIRST, SECOND, THIRD))


LINES = [[TITLE], ["工作内容", "工作要求", "责任单位"], ["一、甲", "做一", "教育局"], ["一、甲", "做二", "财政局"]]
ROWS = [xlsx_row(number, texts) for number, texts in zip((3, 5, 9, 12), LINES, strict=True)]
LAST = '<row r="12"'


def of_rows(*rows: str, after: str = "") -> list[str]:
    (reading,) = read_register_file(xlsx_of("".join(rows), after=after), "清单.xlsx")
    return tasks(reading)


def test_the_first_rows_of_a_sheet_may_be_empty() -> None:
    assert of_rows(*ROWS[:3], ROWS[3].replace(LAST, f'{LAST} hidden="1"')) == ["做一"]


def test_rows_without_numbers_are_counted() -> None:
    *shown, last = [re.sub(' r="[0-9]+"', "", row) for row in ROWS]

    assert of_rows(*shown, last.replace("<row", '<row hidden="true"')) == ["做一"]


@pytest.mark.parametrize("broken", ['<row r="x" hidden="1"/>', '<cols><col hidden="1"/></cols>', "<hidden>"])
def test_a_sheet_that_says_nonsense_of_what_is_hidden_is_damaged(broken: str) -> None:
    with pytest.raises(UnreadableRegister, match="damaged"):
        of_rows(*ROWS, after=broken)


def test_a_declaration_of_entities_is_damage() -> None:
    hidden = "".join(ROWS).replace(LAST, f'{LAST} hidden="1"')
    data = xlsx_of(hidden, declaration='<!DOCTYPE x [<!ENTITY a "b">]>')

    with pytest.raises(UnreadableRegister, match="damaged"):
        read_register_file(data, "清单.xlsx")
