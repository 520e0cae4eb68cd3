"""The parser of a workbook, run in a process of its own: two cells far apart can make it need gigabytes.

Run as a program, in bounds: the workbook on standard input, one JSON object on standard output, with `refusal` or
`sheets`. It imports nothing of Duban's, so that it starts within some 50 ms; the limits are its arguments.
"""

import json
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, is_zipfile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

_TRUE = ("1", "true")
_HAS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_MOST_HIDDEN_ROWS, _MOST_HIDDEN_TEXT, _MORE = 500, 20_000, "…"  # of a hidden sheet


class _Beyond(Exception):
    """A limit is passed; the argument names it."""


def main(most_rows: int, most_columns: int, most_characters: int) -> None:
    try:
        answer: dict[str, Any] = {"sheets": _sheets(sys.stdin.buffer.read(), most_rows, most_columns, most_characters)}
    except _Beyond as limit:
        answer = {"refusal": str(limit)}
    except PasswordError:
        answer = {"refusal": "locked"}
    except (CalamineError, BadZipFile, expat.ExpatError, ValueError, KeyError):
        answer = {"refusal": "damaged"}
    sys.stdout.write(json.dumps(answer))


def _sheets(data: bytes, most_rows: int, most_columns: int, left: int) -> list[dict[str, Any]]:
    workbook = load_workbook(BytesIO(data))
    visibility = _Visibility(data, most_columns)
    sheets = []
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        visible = about.visible is SheetVisibleEnum.Visible
        if visible:
            formats, errors = visibility.formats_and_errors(about.name)
            cells, merges, formatted = _sheet(workbook, index, most_rows, most_columns, formats, errors)
            left -= sum(len(text) for _, _, text in cells)
            most_rows -= len({row for row, _, _ in cells})
        else:
            cells, merges, formatted = _hidden_cells(workbook, index, most_columns), [], []
        if left < 0:
            raise _Beyond("characters")
        sheet = {"name": about.name, "is_hidden": not visible, "cells": cells, "merges": merges}
        sheet |= {"formatted": formatted, "since_1904": visibility.since_1904}
        sheets.append(sheet | visibility.of(about.name))
    return sheets


def _hidden_cells(workbook: CalamineWorkbook, index: int, most_columns: int) -> list[tuple[int, int, str]]:
    """The cells of a hidden sheet, for a question about them. A large one is data behind the register,
    and does not make the file unreadable."""
    try:
        cells, _ = _cells(workbook.get_sheet_by_index(index), _MOST_HIDDEN_ROWS, most_columns, {}, {})
    except _Beyond:
        return [(0, 0, _MORE)]
    return cells if sum(len(text) for _, _, text in cells) <= _MOST_HIDDEN_TEXT else [(0, 0, _MORE)]


# What a format's number means where the file does not say: of all, and of Chinese programs (ECMA-376, 18.8.30).
_USUAL = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 16: "d-mmm", 17: "mmm-yy"}
_USUAL |= dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"') | dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"')
_USUAL |= {14: "yyyy/m/d", 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"'}


class _Visibility:
    """Which rows and columns are hidden, how cells are formatted and which formulas failed, from the XML of an .xlsx,
    since calamine does not return it. An .xls is not examined."""

    def __init__(self, data: bytes, most_columns: int) -> None:
        self._zip = ZipFile(BytesIO(data)) if is_zipfile(BytesIO(data)) else None
        self._most_columns = most_columns
        relations = {a["Id"]: a["Target"] for tag, a in self._elements("xl/_rels/workbook.xml.rels") if "Id" in a}
        self._parts = {
            a.get("name", ""): normpath(join("/xl", relations.get(value, ""))).lstrip("/")
            for tag, a in self._elements("xl/workbook.xml")
            for name, value in a.items()
            if tag == "sheet" and name.endswith(":id")
        }
        self.since_1904 = any(
            a.get("date1904") in _TRUE for tag, a in self._elements("xl/workbook.xml") if tag == "workbookPr"
        )
        self._codes = dict(self._styles())

    def _styles(self) -> Iterator[tuple[str, str]]:
        """The styles of cells that say how a value is shown, by their number, each with its format."""
        codes = dict(_USUAL)
        group, style = "", 0
        for tag, a in self._elements("xl/styles.xml"):
            if tag == "numFmt" and group != "dxfs":
                codes[int(a["numFmtId"])] = a.get("formatCode", "")
            elif tag == "xf" and group == "cellXfs":
                code = codes.get(int(a.get("numFmtId", "0")), "")
                if code and code not in ("General", "@"):
                    yield str(style), code
                style += 1
            elif tag in ("cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
                group = tag

    def formats_and_errors(self, sheet: str) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], str]]:
        """By row and column, the formats of cells that have one of their own, and the errors of formulas (#N/A)."""
        formats: dict[tuple[int, int], str] = {}
        errors: dict[tuple[int, int], str] = {}
        part = self._parts.get(sheet, "")
        content = self._zip.read(part) if self._zip and part in self._zip.namelist() else b""
        if not content or not (self._codes or _HAS_ERROR.search(content)):
            return formats, errors
        position = [-1, -1]
        is_error = False

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal is_error
            name = tag.rpartition(":")[2]
            parser.CharacterDataHandler = add_to_error if is_error and name == "v" else None
            if name == "row":
                position[:] = [int(attributes["r"]) - 1 if "r" in attributes else position[0] + 1, -1]
            elif name == "c":
                position[1] = _column(attributes["r"]) if "r" in attributes else position[1] + 1
                code = self._codes.get(attributes.get("s", "")) if position[1] < self._most_columns else None
                is_error = attributes.get("t") == "e"
                if code:
                    formats[position[0], position[1]] = code

        def add_to_error(text: str) -> None:
            place = (position[0], position[1])
            errors[place] = errors.get(place, "") + text

        parser = expat.ParserCreate()
        parser.StartElementHandler = begin
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.Parse(content, True)
        return formats, errors

    def of(self, sheet: str) -> dict[str, list[int]]:
        """`hidden_…`: by hand. `folded_rows`: by a filter or in an outline, which is only how one looks at them."""
        rows: dict[int, bool] = {}  # hidden ones, and whether in an outline
        columns: set[int] = set()
        is_filtered = False
        row = -1
        for tag, a in self._elements(self._parts.get(sheet, ""), only_with=b"hidden"):
            is_hidden, is_folded = a.get("hidden") in _TRUE, a.get("outlineLevel", "0") != "0"
            if tag == "row":
                row = int(a["r"]) - 1 if "r" in a else row + 1
                if is_hidden:
                    rows[row] = is_folded
            elif tag == "col" and is_hidden and not is_folded:
                columns.update(range(int(a["min"]) - 1, min(int(a["max"]), self._most_columns)))
            elif tag in ("autoFilter", "tablePart") or a.get("filterMode") in _TRUE:
                is_filtered = True
        folded = [row for row, is_folded in rows.items() if is_folded or is_filtered]
        hidden = [row for row, is_folded in rows.items() if not is_folded and not is_filtered]
        return {"hidden_rows": hidden, "hidden_columns": sorted(columns), "folded_rows": folded}

    def _elements(self, part: str, only_with: bytes = b"") -> list[tuple[str, dict[str, str]]]:
        """The tags of a part that are needed here, without their prefixes, and their attributes."""
        content = self._zip.read(part) if self._zip and part in self._zip.namelist() else b""
        if not content or only_with not in content:
            return []
        found: list[tuple[str, dict[str, str]]] = []
        wanted = {"Relationship", "sheet", "row", "col", "autoFilter", "tablePart", "sheetPr", "workbookPr", "numFmt"}
        wanted |= {"xf", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}

        def begin(tag: str, attributes: dict[str, str]) -> None:
            name = tag.rpartition(":")[2]
            if name in wanted:
                found.append((name, attributes))

        parser = expat.ParserCreate()
        parser.StartElementHandler = begin
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.Parse(content, True)
        return found


def _column(position: str) -> int:
    """Of AB12, the number of AB, from 0."""
    number = 0
    for char in position.rstrip("0123456789")[:3]:
        number = number * 26 + ord(char) - 64
    return number - 1


def _no_doctype(*_: object) -> None:
    raise _Beyond("damaged")


def _sheet(
    workbook: CalamineWorkbook,
    index: int,
    most_rows: int,
    most_columns: int,
    formats: dict[tuple[int, int], str],
    errors: dict[tuple[int, int], str],
) -> tuple[list[tuple[int, int, str]], list[Any], list[Any]]:
    """The cells with text, the merged ones, and those whose format says how their value is shown."""
    sheet = workbook.get_sheet_by_index(index)
    cells, formatted = _cells(sheet, most_rows, most_columns, formats, errors)
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
    return cells, merges, formatted


def _cells(
    sheet: CalamineSheet,
    most_rows: int,
    most_columns: int,
    formats: dict[tuple[int, int], str],
    errors: dict[tuple[int, int], str],
) -> tuple[list[tuple[int, int, str]], list[Any]]:
    first = (sheet.start or (0, 0))[1]
    cells: list[tuple[int, int, str]] = []
    formatted: list[Any] = []
    rows = 0
    for number, row in enumerate(sheet.iter_rows()):
        said = [
            (number, first + at, text)
            for at, value in enumerate(row)
            if (text := _text(value) or (errors.get((number, first + at), "") if errors else ""))
        ]
        if said and said[-1][1] >= most_columns:
            raise _Beyond("columns")
        rows += bool(said)
        if rows > most_rows:
            raise _Beyond("rows")
        cells += said
        for at, value in enumerate(row):
            code = formats.get((number, first + at))
            if code and isinstance(value, int | float | date) and not isinstance(value, bool):
                formatted.append((number, first + at, code, value.isoformat() if isinstance(value, date) else value))
    return cells, formatted


def _text(value: object) -> str:
    """A value as a sheet shows it, as far as the file says: whole numbers without a point, days as days."""
    match value:
        case str():
            return value if value and not value.isspace() else ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:.11g}"  # as many digits as a program shows
        case datetime() if value.hour == value.minute == value.second == 0:
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
