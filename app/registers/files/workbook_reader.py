"""The reader of registers in a workbook (.xlsx, .xls): its visible sheets, as last calculated."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import is_zipfile

from app.languages.messages import Message, listed, say
from app.registers.files import workbook_process
from app.registers.files.bounded import OutOfBoundsError, run_bounded
from app.registers.files.failed_cells import require_no_failed_records
from app.registers.files.hidden_parts import hidden_notes, leave_out_hidden
from app.registers.files.limits import (
    LARGEST_TEXT,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SECONDS,
    MOST_TABLE_ROWS,
    MOST_WORKBOOK_MEMORY,
)
from app.registers.files.number_formats import shown
from app.registers.files.packed import damaged, locked
from app.registers.files.page_head import may_be_title, split_title
from app.registers.files.reading import RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns
from app.registers.files.table_reader import read_tables, register_tables
from app.registers.files.table_rows import Table, TableCell, TableDocument, TableRow, clean, lines_above
from app.registers.files.unclear_tables import read_without_heads, with_columns

_NAMES_NOTHING = re.compile(r"(?:sheet|工作表|表格?)\s*\d*", re.IGNORECASE)


def read_workbook(
    data: bytes, name: str = "", notes: Sequence[Message] = (), columns: Columns | None = None
) -> list[RegisterReading]:
    """Read a workbook: one register, or one for each title where its sheets have titles of their own.

    Sheets that are hidden or have no register, and rows and columns hidden by hand, are left out and named in the
    notes; rows that a filter or an outline hides are read. Formulas are read as their stored values; nothing is
    calculated, and no macro runs. Raises `UnreadablePage`, its line the sheet's row.
    """
    if not is_zipfile(BytesIO(data)):
        require_no_failed_records(data)
    sheets = _sheets(data)
    shown = [sheet for sheet in sheets if not sheet["is_hidden"]]
    both = [_tables(sheet) for sheet in shown]
    tables, hidden = [table for table, _ in both], [part for _, part in both]
    hidden += [table for sheet in sheets if sheet["is_hidden"] for table in _tables(sheet)]
    hidden = [table for table in hidden if table.rows]
    if columns:
        tables = [table for table in with_columns(tables, columns) if isinstance(table, Table)]
    found = register_tables(tables)
    if not found:
        refused = UnreadablePage(
            expected=say("a sheet with the column heads 工作内容, 工作要求, 责任单位, 完成情况"),
            found=say("{count} sheets without them", count=len(tables)),
        )
        parts = _with_names([table for table in tables if table.rows])
        document = TableDocument(parts, notes=[*notes, *_left_out(sheets, ())], name=name, others=hidden)
        return [read_without_heads(document, refused)]
    others = [table for table in tables if table.rows and table not in found]
    left_out = [*notes, *_left_out(sheets, others)]
    left_out += [
        note for sheet, table in zip(shown, tables, strict=True) if table in found for note in hidden_notes(sheet)
    ]
    registers = _by_title(found)
    return [
        read_tables(
            TableDocument(
                _with_names(tables),
                notes=() if number else left_out,
                name=name,
                others=() if number else [*others, *hidden],
            )
        )
        for number, tables in enumerate(registers)
    ]


def _sheets(data: bytes) -> list[dict[str, Any]]:
    """The output of the parser's process; its failure does not end this process."""
    command = [workbook_process.__file__, *map(str, (MOST_TABLE_ROWS, MOST_COLUMNS, LARGEST_TEXT))]
    try:
        answer: Mapping[str, Any] = json.loads(
            run_bounded(command, data, memory=MOST_WORKBOOK_MEMORY, seconds=MOST_SECONDS)
        )
    except OutOfBoundsError as costly:
        raise _too_costly() from costly
    if refusal := answer.get("refusal"):
        raise _refused(refusal)
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def _refused(refusal: str) -> UnreadablePage:
    match refusal:
        case "locked":
            return locked()
        case "rows":
            limit = say("at most {most} rows in the register's table", most=MOST_ROWS)
        case "columns":
            limit = say("at most {most} columns", most=MOST_COLUMNS)
        case "characters":
            limit = say("at most {most} characters in all cells", most=LARGEST_TEXT)
        case _:
            return damaged()
    return beyond(limit)


def _too_costly() -> UnreadablePage:
    return UnreadablePage(
        expected=say("a workbook that can be read within {most} MiB of memory", most=MOST_WORKBOOK_MEMORY // 1024**2),
        found=say("one that needs more, or is damaged; copy the register alone to a new workbook and try again"),
    )


def _tables(sheet: Mapping[str, Any]) -> tuple[Table, Table]:
    """A sheet's rows with text, merged cells in every place they cover; and what somebody hid of it by hand."""
    rows: dict[int, dict[int, TableCell]] = {}
    formatted = {(row, column): (value, code) for row, column, code, value in sheet["formatted"]}
    for row, column, text in sheet["cells"]:
        as_shown = (row, column) in formatted and _as_shown(*formatted[row, column], since_1904=sheet["since_1904"])
        if cleaned := clean(as_shown or text):
            rows.setdefault(row, {})[column] = TableCell(cleaned)
    covered_texts: list[str] = []
    for covered, left, right in sheet["merges"]:
        places = [(row, column) for row in covered if row in rows for column in range(left, right + 1)]
        if cell := rows.get(covered[0], {}).get(left):
            under = (rows[row].get(column) for row, column in places)
            covered_texts += [one.text for one in under if one is not None and one.text != cell.text]
            for row, column in places:
                rows[row][column] = cell
    by_hand = leave_out_hidden(sheet, rows)
    width = max((max(cells) + 1 for cells in rows.values()), default=0)
    name = sheet["name"].strip()
    shown = [TableRow(tuple(map(rows[row].get, range(width))), row + 1) for row in sorted(rows)]
    hidden = [TableRow(tuple(cells), row + 1) for row, cells in by_hand.items() if cells]
    return Table(shown, name=name, covered=covered_texts), Table(hidden, name=name)


def _as_shown(value: float | str, code: str, *, since_1904: bool) -> str | None:
    return shown(datetime.fromisoformat(value) if isinstance(value, str) else value, code, since_1904=since_1904)


def _left_out(sheets: Iterable[Mapping[str, Any]], others: Sequence[Table]) -> Iterable[Message]:
    if hidden := [sheet["name"] for sheet in sheets if sheet["is_hidden"]]:
        yield say("hidden sheets were left out: {names}", names=listed(hidden))
    if others:
        yield say(
            "sheets without a register's column heads were left out: {names}",
            names=listed(table.name for table in others),
        )


def _by_title(tables: Sequence[Table]) -> list[list[Table]]:
    """The sheets in groups: each title of its own begins a register, a sheet without one goes on with the last."""
    groups: list[list[Table]] = []
    current: str | None = None
    for table in tables:
        title = next((split_title(line)[0] for line in lines_above(table) if may_be_title(line)), None)
        if not groups or (title is not None and current is not None and title != current):
            groups.append([])
        current = title or current
        groups[-1].append(table)
    return groups


def _with_names(tables: Sequence[Table]) -> list[Table]:
    """Names of sheets are read as titles only where there are several, and they name something."""
    names = len(tables) > 1 and not any(_NAMES_NOTHING.fullmatch(table.name) for table in tables)
    return [table if names else replace(table, name="") for table in tables]
