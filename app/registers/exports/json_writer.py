"""The writer of a register as JSON."""

import json
from typing import BinaryIO

from app.registers.exports.table import MergedRow, OutTable, shown


def write_json(table: OutTable, file: BinaryIO) -> None:
    """One object: title, note, heads, and rows; the row of a section is an object with its title."""
    start = json.dumps({"title": table.title, "note": table.note, "heads": table.heads}, ensure_ascii=False)
    file.write(start[:-1].encode() + b', "rows": [')
    for number, row in enumerate(table.rows):
        content = (
            {"section": row.text}
            if isinstance(row, MergedRow)
            else [one if isinstance(one, int) else shown(one) for one in row]
        )
        file.write((b",\n" if number else b"\n") + json.dumps(content, ensure_ascii=False).encode())
    file.write(b"\n]}\n")
