"""The detection of a file's format from its bytes: names are often wrong."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal

from app.languages.messages import Message, say
from app.registers.files.packed import PackedFile, damaged, locked
from app.registers.files.reading import UnreadablePage

FileForm = Literal["xlsx", "xls", "docx", "doc", "rtf", "odt", "ods", "pdf", "html", "csv", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_DIRECTORY_ENTRY = 128  # bytes; each begins with the name of a stream, in UTF-16 ([MS-CFB] 2.6.1)
_HTML = re.compile(r"<(?:!doctype\s+html|html|table)\b", re.IGNORECASE)
_NAMED: Mapping[str, frozenset[FileForm]] = {
    "xlsx": frozenset(["xlsx"]),
    "xlsm": frozenset(["xlsx"]),
    "xls": frozenset(["xls"]),
    "et": frozenset(["xls", "xlsx"]),  # WPS names its own so
    "ods": frozenset(["ods"]),
    "docx": frozenset(["docx"]),
    "doc": frozenset(["doc"]),
    "wps": frozenset(["doc", "docx"]),
    "pdf": frozenset(["pdf"]),
    "odt": frozenset(["odt"]),
    "rtf": frozenset(["rtf"]),
    "htm": frozenset(["html"]),
    "html": frozenset(["html"]),
    "csv": frozenset(["csv"]),
    "tsv": frozenset(["csv"]),
    "txt": frozenset(["csv", "text", "html"]),
}
_OPEN_DOCUMENTS: Mapping[bytes, FileForm] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_OTHERS = (
    (b"\x89PNG", say("a picture")),
    (b"\xff\xd8\xff", say("a picture")),
    (b"Rar!", say("a packed file")),
    (b"7z\xbc\xaf", say("a packed file")),
    (b"MIME-Version:", say("a page in a single file (MHT)")),
)


def suffix_of(filename: str) -> str:
    """The format in a file's name: "xlsx"; "" if there is none."""
    return PurePosixPath(_last(filename)).suffix.lower().lstrip(".")


def stem_of(filename: str) -> str:
    """A name without folders and suffix: often it is the register's title."""
    return PurePosixPath(_last(filename)).stem.strip()


def office_form(data: bytes) -> tuple[FileForm, PackedFile | None] | None:
    """The office format of a file, with its packed files, or None if it is text.

    Raises `UnreadablePage`: it is one that is not read, or locked by a password, or damaged.
    """
    if data.startswith(_ZIPS):
        packed = PackedFile(data)
        return _packed_form(packed), packed
    if data.startswith(_OLE):
        if _has_stream(data, "EncryptedPackage"):
            raise locked()
        if _has_stream(data, "WordDocument"):
            return "doc", None
        if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
            return "xls", None
        raise damaged()
    if data.startswith(b"{\\rtf"):
        return "rtf", None
    if data.startswith(b"%PDF-"):
        return "pdf", None
    for beginning, name in _OTHERS:
        if data.startswith(beginning):
            raise not_read(name)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:2000] and data.lstrip()[:5] == b"<?xml":
        raise not_read(say("an XML spreadsheet of 2003"))
    return None


def is_html(text: str) -> bool:
    return bool(_HTML.search(text))


def misnamed(filename: str, form: FileForm) -> list[Message]:
    """A note if the name gives another format than the file's."""
    suffix = suffix_of(filename)
    if suffix not in _NAMED or form in _NAMED[suffix]:
        return []
    return [say("the file is named .{suffix}, but it is {form}; it was read as that", suffix=suffix, form=form)]


def not_read(found: Message) -> UnreadablePage:
    return UnreadablePage(
        expected=say("a file in .xlsx, .xls, .docx, .pdf, .html, .csv or text; save it as one"), found=found
    )


def _packed_form(packed: PackedFile) -> FileForm:
    if "xl/workbook.xml" in packed:
        return "xlsx"
    if any(name.startswith("word/") for name in packed.names):
        return "docx"
    if "OFD.xml" in packed:
        raise not_read(say("an OFD document"))
    if "mimetype" in packed and (form := _OPEN_DOCUMENTS.get(packed.read("mimetype").strip())):
        if "META-INF/manifest.xml" in packed and b"encryption-data" in packed.read("META-INF/manifest.xml"):
            raise locked()
        return form
    raise not_read(say("a packed file of another kind"))


def _has_stream(data: bytes, name: str) -> bool:
    wanted = name.encode("utf-16-le") + b"\x00\x00"
    at = data.find(wanted)
    while at >= 0 and at % _DIRECTORY_ENTRY:
        at = data.find(wanted, at + 1)
    return at >= 0


def _last(filename: str) -> str:
    return filename.replace("\\", "/").rpartition("/")[2]
