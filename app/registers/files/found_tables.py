"""The tables of a file, stored until somebody has named their columns."""

from dataclasses import dataclass
from typing import Any

_ROWS_SHOWN, _LONGEST_SHOWN = 3, 200


@dataclass(frozen=True, slots=True)
class FoundTable:
    """`texts`: of its cells, each cell once. `rows`: the number of the cell at each place, None where there is none; a
    merged cell stands in all its places. `lines`: where each row stands in the file. `heads_at`: the row of heads."""

    texts: tuple[str, ...]
    rows: tuple[tuple[int | None, ...], ...]
    lines: tuple[int, ...]
    heads_at: int
    name: str
    keeps_merging: bool
    covered: tuple[str, ...]

    def shown(self, row: int) -> list[str]:
        """The texts of a row, by column, cut off where they are long."""
        return ["" if cell is None else self.texts[cell][:_LONGEST_SHOWN] for cell in self.rows[row]]


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with such tables, all with the same heads. See `TableDocument`."""

    parts: tuple[str | FoundTable, ...]
    declared: tuple[str, ...]
    notes: tuple[str, ...]
    name: str
    on_site: bool

    @property
    def table(self) -> FoundTable:
        """The first of the tables: they are asked about together."""
        return next(part for part in self.parts if isinstance(part, FoundTable))

    @property
    def width(self) -> int:
        return max(len(row) for part in self.parts if isinstance(part, FoundTable) for row in part.rows)

    @property
    def heads(self) -> list[str]:
        return self.table.shown(self.table.heads_at)

    @property
    def first_rows(self) -> list[list[str]]:
        """The first rows below the heads."""
        table = self.table
        below = range(table.heads_at + 1, min(table.heads_at + 1 + _ROWS_SHOWN, len(table.rows)))
        return [table.shown(row) for row in below]


def found_document(content: dict[str, Any]) -> FoundDocument:
    """The document that was stored as JSON."""
    parts = (part if isinstance(part, str) else _table(part) for part in content["parts"])
    lists = {name: tuple(content[name]) for name in ("declared", "notes")}
    return FoundDocument(parts=tuple(parts), name=content["name"], on_site=content["on_site"], **lists)


def _table(content: dict[str, Any]) -> FoundTable:
    rows = tuple(tuple(row) for row in content["rows"])
    lists = {name: tuple(content[name]) for name in ("texts", "lines", "covered")}
    return FoundTable(**{**content, **lists, "rows": rows})
