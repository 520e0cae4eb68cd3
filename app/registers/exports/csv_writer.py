import csv
import io
from typing import BinaryIO

from app.registers.exports.table import FORMULA_SIGNS, MergedRow, OutTable, shown


def write_csv(table: OutTable, file: BinaryIO) -> None:
    """CSV in UTF-8 with the mark by which Excel and WPS know it. What a spreadsheet would take for a formula follows
    an apostrophe (OWASP, CSV injection)."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    blanks = [""] * (len(table.heads) - 1)
    lines.writerows([[plain(table.title), *blanks], [plain(table.note), *blanks], table.heads])
    for row in table.rows:
        lines.writerow([plain(row.text), *blanks] if isinstance(row, MergedRow) else [plain(shown(one)) for one in row])
    text.detach()


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
