"""Cells as a person sees them: numbers and days by their formats, Word's symbols, tables cut in two, odd zips."""

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from tests.registers.files.awkward_tables import TITLE
from tests.registers.files.drawn_tables import docx, xlsx
from tests.registers.files.office_parts import docx_of, packed

DAY = date(2025, 6, 30)


def shown(value: Any, form: str, **options: Any) -> str:
    """What is read of a cell of a workbook with a value and a format."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for row, texts in enumerate([[TITLE], ["工作任务", "责任单位", "完成情况"], ["做一", "教育局"]]):
            sheet.write_row(row, 0, texts)
        style = book.add_format({"num_format": form} if form else {})
        (sheet.write_datetime if isinstance(value, date) else sheet.write_number)(2, 2, value, style)
    [reading] = read_register_file(file.getvalue(), "清单.xlsx")
    return reading.tasks[0].completion


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1, "0%", "100%"),
        (0.953, "0.0%", "95.3%"),
        (12, '0"个"', "12个"),
        (12, "0\\个", "12个"),
        (12, '"约"0"户"', "约12户"),
        (7, "000", "007"),
        (0.1 + 0.2, "", "0.3"),
        (0.3, "0.0", "0.3"),
        (0.3, "0.00_ ", "0.30"),
        (12, "", "12"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00", "1,234.50"),
        (5, "[$¥-804]#,##0.00", "¥5.00"),
        (3, "0_);[Red]\\(0\\)", "3"),
        (-3, "0_);[Red]\\(0\\)", "(3)"),
        (0, '0;-0;"无"', "无"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(value: float, form: str, text: str) -> None:
    assert shown(value, form) == text


@pytest.mark.parametrize("since_1904", [False, True])
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ('yyyy"年"m"月"', "2025年6月"),
        ('[$-804]yyyy"年"m"月";@', "2025年6月"),
        ("mmm-yy", "2025年6月"),
        ('m"月"d"日"', "6月30日"),
        ("m/d", "6月30日"),
        ("yyyy", "2025年"),
        ("yyyy-mm-dd", "2025-06-30"),
        ('yyyy"年"m"月"d"日"', "2025-06-30"),
    ],
)
def test_a_day_has_the_precision_of_its_format_in_both_epochs(form: str, text: str, *, since_1904: bool) -> None:
    assert shown(DAY, form, date_1904=since_1904) == text


@pytest.mark.parametrize(("number", "text"), [(57, "2025年6月"), (58, "6月30日"), (31, "2025-06-30")])
@pytest.mark.parametrize("since_1904", [False, True])
def test_the_formats_that_only_chinese_programs_number_are_days(number: int, text: str, *, since_1904: bool) -> None:
    assert (
        shown(
            (DAY - date(1904 if since_1904 else 1900, 1, 1)).days + (0 if since_1904 else 2),
            number_format(number),
            date_1904=since_1904,
        )
        == text
    )


def number_format(number: int) -> Any:
    """xlsxwriter takes the number of a format in place of its code."""
    return number


# Word


def word(body: str) -> RegisterReading:
    [reading] = read_register_file(docx_of(f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p>{body}"), "清单.docx")
    return reading


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc><w:p>{cell}</w:p></w:tc>' for cell in cells)}</w:tr>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


HEADS = row(*map(run, ("工作任务", "责任单位", "完成情况")))


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "□"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run("95%"), "≥95%"),
        ('<w:r><w:sym w:font="Symbol" w:char="00B4"/></w:r>', "×"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0fc</w:t></w:r>', "✓"),
        ('<w:r><w:sym w:font="Nobody" w:char="F0FC"/></w:r>' + run("好"), "〓好"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F001"/></w:r>' + run("好"), "〓好"),
    ],
)
def test_the_symbols_of_word_are_read_as_they_look(symbol: str, text: str) -> None:
    reading = word(f"<w:tbl>{HEADS}{row(run('做一'), run('教育局'), symbol)}</w:tbl>")

    assert reading.tasks[0].completion == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<span style="font-family:Wingdings">&#252;</span>已完成', "✓已完成"),
        ("<span style='font-family:Wingdings;mso-ascii-font-family:宋体'><b>&#254;</b></span>", "☑"),
        ("<p style='FONT-FAMILY: \"Wingdings 2\", serif'>R</p>", "☑"),
        ("<font face=Symbol>&#xF0B3;</font>95%", "≥95%"),
        ("<span style='font-family:Wingdings'>l<span style='font-family:宋体'>lan网</span></span>建成", "●lan网建成"),
        ("<span style='font-family:宋体,Wingdings'>lan网</span>", "lan网"),
        ("<span style='font-family:Wingdings'>已办</span>", "已办"),
    ],
)
def test_the_symbols_of_a_page_are_read_as_they_look(cell: str, text: str) -> None:
    table = f"<tr><td>工作任务<td>责任单位<td>完成情况<tr><td>做一<td>教育局<td>{cell}"
    [reading] = read_register_file(f"<h1>{TITLE}</h1><table>{table}</table>".encode(), "清单.html")

    assert reading.tasks[0].completion == text


def test_a_table_cut_in_two_goes_on_in_the_piece_without_heads() -> None:
    first = f"<w:tbl>{HEADS}{row(run('做一'), run('教育局'), '')}</w:tbl>"
    second = f"<w:tbl>{row(run('做二'), run('财政局'), run('好'))}</w:tbl>"
    reading = word(f"{first}<w:p/>{second}")

    assert [(task.requirement, task.units_text) for task in reading.tasks] == [("做一", "教育局"), ("做二", "财政局")]
    assert any("goes on" in note for note in reading.notes)


@pytest.mark.parametrize("between", ["", "<p>&nbsp;</p>", "<p></p><div> </div>"])
def test_a_table_of_a_page_that_is_cut_in_two_goes_on_too(between: str) -> None:
    first = "<tr><td>工作任务<td>责任单位<td>完成情况<tr><td>做一<td>教育局<td>"
    second = "<tr><td>做二<td>财政局<td>好"
    page = f"<h1>{TITLE}</h1><table>{first}</table>{between}<table>{second}</table><p>版权所有</p>"
    [reading] = read_register_file(page.encode(), "清单.html")

    assert [(task.requirement, task.units_text) for task in reading.tasks] == [("做一", "教育局"), ("做二", "财政局")]
    assert reading.surroundings == ("版权所有",)


def test_a_table_behind_that_is_not_a_piece_stays_among_the_lines_of_the_page() -> None:
    first = "<tr><td>工作任务<td>责任单位<td>完成情况<tr><td>做一<td>教育局<td>"
    page = f"<h1>{TITLE}</h1><table>{first}</table><table><tr><td>上一篇<td>下一篇</table>"
    [reading] = read_register_file(page.encode(), "清单.html")

    assert (len(reading.tasks), reading.surroundings) == (1, ("上一篇", "下一篇"))


def test_a_table_of_another_width_does_not_belong_to_the_register() -> None:
    first = f"<w:tbl>{HEADS}{row(run('做一'), run('教育局'), '')}</w:tbl>"
    reading = word(f"{first}<w:p/><w:tbl>{row(run('填表人'), run('张三'))}</w:tbl>")

    assert (len(reading.tasks), reading.unread) == (1, ("填表人", "张三"))


# Zips


@pytest.mark.parametrize(("write", "form"), [(xlsx, "xlsx"), (docx, "docx")])
def test_a_zip_with_backslashes_is_read(write: Any, form: str) -> None:
    with ZipFile(io.BytesIO(write(f"{TITLE}\n工作任务|责任单位|完成情况\n做一|教育局|好"))) as whole:
        entries = {name.replace("/", "\\"): whole.read(name) for name in whole.namelist()}
    [reading] = read_register_file(packed(entries), f"清单.{form}")

    assert [task.requirement for task in reading.tasks] == ["做一"]


@pytest.mark.parametrize(("value", "form"), [(1, "0." + "0" * 200), (1e300, "0%"), (1, "# ?/?"), (15000, "0.0,")])
def test_a_format_that_is_out_of_the_usual_leaves_the_number_as_it_is(value: float, form: str) -> None:
    assert shown(value, form) == str(int(value))
