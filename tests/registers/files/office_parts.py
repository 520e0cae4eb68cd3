"""The insides of Office files, made by hand: a Word document from its body, the container of Office 97 to 2003."""

import io
import struct
from collections.abc import Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_DOCX_TYPES = f"""<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def packed(entries: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for name, content in entries.items():
            zipped.writestr(name, content)
    return file.getvalue()


def part(name: str, inside: str) -> str:
    """A part of a Word document: `document`, `styles`, `numbering`."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{_WORD}">{inside}</w:{name}>'


def docx_of(body: str, *, styles: str = "", numbering: str = "") -> bytes:
    entries = {
        "[Content_Types].xml": _DOCX_TYPES,  # LibreOffice knows the file by it
        "_rels/.rels": _relation(_RELATION, "word/document.xml"),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": part("styles", styles),
        "word/numbering.xml": part("numbering", numbering),
    }
    return packed(entries)


def xlsx_of(rows: str, *, after: str = "", workbook: str = "", declaration: str = "") -> bytes:
    """A workbook of one sheet from the XML of its rows; `after`: what follows them in the sheet."""
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = _RELATION.removesuffix("/officeDocument")
    sheets = f'<sheets><sheet name="Sheet1" sheetId="1" r:id="r1" xmlns:r="{office}"/></sheets>'
    entries = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relation(_RELATION, "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relation(f"{office}/worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{spreadsheet}">{workbook}{sheets}</workbook>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{spreadsheet}">'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>",
    }
    return packed(entries)


def xlsx_row(number: int, texts: Sequence[str]) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def xlsx_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELATIONS}">{one}</Relationships>'


def xls_record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def xls_stream(texts: Sequence[tuple[int, int, str]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """A workbook of one sheet in BIFF8 ([MS-XLS]): cells as row, column, text; merged as first, last row and column."""
    begin_book, begin_sheet = (xls_record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0)) for kind in (5, 16))
    end = xls_record(0x000A, b"")
    name = b"Sheet1"
    at = len(begin_book) + 4 + 8 + len(name) + len(end)
    sheet_at = xls_record(0x0085, struct.pack("<IHBB", at, 0, len(name), 0) + name)
    labels = b"".join(
        xls_record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
        for row, column, text in texts
    )
    spans = xls_record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *one) for one in merged))
    return begin_book + sheet_at + end + begin_sheet + labels + (spans if merged else b"") + end


def cfb(name: str, stream: bytes) -> bytes:
    """A compound file ([MS-CFB]) with one stream, laid out from the third sector on."""
    stream = stream.ljust(4096, b"\0")  # smaller ones would stand in the mini stream
    sectors = -(-len(stream) // _SECTOR)
    tables = -(-(sectors + 2 + 4) // (_SECTOR // 4))
    chain = [_FAT] * tables + [_END]
    first = len(chain)
    chain += [*range(first + 1, first + sectors), _END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<5H6x4I", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0)
    header += struct.pack("<5I", 4096, _END, 0, _END, 0)
    header += struct.pack(f"<{tables}I", *range(tables)).ljust(436, b"\xff")
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, first, len(stream))
    return header + fat + directory.ljust(_SECTOR, b"\0") + stream.ljust(sectors * _SECTOR, b"\0")


def _entry(name: str, kind: int, below: int, first: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, below)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", first, size)
