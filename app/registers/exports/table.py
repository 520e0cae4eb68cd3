"""The table that every writer of a register gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row of one cell, as wide as the table: the title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class OutTable:
    """Heads, and rows that are read once, while they are written. The same table makes the same bytes: a file bears the
    table's day and no time of the clock.

    `widths`: of the columns, in characters of the body text, two to a Chinese one.
    """

    title: str
    note: str  # the line below the title: which names the day
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Iterator[MergedRow | tuple[Cell, ...]]
    day: date


def shown(cell: Cell) -> str:
    """A cell as text; days as 2026-12-31."""
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
