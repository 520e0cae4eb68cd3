"""The contents of a register's tables that are in no task: each column, table and text once."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from app.registers.files.reading import LeftOut, LeftOutKind
from app.registers.files.table_rows import Table, TableCell

_FEWEST = 2  # rows of as many cells, or a table only lays out lines


@dataclass(slots=True)
class LeftOutCells:
    """Columns by their heads, and texts by themselves."""

    texts: list[str] = field(default_factory=list)
    _columns: dict[str, tuple[dict[str, None], dict[int, None]]] = field(default_factory=dict)

    def add_text(self, text: str) -> None:
        self.texts.append(text)

    def add_cell(self, head: str, cell: TableCell, row: int) -> None:
        """`row`: number of the row beside which it stands; 0 if that is not a task."""
        texts, rows = self._columns.setdefault(head or cell.text, ({}, {}))
        texts[cell.text] = None
        if row:
            rows[row] = None

    def read(self) -> Iterator[LeftOut]:
        for head, (texts, rows) in self._columns.items():
            yield LeftOut(LeftOutKind.COLUMN, head, tuple(texts), tuple(rows))
        for text in dict.fromkeys(self.texts):
            yield LeftOut(LeftOutKind.TEXT, text, (text,))


def is_tabular(table: Table) -> bool:
    """Whether a table without a register's heads has rows of several cells: another only lays out lines."""
    return sum(len(row.distinct) >= _FEWEST for row in table.rows) >= _FEWEST


def left_out_tables(tables: Iterable[Table], read: Container[str]) -> Iterator[LeftOut]:
    """The tables without a register's heads. `read`: the lines that were read all the same, such as the title."""
    for table in (one for one in tables if one.name or is_tabular(one)):
        cells = (cell.text for row in table.rows for cell in row.distinct)
        texts = tuple(dict.fromkeys(text for text in cells if any(line not in read for line in text.split("\n"))))
        if texts:
            yield LeftOut(LeftOutKind.TABLE, table.name or texts[0], texts)


def without(lines: Iterable[str], tables: Iterable[LeftOut]) -> list[str]:
    """The lines that stand in none of the tables left out."""
    inside = {line for one in tables for text in one.texts for line in text.split("\n")}
    return [line for line in lines if line not in inside]
