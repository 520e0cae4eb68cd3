"""Files that strangers may send: what they cost must be bounded, and what they are must be told."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

from app.registers.files.limits import (
    LARGEST_FILE,
    LARGEST_TEXT,
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_MARKUP,
    MOST_PAGES,
    MOST_UNPACKED,
)
from tests.registers.files.drawn_pages import pdf_of
from tests.registers.files.drawn_tables import csv_in, docx, html_page, xls, xlsx
from tests.registers.files.office_parts import cfb, docx_of, packed, part, xls_stream, xlsx_cell, xlsx_of, xlsx_row

Made = Callable[[], bytes]
"""A file is made when it is wanted: some are large."""

TITLE = "某县2025年重点工作清单"
HEADS = ["工作内容", "工作要求", "责任单位", "完成情况"]
TABLE = f"{TITLE}\n{'|'.join(HEADS)}\n一、甲|做一|教育局|好\n"
ROWS = xlsx_row(1, [TITLE]) + xlsx_row(2, HEADS) + xlsx_row(3, ["一、甲", "做一", "教育局", "好"])
MANY = 1_000_000
SCRIPT = b"<body><script>document.write('<table>')</script>"
DECLARATION = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
FAR = '<row r="1048576">' + xlsx_cell("XFD1048576", "远") + "</row>"


def with_password(data: bytes) -> bytes:
    """The flag that says so, in each entry's header here and in the directory at the end."""
    return _patched(data, local=(6, b"\x01"), central=(8, b"\x01"))


def declaring(data: bytes, size: int) -> bytes:
    """The same zip, its entries said to unpack to this size."""
    said = struct.pack("<I", size)
    return _patched(data, local=(22, said), central=(24, said))


def _patched(data: bytes, *, local: tuple[int, bytes], central: tuple[int, bytes]) -> bytes:
    changed = bytearray(data)
    for sign, (offset, new) in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = data.find(sign)
        while at >= 0:
            changed[at + offset : at + offset + len(new)] = new
            at = data.find(sign, at + 1)
    return bytes(changed)


def with_entries(data: bytes, more: dict[str, str | bytes]) -> bytes:
    with ZipFile(BytesIO(data)) as zipped:
        return packed({name: zipped.read(name) for name in zipped.namelist()} | more)


def _bomb() -> bytes:
    """A gigabyte, packed."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 1023


def open_document(kind: str, entries: dict[str, str | bytes] | None = None) -> bytes:
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"} | (entries or {}))


def _entity(kind: str) -> bytes:
    """A document that asks for a file beside it: `SYSTEM`, or for its own text many times over."""
    inner = '<!ENTITY a "做做做做做做做做做做">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(8)
    )
    declared = '<!ENTITY i SYSTEM "file:///etc/hostname">' if kind == "SYSTEM" else inner
    text = part("document", "<w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body>")
    head, body = text.split("?>", 1)
    return with_entries(docx(TABLE), {"word/document.xml": f"{head}?><!DOCTYPE w:document [{declared}]>{body}"})


REFUSED: dict[str, tuple[Made, str, str]] = {
    # the file, its name, what the refusal says
    "an empty file": (lambda: b"", "清单.xlsx", "column heads"),
    "a workbook cut off": (lambda: xlsx(TABLE)[:-400], "清单.xlsx", "cut off or damaged"),
    "a workbook with bytes changed": (
        lambda: xlsx(TABLE).replace(b"xl/workbook.xml", b"xl/workbook.xm_"),
        "a.xlsx",
        "",
    ),
    "an old workbook cut off": (lambda: xls(TABLE)[:1600], "清单.xls", ""),
    "a Word document cut off": (lambda: docx(TABLE)[:-100], "清单.docx", "cut off or damaged"),
    "a container cut off": (lambda: cfb("Other", b"")[:700], "清单.xls", "cut off or damaged"),
    "an encrypted workbook or document": (
        lambda: cfb("EncryptedPackage", b"x" * 5000),
        "清单.xlsx",
        "without a password",
    ),
    "an old workbook with a password": (
        lambda: cfb("Workbook", xls_stream([(0, 0, TITLE)]).replace(b"\x85\x00", b"\x2f\x00", 1)),
        "清单.xls",
        "",
    ),
    "a zip with a password": (lambda: with_password(xlsx(TABLE)), "清单.xlsx", "without a password"),
    "a Word document with a password": (lambda: with_password(docx(TABLE)), "清单.docx", "without a password"),
    "a zip that says it is too big": (
        lambda: declaring(xlsx(TABLE), MOST_UNPACKED + 1),
        "清单.xlsx",
        "unpacks to at most",
    ),
    "a zip that is bigger than it says": (lambda: declaring(docx(TABLE), 10), "清单.docx", "cut off or damaged"),
    "a bomb": (
        lambda: with_entries(xlsx(TABLE), {"xl/media/a.bin": bytes(MOST_UNPACKED)}),
        "清单.xlsx",
        "unpacks to at most",
    ),
    "a bomb that says it is small": (
        lambda: declaring(with_entries(docx(TABLE), {"word/media/a.bin": bytes(MOST_UNPACKED)}), 10),
        "清单.docx",
        "",
    ),
    "a zip of very many files": (
        lambda: with_entries(xlsx(TABLE), {f"a/{i}": "" for i in range(MOST_ENTRIES)}),
        "清单.xlsx",
        "unpacks to at most",
    ),
    "another zip": (lambda: packed({"a.txt": "x"}), "清单.xlsx", "packed file of another kind"),
    "two cells far apart": (lambda: xlsx_of(ROWS + FAR), "清单.xlsx", "MiB of memory"),
    "two cells far apart in an old workbook": (
        lambda: cfb("Workbook", xls_stream([(0, 0, TITLE), (65535, 65535, "远")])),
        "清单.xls",
        "MiB of memory",
    ),
    "ten thousand columns of a sheet": (
        lambda: xlsx_of(ROWS + xlsx_row(4, ["x"] * 10_000)),
        "清单.xlsx",
        f"{MOST_COLUMNS} columns",
    ),
    "ten thousand columns of CSV": (
        lambda: csv_in("utf-8")(TABLE) + b"x," * 10_000 + b"x",
        "清单.csv",
        f"{MOST_COLUMNS} columns",
    ),
    "ten thousand columns of Word": (
        lambda: docx_of("<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 10_000 + "</w:tr></w:tbl>"),
        "清单.docx",
        f"{MOST_COLUMNS} columns",
    ),
    "a hundred thousand rows of a sheet": (
        lambda: xlsx_of(ROWS + "".join(xlsx_row(i, ["", "做"]) for i in range(4, 100_000))),
        "清单.xlsx",
        "rows",
    ),
    "a hundred thousand rows of CSV": (
        lambda: csv_in("utf-8")(TABLE) + ",做,局,\n".encode() * 100_000,
        "清单.csv",
        "rows",
    ),
    "cells that hold more than they should": (
        lambda: xlsx_of(ROWS + "".join(xlsx_row(i, ["", "做" * 30_000]) for i in range(4, 600))),
        "清单.xlsx",
        "characters in all cells",
    ),
    "merged cells one over the other": (
        lambda: xlsx_of(
            ROWS + "".join(xlsx_row(i, ["", "做"]) for i in range(4, 1_000)),
            after="<mergeCells>" + '<mergeCell ref="B3:AN1000"/>' * 100_000 + "</mergeCells>",
        ),
        "清单.xlsx",
        "cut off or damaged",
    ),
    "an entity of a Word document": (lambda: _entity("SYSTEM"), "清单.docx", "cut off or damaged"),
    "entities within entities": (lambda: _entity("many"), "清单.docx", "cut off or damaged"),
    "a Word document of tags": (lambda: docx_of("<w:p/>" * MOST_MARKUP), "清单.docx", "tags and attributes"),
    "a Word document nested deep": (
        lambda: docx_of("<w:p>" * 5_000 + "</w:p>" * 5_000),
        "清单.docx",
        "cut off or damaged",
    ),
    "a page of tags": (lambda: html_page(TABLE) + b"<b>" * MOST_MARKUP, "清单.html", "tags and attributes"),
    "a text too long": (lambda: b"a" * (LARGEST_TEXT + 1), "清单.txt", "a text of at most"),
    "a text of line ends": (lambda: b"\n" * LARGEST_TEXT, "清单.txt", "lines or cells"),
    "a text of tabs": (lambda: b"a" + b"\t" * (LARGEST_TEXT - 2) + b"a", "清单.csv", "lines or cells"),
    "a file too large": (lambda: bytes(LARGEST_FILE + 1), "清单.xlsx", "larger than"),
    "a quotation mark never closed": (lambda: csv_in("utf-8")(TABLE) + b'"x,' * 3, "清单.csv", "quotation marks"),
    "CSV with NUL": (lambda: csv_in("utf-8")(TABLE) + b"\x00", "清单.csv", "NUL"),
    "a document of Word 97": (lambda: cfb("WordDocument", b""), "清单.doc", "(.doc, .wps)"),
    "a PDF cut off": (lambda: b"%PDF-1.7\n", "清单.xlsx", ""),
    "a scan": (lambda: pdf_of([b"q 500 0 0 500 0 0 cm /Im1 Do Q"]), "清单.pdf", "a scan"),
    "a PDF without lines": (
        lambda: pdf_of([b"BT /F1 10 Tf 9 9 Td <5DE54F5C> Tj ET"]),
        "清单.pdf",
        "a table with lines",
    ),
    "a PDF of very many pages": (lambda: pdf_of([b""] * (MOST_PAGES + 1)), "清单.pdf", f"at most {MOST_PAGES} pages"),
    "a PDF whose pages are each other": (
        lambda: pdf_of([b""]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        "清单.pdf",
        "",
    ),
    "a PDF that unpacks to gigabytes": (lambda: pdf_of([_bomb()], packed=True), "清单.pdf", ""),
    "an OpenDocument text": (lambda: open_document("text"), "清单.odt", "DUBAN_SOFFICE"),
    "an OpenDocument spreadsheet with a password": (
        lambda: open_document("spreadsheet", {"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        "清单.ods",
        "without a password",
    ),
    "a bomb in an OpenDocument": (
        lambda: open_document("text", {"content.xml": bytes(MOST_UNPACKED + 1)}),
        "清单.odt",
        "unpacks to at most",
    ),
    "OFD": (lambda: packed({"OFD.xml": "<ofd:OFD/>"}), "清单.ofd", "an OFD document"),
    "RTF": (lambda: b"{\\rtf1}", "清单.doc", "RTF"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n", "清单.docx", "a picture"),
    "a page in a single file": (lambda: b"MIME-Version: 1.0\r\n", "清单.xls", "MHT"),
    "an XML spreadsheet": (
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "清单.xls",
        "XML spreadsheet",
    ),
}

HARMLESS: dict[str, tuple[Made, str]] = {
    "a million blank rows of a sheet": (lambda: xlsx_of(ROWS + "<row/>" * MANY), "清单.xlsx"),
    "a million styled blank cells of a sheet": (
        lambda: xlsx_of(ROWS + f"<row>{'<c/>' * 16_000}</row>" * 60),
        "清单.xlsx",
    ),
    "a million blank rows of CSV": (lambda: csv_in("utf-8")(TABLE) + b",,,\n" * MANY, "清单.csv"),
    "ten thousand blank columns of CSV": (lambda: csv_in("utf-8")(TABLE) + b"," * 10_000, "清单.csv"),
    "cells merged over the whole sheet": (
        lambda: xlsx_of(ROWS, after='<mergeCells><mergeCell ref="E1:XFD1048576"/></mergeCells>'),
        "清单.xlsx",
    ),
    "very many merged cells": (
        lambda: xlsx_of(ROWS, after="<mergeCells>" + '<mergeCell ref="Z9:AA1048576"/>' * 100_000 + "</mergeCells>"),
        "清单.xlsx",
    ),
    "macros": (lambda: with_entries(xlsx(TABLE), {"xl/vbaProject.bin": b"Sub AutoOpen()"}), "清单.xlsm"),
    "a page with scripts": (
        lambda: html_page(TABLE).replace(b"<body>", b"<body><script>alert('<table>')</script>"),
        "清单.html",
    ),
    "a page with an entity": (
        lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + html_page(TABLE),
        "a.html",
    ),
    "a name with folders": (lambda: xlsx(TABLE), "../../etc/passwd/清单.xlsx"),
    "a name that is none": (lambda: docx(TABLE), ""),
}
