"""The hidden rows and columns of a sheet: left out if hidden by hand, and named in notes."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.languages.messages import Message, listed, say
from app.registers.files.table_rows import TableCell


def leave_out_hidden(sheet: Mapping[str, Any], rows: dict[int, dict[int, TableCell]]) -> dict[int, list[TableCell]]:
    """After merging, so that a merged cell whose first row is hidden still stands in the others.

    Returns:
        row → its cells that are hidden, and stand in no other row.
    """
    hidden = {row: [*cells.values()] for row in sheet["hidden_rows"] if (cells := rows.pop(row, None))}
    for row, cells in rows.items():
        some = [cells.pop(column) for column in sheet["hidden_columns"] if column in cells]
        if some:
            hidden[row] = some
    for row in [row for row, cells in rows.items() if not cells]:
        del rows[row]
    shown = {id(cell) for cells in rows.values() for cell in cells.values()}
    return {row: [cell for cell in hidden[row] if id(cell) not in shown] for row in sorted(hidden)}


def hidden_notes(sheet: Mapping[str, Any]) -> Iterable[Message]:
    """Notes on what of a sheet is hidden, where something stands in it."""
    name = sheet["name"]
    rows, columns = ({cell[at] for cell in sheet["cells"]} for at in (0, 1))
    if hidden := sorted(rows.intersection(sheet["hidden_rows"])):
        yield say(
            "{count} hidden rows of sheet {name} were left out, from row {first} on",
            count=len(hidden),
            name=name,
            first=hidden[0] + 1,
        )
    if hidden := sorted(columns.intersection(sheet["hidden_columns"])):
        letters = listed(map(_letters, hidden))
        yield say("hidden columns of sheet {name} were left out: {columns}", name=name, columns=letters)
    if folded := sorted(rows.intersection(sheet["folded_rows"])):
        yield say(
            "{count} rows of sheet {name} that a filter or an outline hides were read too, from row {first} on",
            count=len(folded),
            name=name,
            first=folded[0] + 1,
        )


def _letters(column: int) -> str:
    return ("" if column < 26 else chr(64 + column // 26)) + chr(65 + column % 26)
