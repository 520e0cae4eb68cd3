"""The Word document around a table's rows, made with python-docx."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.registers.exports.table import OutTable

TEXT = " text "  # placeholder of a row's texts; with spaces, so that Word preserves theirs
_NO_XML = re.compile(r"[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_PAGE, _MARGIN = (29.7, 21.0), 2.0  # A4, landscape, in cm


def template_of(table: OutTable) -> bytes:
    """A document with the title, note and heads of a table, then one merged and one ordinary row with `TEXT` in each
    cell. The rows themselves are not read."""
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = datetime.combine(table.day, time())
    _lay_out(document)
    _line(document.add_paragraph(), table.title, "方正小标宋简体", 18, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document.add_paragraph(), table.note, "楷体", 11, WD_ALIGN_PARAGRAPH.RIGHT)
    grid = document.add_table(rows=3, cols=len(table.heads))
    grid.style = "Table Grid"
    grid.autofit = False
    whole = _PAGE[0] - 2 * _MARGIN
    widths = [Cm(whole * width / sum(table.widths)) for width in table.widths]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    head, merged, plain = grid.rows
    _fill(head, table.heads, widths, bold=True)
    _mark(head, "w:tblHeader")
    _mark(merged, "w:cantSplit")
    _line(merged.cells[0].merge(merged.cells[-1]).paragraphs[0], TEXT, "黑体", 11)
    _mark(plain, "w:cantSplit")
    _fill(plain, [TEXT] * len(widths), widths)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def writable(text: str) -> str:
    """A text without the characters that XML does not allow."""
    return _NO_XML.sub("", text)


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)
    _font(document.styles["Normal"], "宋体", 10.5)


def _fill(row: Any, texts: Sequence[str], widths: Sequence[Any], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        align = WD_ALIGN_PARAGRAPH.CENTER if bold else None
        _line(cell.paragraphs[0], text, "黑体" if bold else "宋体", 10.5, align)


def _line(paragraph: Any, text: str, font: str, size: float, align: Any = None) -> None:
    run = paragraph.add_run(writable(text))
    _font(run, font, size)
    if align is not None:
        paragraph.alignment = align


def _font(what: Any, name: str, size: float) -> None:
    what.font.name, what.font.size = name, Pt(size)
    what.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # the font of the Chinese characters


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
