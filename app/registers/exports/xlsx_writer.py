"""The writer of a register as a workbook."""

from datetime import date, datetime, time
from typing import BinaryIO

import xlsxwriter  # type: ignore[import-untyped]  # it has no types of its own

from app.registers.exports.table import MergedRow, OutTable, shown

_LONGEST = 32_767  # characters of a cell (Excel specifications and limits)
_FIRST_ROW = 3  # below title, note and heads


def write_xlsx(table: OutTable, file: BinaryIO) -> None:
    """A workbook of one sheet, written row by row in bounded memory; its heads stay visible and repeat in print.
    Text is written as text: nothing in it becomes a formula."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.combine(table.day, time())})
    sheet = book.add_worksheet("清单")
    body = {"font_name": "宋体", "font_size": 11, "border": 1, "text_wrap": True, "valign": "vcenter"}
    cell, centre = book.add_format(body), book.add_format(body | {"align": "center"})
    day = book.add_format(body | {"num_format": "yyyy-mm-dd", "align": "center"})
    head = book.add_format(body | {"bold": True, "align": "center", "bg_color": "#D9E2F3"})
    section = book.add_format(body | {"bold": True})
    title = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    note = book.add_format({"font_name": "楷体", "font_size": 11, "align": "right"})
    last = len(table.heads) - 1
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.merge_range(0, 0, 0, last, "", title)
    sheet.write_string(0, 0, table.title, title)
    sheet.merge_range(1, 0, 1, last, "", note)
    sheet.write_string(1, 0, table.note, note)
    for column, text in enumerate(table.heads):
        sheet.write_string(2, column, text, head)
    for number, row in enumerate(table.rows, _FIRST_ROW):
        if isinstance(row, MergedRow):
            sheet.merge_range(number, 0, number, last, "", section)
            sheet.write_string(number, 0, row.text[:_LONGEST], section)
            continue
        for column, one in enumerate(row):
            if isinstance(one, date):
                sheet.write_datetime(number, column, one, day)
            elif isinstance(one, int):
                sheet.write_number(number, column, one, centre)
            else:
                sheet.write_string(number, column, shown(one)[:_LONGEST], cell)
    book.close()
