"""Reads a workbook in a process of its own: two cells far apart are enough to make the parser ask for gigabytes.

Run as a program: the workbook on standard input, one JSON object on standard output, with `refusal` or `sheets`.
It imports nothing of Duban's, so that it starts within some 50 ms; the limits are its arguments.
"""

import json
import sys
from bisect import bisect_left, bisect_right
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

_MOST_SECONDS = 8


class _Beyond(Exception):
    """A limit is passed; the argument names it."""


def main(most_bytes: int, most_rows: int, most_columns: int, most_characters: int) -> None:
    _bound(most_bytes)
    try:
        answer: dict[str, Any] = {"sheets": _sheets(sys.stdin.buffer.read(), most_rows, most_columns, most_characters)}
    except _Beyond as limit:
        answer = {"refusal": str(limit)}
    except PasswordError:
        answer = {"refusal": "locked"}
    except CalamineError:
        answer = {"refusal": "damaged"}
    sys.stdout.write(json.dumps(answer))


def _bound(most_bytes: int) -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows has none; the time is bounded there too, by who started this
        return
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheets(data: bytes, most_rows: int, most_columns: int, left: int) -> list[dict[str, Any]]:
    workbook = load_workbook(BytesIO(data))
    sheets = []
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        visible = about.visible is SheetVisibleEnum.Visible
        cells, merges = _sheet(workbook, index, most_rows, most_columns) if visible else ([], [])
        left -= sum(len(text) for _, _, text in cells)
        most_rows -= len({row for row, _, _ in cells})
        if left < 0:
            raise _Beyond("characters")
        sheets.append({"name": about.name, "is_hidden": not visible, "cells": cells, "merges": merges})
    return sheets


def _sheet(
    workbook: CalamineWorkbook, index: int, most_rows: int, most_columns: int
) -> tuple[list[tuple[int, int, str]], list[Any]]:
    sheet = workbook.get_sheet_by_index(index)
    cells = _cells(sheet, most_rows, most_columns)
    rows = sorted({row for row, _, _ in cells})
    merges = []
    places = 0
    for (top, left), (bottom, end) in sheet.merged_cell_ranges or ():
        first, right = bisect_left(rows, top), min(end, most_columns - 1)
        covered = rows[first : bisect_right(rows, bottom)] if first < len(rows) and rows[first] == top else []
        if covered and left <= right:
            merges.append((covered, left, right))
            places += len(covered) * (right - left + 1)
        if places > len(rows) * most_columns:  # cells that are merged cannot overlap
            raise _Beyond("damaged")
    return cells, merges


def _cells(sheet: CalamineSheet, most_rows: int, most_columns: int) -> list[tuple[int, int, str]]:
    first = (sheet.start or (0, 0))[1]
    cells = []
    rows = 0
    for number, row in enumerate(sheet.iter_rows()):
        said = [(number, first + at, text) for at, value in enumerate(row) if (text := _text(value))]
        if said and said[-1][1] >= most_columns:
            raise _Beyond("columns")
        rows += bool(said)
        if rows > most_rows:
            raise _Beyond("rows")
        cells += said
    return cells


def _text(value: object) -> str:
    """A value as a sheet shows it, as far as the file says: whole numbers without a point, days as days."""
    match value:
        case str():
            return value if value and not value.isspace() else ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.hour == value.minute == value.second == 0:
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
