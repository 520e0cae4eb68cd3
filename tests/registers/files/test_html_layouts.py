"""What real sites and office programs wrap a register's table in. Each layout must read as the page's text does."""

import html
from collections.abc import Callable

import pytest

from app.registers.files.html_reader import read_html
from app.registers.files.page_reader import read_page
from app.registers.files.reading import RegisterReading, TaskReading
from tests.registers.real_page import needs_input, real_page, sample_page

COLUMNS = ["工作内容", "工作要求", "责任单位", "完成情况"]
Cell = Callable[..., str]


def plain(text: str, attributes: str = "") -> str:
    return f"<td {attributes}>{html.escape(text).replace(chr(10), '<br/>')}</td>"


def of_word(text: str, attributes: str = "") -> str:
    """As Word saves a cell: named namespaces, styles of its own, each paragraph ended by an empty o:p."""
    lines = "".join(
        "<p class=MsoNormal align=left style='mso-pagination:widow-orphan;text-indent:24.0pt'>"
        f"<span lang=EN-US style='font-size:12.0pt;mso-bidi-font-size:11.0pt'>{html.escape(line)}"
        "<o:p></o:p></span></p>"
        for line in text.split("\n")
    )
    return f"<td width=142 {attributes} style='border:solid windowtext;mso-border-alt:solid'>{lines}</td>"


def of_wps(text: str, attributes: str = "") -> str:
    """As WPS saves a cell: a font for every run of characters, so that a word is in pieces."""
    half = len(text) // 2
    runs = "".join(
        f'<font class="font{i}" style="mso-spacerun:\'yes\';font-family:仿宋_GB2312">{html.escape(part)}</font>'
        for i, part in enumerate((text[:half], text[half:]))
    ).replace("\n", "<br>")
    return f'<td class="et{len(text) % 7}" {attributes} x:str="">{runs}</td>'


def of_an_editor(text: str, attributes: str = "") -> str:
    """As a site's editor leaves it: blanks for indents, comments, spans hidden from the reader."""
    lines = "".join(
        f"<div>&nbsp;&nbsp;<!--{html.escape(line[:3])}-->{html.escape(line)}"
        "<span style='DISPLAY: none'>隐藏的字</span>&nbsp;</div>"
        for line in text.split("\n")
    )
    return f"<td {attributes}><!--[if gte mso 9]><xml>局</xml><![endif]-->{lines}<p><br></p></td>"


def table(reading: RegisterReading, cell: Cell, *, merged_titles: bool) -> str:
    rows = ["".join(cell(head) for head in COLUMNS)]
    for section in reading.sections:
        if merged_titles:
            rows.append(cell(section.title, 'colspan="4"'))
        for i, task in enumerate(section.tasks):
            over_all = cell(section.title, f"rowspan={len(section.tasks)}") if i == 0 else ""
            first = cell("") if merged_titles else over_all
            rows.append(first + cell(task.requirement) + cell(task.units_text) + cell(task.completion))
    return "<table border=1>" + "".join(f"\r\n <tr>{row}</tr>" for row in rows) + "</table>"


def head(reading: RegisterReading) -> str:
    return f"<h1>{reading.title}</h1><p>浏览次数:12 发布时间:{reading.published_on} 09:30</p>"


def bare(body: str, reading: RegisterReading) -> str:
    return head(reading) + body


def in_layout_tables(body: str, reading: RegisterReading) -> str:
    menu = "<table><tr><td>首页 &gt; 信息公开</td><td><table><tr><td>主动公开<td>依申请公开</table></td></tr></table>"
    inside = f"<table width=1000><tr><td>{menu}</td></tr><tr><td>{head(reading)}{body}</td></tr></table>"
    return f"<html><body><table><tr><td rowspan=2>&nbsp;</td><td>{inside}</td></tr></table></body></html>"


def among_other_tables(body: str, reading: RegisterReading) -> str:
    contact = "<table><tr><td>责任单位</td><td>联系电话</td></tr><tr><td>政府办</td><td>6081234</td></tr></table>"
    hidden = f"<div style='display:none'>{body.replace('做', '不做')}</div>"
    return f"<!DOCTYPE html><html><body>{head(reading)}{contact}{hidden}{body}{contact}</body></html>"


def saved_by_word(body: str, reading: RegisterReading) -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
        "<head><meta name=Generator content='Microsoft Word 15'><!--[if gte mso 9]><xml><o:OfficeDocumentSettings>"
        "<o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--><style><!-- p.MsoNormal{mso-style-parent:''} -->"
        f"</style></head><body lang=ZH-CN><div class=WordSection1>{head(reading)}<![if !supportLists]><![endif]>{body}"
        "</div></body></html>"
    )


@pytest.mark.parametrize("text", [pytest.param(real_page, marks=needs_input), sample_page])
@pytest.mark.parametrize("around", [bare, in_layout_tables, among_other_tables, saved_by_word])
@pytest.mark.parametrize("cell", [plain, of_word, of_wps, of_an_editor])
@pytest.mark.parametrize("merged_titles", [True, False])
def test_a_register_in_any_layout_reads_as_its_text(
    text: Callable[[], str],
    around: Callable[[str, RegisterReading], str],
    cell: Cell,
    merged_titles: bool,
) -> None:
    expected = read_page(text())
    page = around(table(expected, cell, merged_titles=merged_titles), expected)
    as_gbk_without_saying_so = read_html(page.encode("gb18030"))

    assert read_html(page).fingerprint() == expected.fingerprint()
    assert as_gbk_without_saying_so.fingerprint() == expected.fingerprint()
    assert (as_gbk_without_saying_so.unread, as_gbk_without_saying_so.notes) == ((), ())


HEADS = "<tr>" + "".join(f"<td>{head}</td>" for head in COLUMNS) + "</tr>"


def tasks(rows: str) -> list[TaskReading]:
    return read_html(f"<h1>某县2025年重点工作清单</h1><table>{HEADS}{rows}</table>").tasks


def test_a_fragment_that_is_the_table_alone_is_read_with_its_title_row() -> None:
    reading = read_html(
        f"<table><tr><td colspan=4>某县2025年任务清单{HEADS}<tr><td>一、甲<td>做一<td>教育局<td>好</table>"
    )

    assert (reading.title, len(reading.tasks)) == ("某县2025年任务清单", 1)


def test_heads_merged_in_both_directions_are_heads() -> None:
    heads = (
        "<tr><td rowspan=2>工作内容<td rowspan=2>工作要求<td colspan=2>责任单位<td rowspan=2>完成情况"
        "<tr><td>牵头单位<td>配合单位"
    )
    page = f"<h1>某县2025年清单</h1><table>{heads}<tr><td>一、甲<td>做一<td>教育局<td>财政局<td>好</table>"

    assert read_html(page).tasks == [TaskReading("做一", "牵头单位:教育局\n配合单位:财政局", "好")]


def test_a_cell_merged_in_both_directions_is_one_text() -> None:
    rows = "<tr><td rowspan=2>一、甲<td>做一<td colspan=2 rowspan=2>教育局<tr><td>做二"

    assert [task.units_text for task in tasks(rows)] == ["教育局", "教育局"]


def test_a_hidden_row_is_left_out_and_noted() -> None:
    rows = "<tr><td>一、甲<td>做一<td>教育局<td>好<tr style='display: none'><td><td>做二<td>财政局<td>好"
    reading = read_html(f"<h1>某县2025年清单</h1><table>{HEADS}{rows}</table>")

    assert [task.requirement for task in reading.tasks] == ["做一"]
    assert "1 rows of the table are hidden" in reading.notes[0]


@pytest.mark.parametrize("mark", ['style="display:none"', "style='mso-hide:all'", "hidden"])
def test_what_the_page_hides_in_a_cell_is_not_read(mark: str) -> None:
    assert tasks(f"<tr><td>一、甲<td>做一<td>教育局<span {mark}>财政局</span><td>好")[0].units_text == "教育局"


def test_empty_rows_and_cells_of_blanks_make_no_task() -> None:
    rows = "<tr><td>一、甲<td>做一<td>教育局<td>好<tr><td>&nbsp;<td>&nbsp;<td>\u3000<td><tr></tr>"

    assert len(tasks(rows)) == 1
