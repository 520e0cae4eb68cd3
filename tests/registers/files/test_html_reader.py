"""Reading the page itself. The page's text, read by the other reader, says what must come out."""

import datetime
import html

import pytest

from app.registers.files.html_reader import read_html
from app.registers.files.page_reader import read_page
from app.registers.files.reading import LeftOut, LeftOutKind, RegisterReading, TaskReading, UnreadablePage
from tests.registers.real_page import needs_input, real_page, sample_page

TITLE = "<h1>某县2025年重点工作清单</h1>"
HEADS = "<tr><th>工作内容</th><th>工作要求</th><th>责任单位</th><th>完成情况</th></tr>"


def table(*rows: str, heads: str = HEADS) -> str:
    return f"{TITLE}<table>{heads}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def row(*cells: str) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def tasks(page: str) -> list[TaskReading]:
    return [task for section in read_html(page).sections for task in section.tasks]


def laid_out(reading: RegisterReading, *, titles_as_rows: bool) -> str:
    """A register as such sites serve it: in layout tables, every cell of styled paragraphs, blanks among them."""

    def cell(text: str, span: str = "") -> str:
        lines = "".join(f'<p style="margin:0"><span>{html.escape(line)}</span></p>' for line in text.split("\n"))
        return f'<td {span} style="border:1px">\r\n<p>&nbsp;</p>{lines}<style>p{{}}</style></td>'

    rows = []
    for section in reading.sections:
        if titles_as_rows:
            rows.append(f"<tr>{cell(section.title, 'colspan=4')}</tr>")
        for i, task in enumerate(section.tasks):
            first = cell(section.title, f'rowspan="{len(section.tasks)}"') if i == 0 else ""
            first = cell("") if titles_as_rows else first
            cells = cell(task.requirement) + cell(task.units_text) + cell(task.completion)
            rows.append(f"<tr>{first}{cells}</tr>")
    return (
        f"<!DOCTYPE html><html><head><meta charset='gb2312'><title>{reading.title}_某县人民政府网</title>"
        "<script>document.write('<table><tr><td>工作要求</td></tr></table>')</script></head><body>"
        f"<table><tr><td>首页 &gt; 信息公开</td></tr><tr><td><table><tr><td><h1>{reading.title}</h1>"
        f"<div>浏览次数: <span>88</span> 发布时间:{reading.published_on} 15:08</div>"
        f"<table border=1><tbody>{HEADS}{''.join(rows)}</tbody></table></td></tr></table></td></tr></table>"
        "<div>文件下载</div></body></html>"
    )


@pytest.mark.parametrize("text", [pytest.param(real_page, marks=needs_input), sample_page])
@pytest.mark.parametrize("titles_as_rows", [True, False])
@pytest.mark.parametrize("encoding", [None, "utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_the_page_as_html_is_the_register_of_the_page_as_text(
    text: object, titles_as_rows: bool, encoding: str | None
) -> None:
    assert callable(text)
    expected = read_page(text())
    page = laid_out(expected, titles_as_rows=titles_as_rows)
    reading = read_html(page.encode(encoding) if encoding else page)

    assert reading.fingerprint() == expected.fingerprint()
    assert (reading.unread, reading.notes) == ((), ())


# Sections


def test_a_section_is_a_cell_over_its_rows() -> None:
    page = table('<td rowspan="2">一、甲</td>' + row("做一", "教育局", "好"), row("做二", "财政局", "好"))

    assert [(s.title, len(s.tasks)) for s in read_html(page).sections] == [("一、甲", 2)]


def test_a_section_is_a_merged_row() -> None:
    page = table('<td colspan="4">一、甲</td>', row("", "做一", "教育局", "好"), '<td colspan="4">二、乙</td>')

    assert [(s.title, len(s.tasks)) for s in read_html(page).sections] == [("一、甲", 1), ("二、乙", 0)]


def test_a_section_title_without_a_number_is_read_and_noted() -> None:
    reading = read_html(table('<td colspan="4">甲类</td>', row("", "做一", "教育局", "好"), ""))

    assert ([s.title for s in reading.sections], "甲类" in reading.notes[-1]) == (["甲类"], True)


def test_a_remark_at_the_end_of_the_table_is_left_out() -> None:
    page = table(row("一、甲", "做一", "教育局", "好"), '<td colspan="4">注:本表每季度更新;以公布为准。</td>')

    assert [one.name for one in read_html(page).left_out] == ["注:本表每季度更新;以公布为准。"]


# Rows and cells


def test_line_breaks_and_paragraphs_in_a_cell_are_lines() -> None:
    page = table(row("一、甲", "<p>做一</p><p>&nbsp;</p><p>做二</p>", "教育局<br>财政局", "<div>好</div>"))

    assert tasks(page) == [TaskReading("做一\n做二", "教育局\n财政局", "好")]


def test_inline_styles_do_not_part_a_word() -> None:
    page = table(row("一、甲", "<font>做</font><b>一</b>", "教<span style='color:red'>育</span>局", "好"))

    assert tasks(page) == [TaskReading("做一", "教育局", "好")]


def test_an_empty_units_cell_is_an_empty_text() -> None:
    assert tasks(table(row("一、甲", "做一", "&nbsp;", "好"))) == [TaskReading("做一", "", "好")]


def test_a_units_cell_over_two_rows_stands_in_both() -> None:
    page = table(
        row("一、甲", "做一") + '<td rowspan="2">教育局</td>' + row("好"),
        row("", "做二", "正在做"),
    )

    assert tasks(page) == [TaskReading("做一", "教育局", "好"), TaskReading("做二", "教育局", "正在做")]


def test_a_requirement_over_two_rows_is_one_task() -> None:
    page = table('<td rowspan="2">一、甲</td><td rowspan="2">做一</td>' + row("教育局", "好"), row("财政局", "正在做"))

    assert tasks(page) == [TaskReading("做一", "教育局\n财政局", "好\n正在做")]


def test_a_table_within_a_cell_is_part_of_the_cell() -> None:
    page = table(row("一、甲", "做一", "教育局", "<table><tr><td>一月</td><td>好</td></tr></table>"))

    assert tasks(page) == [TaskReading("做一", "教育局", "一月\n好")]


def test_scripts_and_styles_in_a_cell_are_not_text() -> None:
    page = table(row("一、甲", "做一<script>x<y</script>", "教育局<style>p{}</style>", "好<!-- 不 -->"))

    assert tasks(page) == [TaskReading("做一", "教育局", "好")]


def test_lead_and_supporting_columns_are_one_text_with_labels() -> None:
    heads = "<tr><td>工作要求</td><td>牵头单位</td><td>配合单位</td><td>完成情况</td></tr>"
    page = table("<td colspan=4>一、甲</td>", row("做一", "教育局", "财政局", "好"), heads=heads)

    assert tasks(page) == [TaskReading("做一", "牵头单位:教育局\n配合单位:财政局", "好")]


def test_row_numbers_are_not_a_column_and_other_columns_are_left_out() -> None:
    heads = "<tr><td>序号</td><td>工作要求</td><td>责任单位</td><td>联系人</td><td>完成情况</td></tr>"
    reading = read_html(table("<td colspan=5>一、甲</td>", row("1", "做一", "教育局", "张三", "好"), heads=heads))

    assert reading.sections[0].tasks == (TaskReading("做一", "教育局", "好"),)
    assert reading.left_out == (LeftOut(LeftOutKind.COLUMN, "联系人", ("张三",), (1,)),)


def test_heads_repeated_on_a_later_page_of_the_table_are_not_a_row() -> None:
    page = table(row("一、甲", "做一", "教育局", "好"), HEADS, row("一、甲", "做二", "财政局", "好"))

    assert [len(section.tasks) for section in read_html(page).sections] == [2]


# Around the table


def test_a_title_in_the_tables_first_row_is_the_title() -> None:
    page = table(row("一、甲", "做一", "教育局", "好"), heads="<tr><td colspan=4>乙县2024年任务清单</td></tr>" + HEADS)

    assert read_html(page.replace(TITLE, "")).title == "乙县2024年任务清单"


def test_title_and_date_are_taken_from_the_pages_declarations_where_nothing_prints_them() -> None:
    metas = '<meta name="ArticleTitle" content="丙县2024年任务清单"><meta name="PubDate" content="2024-05-06 10:00">'
    reading = read_html(f"<head>{metas}</head>" + table(row("一、甲", "做一", "教育局", "好")).replace(TITLE, ""))

    assert (reading.title, reading.published_on) == ("丙县2024年任务清单", datetime.date(2024, 5, 6))


def test_bytes_that_are_damaged_utf8_are_read_and_noted() -> None:
    page = table(row("一、甲", "做一" * 100, "教育局", "好")).encode() + b"\xff"
    reading = read_html(page)

    assert (reading.sections[0].tasks[0].units_text, "UTF-8" in reading.notes[0]) == ("教育局", True)


# Refusals and bounds


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("", "a page in HTML"),
        ("<p>没有表", "a table with the column heads"),
        (table().replace("责任单位", "单位"), "a table with the column heads"),
        (table(), "rows below the column heads"),
        (table(row("", "做一", "教育局", "好")), "a section title before the first row"),
        ("<div>" * 10_000 + table(), "read to its end"),
    ],
)
def test_a_page_without_a_register_is_refused(page: str, says: str) -> None:
    with pytest.raises(UnreadablePage, match=says):
        read_html(page)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff\xfe\x00", b"\xef\xbb\xbf", bytes(range(256)) * 10, b'charset="punycode"']
)
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read_html(data)
