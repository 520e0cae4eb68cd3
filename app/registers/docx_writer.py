from typing import Any, BinaryIO

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.errors import TooManyRows
from app.languages.messages import say
from app.registers.out_table import MergedRow, OutTable, shown

MOST_ROWS = 5_000  # a Word document is built in memory; beyond this nobody prints it
_PAGE, _MARGIN = (29.7, 21.0), 2.0  # A4, landscape, in cm


def write_docx(table: OutTable, file: BinaryIO) -> None:
    """A Word document: A4 landscape, Chinese fonts by their names, the head row repeated on each page.

    Raises:
        TooManyRows: more than Word is good for.
    """
    document = docx.Document()
    _lay_out(document)
    _line(document.add_paragraph(), table.title, "方正小标宋简体", 18, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document.add_paragraph(), table.note, "楷体", 11, WD_ALIGN_PARAGRAPH.RIGHT)
    grid = document.add_table(rows=1, cols=len(table.heads))
    grid.style = "Table Grid"
    grid.autofit = False
    whole = _PAGE[0] - 2 * _MARGIN
    widths = [Cm(whole * width / sum(table.widths)) for width in table.widths]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    _fill(grid.rows[0], table.heads, widths, bold=True)
    _mark(grid.rows[0], "w:tblHeader")
    for number, row in enumerate(table.rows):
        if number == MOST_ROWS:
            raise TooManyRows(
                say("a Word document takes at most {most} rows; ask for xlsx, csv, html or json", most=MOST_ROWS)
            )
        added = grid.add_row()
        _mark(added, "w:cantSplit")
        if isinstance(row, MergedRow):
            merged = added.cells[0].merge(added.cells[-1])
            _line(merged.paragraphs[0], row.text, "黑体", 11)
        else:
            _fill(added, [shown(one) for one in row], widths)
    document.save(file)


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)
    _font(document.styles["Normal"], "宋体", 10.5)


def _fill(row: Any, texts: Any, widths: Any, *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        first, *others = text.split("\n")
        align = WD_ALIGN_PARAGRAPH.CENTER if bold else None
        _line(cell.paragraphs[0], first, "黑体" if bold else "宋体", 10.5, align)
        for other in others:
            _line(cell.add_paragraph(), other, "宋体", 10.5)


def _line(paragraph: Any, text: str, font: str, size: float, align: Any = None) -> None:
    run = paragraph.add_run(_without_controls(text))
    _font(run, font, size)
    if align is not None:
        paragraph.alignment = align


def _font(what: Any, name: str, size: float) -> None:
    what.font.name, what.font.size = name, Pt(size)
    what.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # the font of the Chinese characters


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _without_controls(text: str) -> str:
    """XML 1.0 has no place for control characters."""
    return "".join(sign for sign in text if sign >= " " or sign == "\t")
