"""The writer of a register as CSV."""

import csv
import io
from typing import BinaryIO

from app.registers.exports.table import MergedRow, OutTable, shown
from app.registers.files.formulas import guarded


def write_csv(table: OutTable, file: BinaryIO) -> None:
    """CSV in UTF-8 with the mark by which Excel and WPS recognise it. A text that looks like a formula follows
    an apostrophe."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    blanks = [""] * (len(table.heads) - 1)
    lines.writerows([[guarded(table.title), *blanks], [guarded(table.note), *blanks], table.heads])
    for row in table.rows:
        lines.writerow(
            [guarded(row.text), *blanks] if isinstance(row, MergedRow) else [guarded(shown(one)) for one in row]
        )
    text.detach()
