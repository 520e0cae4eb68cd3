"""Papers whose form has to be made by hand: symbols, formats, tables in cells. Each reading was written before the
first run."""

import io
from datetime import date

import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from tests.registers.files.office_parts import docx_of, xlsx_cell, xlsx_of
from tests.registers.papers.paper import Paper


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def word_with_symbols() -> bytes:
    tick = '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r><w:r><w:t>已完成</w:t></w:r></w:p>'
    least = (
        '<w:p><w:r><w:t>空气优良率</w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
        "<w:r><w:t>85%。</w:t></w:r></w:p>"
    )
    rows = [
        _row(*map(_p, ("工作任务", "责任单位", "完成情况"))),
        _row(least, _p("县生态环境分局"), tick),
    ]
    return docx_of(_p("栗川县2026年生态环境任务清单") + f"<w:tbl>{''.join(rows)}</w:tbl>")


def page_with_symbols() -> bytes:
    rows = (
        "<tr><td>工作任务</td><td>责任单位</td><td>完成情况</td></tr>"
        '<tr><td>空气优良率<span style="font-family:Symbol">&#xF0B3;</span>85%。</td><td>县生态环境分局</td>'
        "<td><font face='Wingdings'>&#252;</font>已完成</td></tr>"
        "<tr><td><span style='font-family: \"Wingdings 2\"'>R</span>整治散乱污企业。</td><td>县生态环境分局</td>"
        "<td></td></tr>"
    )
    return f"<html><body><h1>栗川县2026年生态环境任务清单</h1><table>{rows}</table></body></html>".encode()


def table_in_a_cell_of_word() -> bytes:
    inner = f"<w:tbl>{_row(_p('县农业农村局'))}{_row(_p('县林业局'))}</w:tbl><w:p/>"
    rows = [_row(*map(_p, ("工作任务", "责任单位"))), _row(_p("保护古树名木。"), inner)]
    return docx_of(_p("栗川县2026年绿化任务清单") + f"<w:tbl>{''.join(rows)}</w:tbl>")


def table_in_a_cell_of_a_page() -> bytes:
    inner = "<table><tr><td>牵头单位：县林业局</td></tr><tr><td>配合单位：县财政局</td></tr></table>"
    rows = f"<tr><td>工作任务</td><td>责任单位</td></tr><tr><td>保护古树名木。</td><td>{inner}</td></tr>"
    outer = f"<table><tr><td><p>栗川县2026年绿化任务清单</p><table>{rows}</table></td></tr></table>"
    return f"<html><body>{outer}</body></html>".encode()


def workbook_of_days_and_numbers() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["栗川县2026年重点项目任务清单"])
        sheet.write_row(1, 0, ["序号", "工作任务", "责任单位", "完成时限", "完成情况"])
        formats = ["yyyy-mm-dd", 'yyyy"年"m"月"', 'm"月"d"日"', "yyyy/m/d"]
        for at, form in enumerate(formats, start=1):
            sheet.write_row(1 + at, 0, [at, f"推进项目{at}。", "县发改委"])
            sheet.write_datetime(1 + at, 3, date(2026, 6, 20), book.add_format({"num_format": form}))
            sheet.write_number(1 + at, 4, 0.5, book.add_format({"num_format": "0%"}))
    return file.getvalue()


def workbook_with_text_under_a_merged_cell() -> bytes:
    """The cell below the merged one still has its text, which no person sees: it is said to be left over."""
    rows = (
        f'<row r="1">{xlsx_cell("A1", "栗川县2026年水利任务清单")}</row>'
        f'<row r="2">{xlsx_cell("A2", "工作任务")}{xlsx_cell("B2", "责任单位")}</row>'
        f'<row r="3">{xlsx_cell("A3", "加固水库。")}{xlsx_cell("B3", "县水利局")}</row>'
        f'<row r="4">{xlsx_cell("A4", "疏浚河道。")}{xlsx_cell("B4", "县住建局")}</row>'
    )
    return xlsx_of(rows, after='<mergeCells count="1"><mergeCell ref="B3:B4"/></mergeCells>')


def workbook_of_two_sheets() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, task, unit in (("城乡建设", "改造危房。", "县住建局"), ("社会民生", "发放低保。", "县民政局")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["工作任务", "责任单位", "完成时限"])
            sheet.write_row(1, 0, [task, unit, "11月底前"])
    return file.getvalue()


ENVIRONMENT = """
= 栗川县2026年生态环境任务清单 (2026)
## 栗川县2026年生态环境任务清单
空气优良率≥85%。 | 责任 县生态环境分局 |
"""
BY_HAND = {
    "symbols of Word": Paper("docx", word_with_symbols, ENVIRONMENT),
    "symbols of a page": Paper("html", page_with_symbols, ENVIRONMENT + "☑整治散乱污企业。 | 责任 县生态环境分局 |\n"),
    "a table in a cell of Word": Paper(
        "docx",
        table_in_a_cell_of_word,
        """
= 栗川县2026年绿化任务清单 (2026)
## 栗川县2026年绿化任务清单
保护古树名木。 | 责任 县农业农村局+县林业局 |
""",
    ),
    "a table in a cell of a page that is laid out by tables": Paper(
        "html",
        table_in_a_cell_of_a_page,
        """
= 栗川县2026年绿化任务清单 (2026)
## 栗川县2026年绿化任务清单
保护古树名木。 | 牵头 县林业局; 配合 县财政局 |
""",
    ),
    "days and numbers of a workbook": Paper(
        "xlsx",
        workbook_of_days_and_numbers,
        """
= 栗川县2026年重点项目任务清单 (2026)
## 栗川县2026年重点项目任务清单
推进项目1。 | 责任 县发展改革委 | 2026-06-20 → on 2026-06-20
推进项目2。 | 责任 县发展改革委 | 2026年6月 → on 2026-06-30
推进项目3。 | 责任 县发展改革委 | 6月20日 → on 2026-06-20
推进项目4。 | 责任 县发展改革委 | 2026-06-20 → on 2026-06-20
""",
    ),
    "text under a merged cell": Paper(
        "xlsx",
        workbook_with_text_under_a_merged_cell,
        """
= 栗川县2026年水利任务清单 (2026)
## 栗川县2026年水利任务清单
加固水库。 | 责任 县水利局 |
疏浚河道。 | 责任 县水利局 |
- 县住建局
""",
    ),
    "two sheets of one register": Paper(
        "xlsx",
        workbook_of_two_sheets,
        """
= 栗川县2026年民生任务清单 (2026)
## 城乡建设
改造危房。 | 责任 县住房和城乡建设局 | 11月底前 → on 2026-11-30
## 社会民生
发放低保。 | 责任 县民政局 | 11月底前 → on 2026-11-30
""",
        name="栗川县2026年民生任务清单",
    ),
}
