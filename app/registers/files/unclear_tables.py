"""The reader of tables without readable heads, after the office has named their columns."""

from collections.abc import Sequence
from dataclasses import replace

from app.languages.messages import say
from app.registers.files.found_tables import FoundDocument, FoundTable
from app.registers.files.left_out import is_tabular, left_out_tables
from app.registers.files.limits import MOST_FOUND, MOST_ROWS
from app.registers.files.page_head import read_head
from app.registers.files.paragraph_reader import read_paragraphs
from app.registers.files.reading import RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns
from app.registers.files.table_reader import lines_of_table, read_tables, register_tables, with_lines
from app.registers.files.table_rows import Heads, Table, TableCell, TableDocument, TableRow

Parts = Sequence[str | Table]


def with_columns(parts: Parts, columns: Columns) -> list[str | Table]:
    """The parts, the columns named of the table that is the register's, or most likely is, and of those with the same
    heads. Raises `UnreadablePage`: there is none, or it has fewer columns."""
    table = _likeliest(parts)
    if table is None:
        raise UnreadablePage(expected=say("a table, since columns are named"), found=say("none"))
    at, height = _heads_of(table)
    words = _words(table, at, height)
    most = 1 + max(place for places in columns.values() for place in places)
    if most > max(len(row.cells) for row in table.rows):
        expected = say("a table of {count} columns, as they are named", count=most)
        raise UnreadablePage(expected=expected, found=say("one of fewer"))
    return [_named(part, columns, words) if isinstance(part, Table) else part for part in parts]


def _named(table: Table, columns: Columns, words: Sequence[str]) -> Table:
    at, height = _heads_of(table)
    same = len(table.rows) > at and _words(table, at, height) == words
    return replace(table, named=Heads(columns, words, height), named_at=at) if same else table


def read_parts(document: TableDocument, refused: UnreadablePage) -> RegisterReading:
    """Read a document of lines and tables: those with a register's heads are the register, the others are lines, and
    left out, unless a site lays out its page by them. Raises `refused` as `read_without_heads`."""
    tables = [part for part in document.parts if isinstance(part, Table)]
    found = register_tables(tables)
    if not found:
        return read_without_heads(document, refused)
    parts = with_lines(document.parts, found)
    others = [] if document.on_site else [table for table in tables if table not in found]
    return read_tables(replace(document, parts=parts, others=others))


def read_without_heads(document: TableDocument, refused: UnreadablePage) -> RegisterReading:
    """Read a document of which no table has a register's heads: the paragraphs between its tables; else one table, of
    which it is then asked which column is which; else the lines of all.

    Raises `refused`, where there is none of them.
    """
    outside = [part for part in document.parts if isinstance(part, str)]
    tables = [part for part in document.parts if isinstance(part, Table)]
    about = (document.name, document.notes)
    if reading := read_paragraphs([*document.declared, *outside], *about, on_site=document.on_site):
        return replace(reading, left_out=tuple(left_out_tables([*tables, *document.others], set())))
    if reading := _with_questions(document):
        return reading
    lines = [line for part in document.parts for line in ([part] if isinstance(part, str) else lines_of_table(part))]
    if reading := read_paragraphs([*document.declared, *lines], *about, on_site=document.on_site):
        return replace(reading, left_out=(*reading.left_out, *left_out_tables(document.others, set())))
    raise refused


def read_found(found: FoundDocument, columns: Columns) -> RegisterReading:
    """Read the stored tables, now that their columns are named. Raises `UnreadablePage`."""
    parts = with_columns([part if isinstance(part, str) else _table(part) for part in found.parts], columns)
    notes = [say("{note}", note=note) for note in found.notes]
    document = TableDocument(parts, found.declared, notes, found.name, on_site=found.on_site)
    return replace(read_tables(document), found=found)


def _with_questions(document: TableDocument) -> RegisterReading | None:
    """What can be read before the columns are named: the title. `found` has the rest."""
    table = _likeliest(document.parts)
    if table is None:
        return None
    words = _words(table, *_heads_of(table))
    parts: list[str | FoundTable] = []
    for part in document.parts:
        if isinstance(part, str):
            parts.append(part)
        elif _words(part, *_heads_of(part)) == words:
            parts.append(_found(part))
        else:
            parts += lines_of_table(part)
    parts += [line for table in document.others for line in lines_of_table(table)]
    _within_limits(parts)
    above = lines_of_table(replace(table, rows=table.rows[: _heads_of(table)[0]]))
    outside = [part for part in document.parts if isinstance(part, str)]
    head = read_head([*outside, *above, *document.declared], document.name)
    notes = tuple(map(str, document.notes))
    found = FoundDocument(tuple(parts), tuple(document.declared), notes, document.name, document.on_site)
    return RegisterReading(head.title, head.year, head.published_on, (), notes=tuple(document.notes), found=found)


def _likeliest(parts: Parts) -> Table | None:
    """The table with a register's heads; without one, that which has the most text."""
    tables = [part for part in parts if isinstance(part, Table)]
    if registers := register_tables(tables):
        return registers[0]
    some = [table for table in tables if is_tabular(table)]
    return max(some, key=lambda table: sum(len(cell.text) for row in table.rows for cell in row.distinct), default=None)


def _heads_of(table: Table) -> tuple[int, int]:
    """The row of a table's heads, and how many rows they take: the first row that is not a title over the others."""
    for at in range(len(table.rows)):
        if heads := table.heads_at(at):
            return at, heads.height
    most = max((len(row.distinct) for row in table.rows), default=0)
    at = next((at for at, row in enumerate(table.rows) if 2 * len(row.distinct) >= most > 1), len(table.rows))
    return at, 1


def _words(table: Table, at: int, height: int) -> list[str]:
    rows = table.rows[at : at + height]
    return rows[-1].texts if rows else []


def _found(table: Table) -> FoundTable:
    numbers: dict[TableCell, int] = {}
    rows = tuple(
        tuple(None if cell is None else numbers.setdefault(cell, len(numbers)) for cell in row.cells)
        for row in table.rows
    )
    texts, lines = tuple(cell.text for cell in numbers), tuple(row.line for row in table.rows)
    covered = tuple(table.covered)
    return FoundTable(texts, rows, lines, _heads_of(table)[0], table.name, table.keeps_merging, covered)


def _table(found: FoundTable) -> Table:
    cells = [TableCell(text) for text in found.texts]
    rows = [
        TableRow(tuple(None if place is None else cells[place] for place in row), line)
        for row, line in zip(found.rows, found.lines, strict=True)
    ]
    return Table(rows, found.name, found.keeps_merging, found.covered)


def _within_limits(parts: Sequence[str | FoundTable]) -> None:
    tables = [part for part in parts if isinstance(part, FoundTable)]
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise beyond(say("at most {most} rows in the register's table", most=MOST_ROWS))
    lines = sum(len(part) for part in parts if isinstance(part, str))
    if lines + sum(len(text) for table in tables for text in table.texts) > MOST_FOUND:
        raise beyond(say("at most {most} characters in a file whose columns are asked for", most=f"{MOST_FOUND:,}"))
