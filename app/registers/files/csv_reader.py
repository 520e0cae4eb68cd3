"""The reader of a register in comma- or tab-separated text, as office programs save a sheet."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import StringIO
from itertools import islice

from app.languages.messages import Message, say
from app.registers.files.formulas import unguarded
from app.registers.files.limits import MOST_COLUMNS, MOST_TABLE_ROWS
from app.registers.files.reading import RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns
from app.registers.files.table_reader import read_tables, register_tables
from app.registers.files.table_rows import Table, TableCell, TableDocument, TableRow, clean
from app.registers.files.unclear_tables import read_without_heads, with_columns

_DELIMITERS = ("\t", ",", ";", "，")
_ROWS_LOOKED_AT = 100
_CHARACTERS_LOOKED_AT = 100_000


def delimiter_of(text: str) -> str | None:
    """The delimiter of a register's column heads in one of the first rows, or None."""
    return next((one for one in _DELIMITERS if register_tables([_beginning(text, one)])), None)


def likely_delimiter(text: str) -> str | None:
    """The delimiter that splits most of the first lines into the same number of cells, or None."""
    for delimiter in _DELIMITERS:
        widths = [len(row.cells) for row in _beginning(text, delimiter).rows]
        most = max(widths, default=0)
        if most > 1 and 3 * sum(width == most for width in widths) >= 2 * len(widths) and widths.count(most) > 1:
            return delimiter
    return None


def _beginning(text: str, delimiter: str) -> Table:
    rows: list[TableRow] = []
    with suppress(UnreadablePage):  # the error is raised when the table is read with this delimiter
        rows.extend(islice(_rows(text[:_CHARACTERS_LOOKED_AT], delimiter, strict=False), _ROWS_LOOKED_AT))
    return Table(rows)


def read_csv(
    text: str, delimiter: str, name: str = "", notes: Sequence[Message] = (), columns: Columns | None = None
) -> RegisterReading:
    """Read a table in text. Merging is lost in it: a row without requirement belongs to the one above.

    Raises `UnreadablePage`, its line that of the text.
    """
    parts: list[str | Table] = [Table(list(_rows(text, delimiter)), keeps_merging=False)]
    if columns:
        parts = with_columns(parts, columns)
    document = TableDocument(parts, notes=notes, name=name)
    if register_tables(part for part in parts if isinstance(part, Table)):
        return read_tables(document)
    refused = UnreadablePage(
        expected=say("a line with the column heads 工作内容, 工作要求, 责任单位, 完成情况"), found=say("none")
    )
    return read_without_heads(document, refused)


def _rows(text: str, delimiter: str, *, strict: bool = True) -> Iterator[TableRow]:
    reader = csv.reader(StringIO(text, newline=None), delimiter=delimiter, strict=strict)
    count = 0
    begins = 1
    try:
        for fields in reader:
            if not "".join(fields).strip():
                begins = reader.line_num + 1
                continue
            cells = [TableCell(cleaned) if (cleaned := clean(unguarded(field))) else None for field in fields]
            if any(cells[MOST_COLUMNS:]):
                raise beyond(say("at most {most} columns", most=MOST_COLUMNS), begins)
            if any(cells):
                count += 1
                yield TableRow(tuple(cells[:MOST_COLUMNS]), begins)
            if count > MOST_TABLE_ROWS:
                raise beyond(say("at most {most} rows in all tables", most=MOST_TABLE_ROWS))
            begins = reader.line_num + 1
    except csv.Error as broken:
        raise UnreadablePage(
            expected=say("lines of CSV"),
            found=say("one that is not CSV ({reason}); check its quotation marks", reason=broken),
            line=begins,
        ) from broken
