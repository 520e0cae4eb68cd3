"""The formats of an export, and the file in which it is written before it is sent."""

import os
import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import BinaryIO

from app.registers.exports.csv_writer import write_csv
from app.registers.exports.html_writer import write_html
from app.registers.exports.json_writer import write_json
from app.registers.exports.table import OutTable

_IN_MEMORY = 1024 * 1024  # a larger file waits on disk until it is sent
_AT_ONCE = 64 * 1024


class FileFormat(StrEnum):
    XLSX = "xlsx"
    DOCX = "docx"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


def _write_docx(table: OutTable, file: BinaryIO) -> None:
    from app.registers.exports.docx_writer import write_docx

    write_docx(table, file)


def _write_xlsx(table: OutTable, file: BinaryIO) -> None:
    from app.registers.exports.xlsx_writer import write_xlsx

    write_xlsx(table, file)


WRITERS: dict[FileFormat, Callable[[OutTable, BinaryIO], None]] = {
    FileFormat.XLSX: _write_xlsx,
    FileFormat.DOCX: _write_docx,
    FileFormat.HTML: write_html,
    FileFormat.CSV: write_csv,
    FileFormat.JSON: write_json,
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    FileFormat.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileFormat.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
}


def written(table: OutTable, form: FileFormat) -> BinaryIO:
    """The whole file, at its beginning. It is written before the first byte is sent, while its rows are of one moment:
    what cannot be written is still an error and no half of a file.

    Raises:
        TooManyRows.
    """
    file: BinaryIO = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115
    try:
        WRITERS[form](table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def size_of(file: BinaryIO) -> int:
    """Bytes of a file that stands at its beginning, where it stays."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, some at a time; it is closed at the end."""
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece
