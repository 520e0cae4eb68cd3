"""The writer of a register as a Word document."""

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.errors import TooManyRows
from app.languages.messages import say
from app.registers.exports.docx_template import TEXT, template_of, writable
from app.registers.exports.table import MergedRow, OutTable, shown

MOST_ROWS = 5_000  # Word lays out every page of a table before it shows one; beyond this nobody prints it
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_HYPHEN = '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">'
# 2026-12-31, 2026-Q4, 2026-05-D1: Word shows them in one line
_ONE_WORD = re.compile(r"(?<![0-9A-Za-z-])[0-9]{4}-[A-Z]?[0-9]{1,2}(?:-[A-Z]?[0-9]{1,2})?(?![0-9A-Za-z-])")
_DOCUMENT = "word/document.xml"
_ROW = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL)
_PARAGRAPH = re.compile(r"(<w:p>.*?</w:p>)", re.DOTALL)


def write_docx(table: OutTable, file: BinaryIO) -> None:
    """A Word document: A4 landscape, Chinese fonts by their names, the head row repeated on each page.

    Written row by row: python-docx makes the document around them, and one row of each kind.

    Raises:
        TooManyRows: more than Word is good for.
    """
    with ZipFile(BytesIO(template_of(table))) as template, ZipFile(file, "w", ZIP_DEFLATED) as out:
        for name in template.namelist():
            if name != _DOCUMENT:
                out.writestr(_part(name), template.read(name))
        document = template.read(_DOCUMENT).decode()
        merged, plain = list(_ROW.finditer(document))[-2:]
        with out.open(_part(_DOCUMENT), "w") as part:
            part.write(document[: merged.start()].encode())
            for number, row in enumerate(table.rows):
                if number == MOST_ROWS:
                    raise TooManyRows(
                        say(
                            "a Word document takes at most {most} rows; ask for xlsx, csv, html or json", most=MOST_ROWS
                        )
                    )
                if isinstance(row, MergedRow):
                    part.write(_filled(merged[0], [row.text]).encode())
                else:
                    part.write(_filled(plain[0], [shown(one) for one in row]).encode())
            part.write(document[plain.end() :].encode())


def _part(name: str) -> ZipInfo:
    """A part of the file without a time."""
    part = ZipInfo(name)
    part.compress_type = ZIP_DEFLATED
    return part


def _filled(row: str, texts: Sequence[str]) -> str:
    """A row of the template with a paragraph in each cell for each line of its text."""
    between, paragraphs = _PARAGRAPH.split(row)[::2], _PARAGRAPH.findall(row)
    cells = [
        "".join(paragraph.replace(TEXT, _as_xml(line)) for line in text.split("\n"))
        for paragraph, text in zip(paragraphs, texts, strict=True)
    ]
    return "".join(part for pair in zip(between, [*cells, ""], strict=True) for part in pair)


def _as_xml(line: str) -> str:
    text = escape(writable(line), quote=False).replace("\t", _TAB)
    return _ONE_WORD.sub(lambda found: found[0].replace("-", _HYPHEN), text)
