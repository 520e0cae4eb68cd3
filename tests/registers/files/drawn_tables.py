"""Tables drawn in text, and small writers that make of one drawing a file of each kind that clerks have.

A drawing is lines; a line with | is a row of a table, any other a paragraph. A cell that says ^ is merged with the one
above it, one that says < with the one before it; ↵ is a line break in a cell. An empty line ends a table.
"""

import csv
import html
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from app.registers.files.reading import RegisterReading
from tests.registers.files.office_parts import cfb, docx_of, xls_stream


@dataclass(frozen=True)
class Drawn:
    """A cell with text of its own: where it stands, and how far it reaches."""

    row: int
    column: int
    text: str
    height: int
    width: int


SOME_DAY = date(2025, 6, 30)
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_LINES = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in _SIDES)
_BORDERS = f"<w:tblPr><w:tblBorders>{_LINES}</w:tblBorders></w:tblPr>"
Grid = list[list[str]]
Writer = Callable[[str], bytes]


def parts(drawing: str) -> list[str | Grid]:
    found: list[str | Grid] = []
    table: Grid | None = None
    for line in drawing.strip("\n").split("\n"):
        if "|" not in line:
            table = None
            found += [line.strip()] if line.strip() else []
            continue
        if table is None:
            table = []
            found.append(table)
        table.append([cell.strip().replace("↵", "\n") for cell in line.split("|")])
    return found


def cells(grid: Grid) -> Iterator[Drawn]:
    for row, texts in enumerate(grid):
        for column, text in enumerate(texts):
            if text in ("^", "<"):
                continue
            width = 1
            while column + width < len(texts) and texts[column + width] == "<":
                width += 1
            height = 1
            while row + height < len(grid) and grid[row + height][column] == "^":
                height += 1
            yield Drawn(row, column, text, height, width)


def rows_of_sheet(drawing: str) -> tuple[int, list[Drawn]]:
    """The whole drawing as cells of one sheet: a paragraph is a cell in the first column, tables leave a row free."""
    at = 0
    found: list[Drawn] = []
    for part in parts(drawing):
        if isinstance(part, str):
            found.append(Drawn(at, 0, part, 1, 1))
            at += 1
        else:
            found += [Drawn(at + c.row, c.column, c.text, c.height, c.width) for c in cells(part)]
            at += len(part) + 1
    return at, found


def xlsx(drawing: str) -> bytes:
    return workbook({"Sheet1": drawing})


def workbook(
    sheets: dict[str, str], *, hidden: tuple[str, ...] = (), afterwards: Callable[[Any], None] | None = None
) -> bytes:
    """Sheets by name; `afterwards` is done to each, as xlsxwriter has it. A cell that says =day is a day, one that says
    =sum a formula with the value 12, one that says =#N/A a formula with that error."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, drawing in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for cell in rows_of_sheet(drawing)[1]:
                if cell.height * cell.width > 1:
                    end = (cell.row + cell.height - 1, cell.column + cell.width - 1)
                    sheet.merge_range(cell.row, cell.column, *end, cell.text)
                elif cell.text == "=day":
                    sheet.write_datetime(cell.row, cell.column, SOME_DAY, book.add_format({"num_format": "m月d日"}))
                elif cell.text == "=sum":
                    sheet.write_formula(cell.row, cell.column, "=5+7", None, 12)
                elif cell.text.startswith("=#"):
                    sheet.write_formula(cell.row, cell.column, "=A99", None, cell.text[1:])
                elif cell.text:
                    sheet.write_string(cell.row, cell.column, cell.text)
            if afterwards:
                afterwards(sheet)
    return file.getvalue()


def xls(drawing: str) -> bytes:
    """As Excel 97 to 2003 saved a sheet."""
    found = rows_of_sheet(drawing)[1]
    texts = [(cell.row, cell.column, cell.text) for cell in found if cell.text]
    merged = [(c.row, c.row + c.height - 1, c.column, c.column + c.width - 1) for c in found if c.height * c.width > 1]
    return cfb("Workbook", xls_stream(texts, merged))


def csv_in(encoding: str, delimiter: str = ",") -> Writer:
    def write(drawing: str) -> bytes:
        height, found = rows_of_sheet(drawing)
        width = max((cell.column + cell.width for cell in found), default=0)
        grid = [[""] * width for _ in range(height)]
        for cell in found:
            grid[cell.row][cell.column] = cell.text
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter).writerows(grid)
        return file.getvalue().encode(encoding)

    return write


def html_page(drawing: str) -> bytes:
    body = "".join(
        f"<p>{html.escape(part)}</p>" if isinstance(part, str) else _html_table(part) for part in parts(drawing)
    )
    return f"<html><body>{body}</body></html>".encode()


def _html_table(grid: Grid) -> str:
    rows = [""] * len(grid)
    for cell in cells(grid):
        text = html.escape(cell.text).replace("\n", "<br>")
        rows[cell.row] += f"<td rowspan={cell.height} colspan={cell.width}>{text}</td>"
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def docx(drawing: str) -> bytes:
    return docx_of("".join(_paragraph(p) if isinstance(p, str) else _docx_table(p) for p in parts(drawing)))


def _paragraph(text: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))


def _docx_table(grid: Grid) -> str:
    tops = {(cell.row, cell.column): cell for cell in cells(grid)}
    rows = ""
    for row, texts in enumerate(grid):
        rows += "<w:tr>"
        for column, text in enumerate(texts):
            if text == "<" or (text == "^" and _is_covered(tops, row, column)):
                continue
            top = tops.get((row, column)) or next(
                cell for cell in tops.values() if cell.column == column and cell.row < row < cell.row + cell.height
            )
            merge = "" if top.height == 1 else "<w:vMerge/>" if text == "^" else '<w:vMerge w:val="restart"/>'
            shown = "<w:p/>" if text == "^" else _paragraph(text)
            rows += f'<w:tc><w:tcPr><w:gridSpan w:val="{top.width}"/>{merge}</w:tcPr>{shown}</w:tc>'
        rows += "</w:tr>"
    return f"<w:tbl>{_BORDERS}{rows}</w:tbl>"


def _is_covered(tops: dict[tuple[int, int], Drawn], row: int, column: int) -> bool:
    """Whether a place below a cell of several columns is not that cell's first."""
    return not any(c.column == column and c.row < row < c.row + c.height for c in tops.values())


def drawing_of(reading: RegisterReading, *, sections: str) -> str:
    """A register drawn anew: its sections as merged rows, as a first column, or as paragraphs over tables."""
    heads = "工作内容|工作要求|责任单位|完成情况\n"
    drawn = f"{reading.title}\n发布时间:{reading.published_on} 09:30\n"
    drawn += "" if sections == "paragraphs" else heads
    for section in reading.sections:
        drawn += {"rows": f"{section.title}|<|<|<\n", "column": "", "paragraphs": f"\n{section.title}\n"}[sections]
        drawn += "工作要求|责任单位|完成情况\n" if sections == "paragraphs" else ""
        for number, task in enumerate(section.tasks):
            first = {"rows": "|", "column": "^|" if number else f"{section.title}|", "paragraphs": ""}[sections]
            row = "|".join((task.requirement, task.units_text, task.completion))
            drawn += first + row.replace("\n", "↵") + "\n"
    return drawn


WRITERS: dict[str, Writer] = {
    "xlsx": xlsx,
    "xls": xls,
    "docx": docx,
    "html": html_page,
    "csv": csv_in("gb18030"),
    "tsv": csv_in("utf-8-sig", "\t"),
}
