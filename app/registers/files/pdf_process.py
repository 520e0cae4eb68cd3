"""The parser of a PDF's tables and lines, run in a process of its own: a small file can expand without end.

Run as a program, in bounds: the PDF on standard input, one JSON object on standard output, with `refusal` or `pages`.
A page is its parts from top to bottom: paragraphs, and tables as widths and cells. It imports nothing of Duban's.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

_SAME_LINE = 0.5  # of a letter's height, by which letters of one line may lie higher or lower
_GAP = 0.8  # of a letter's height, which is a space
_NEXT_LINE = 2.5  # of a letter's height, within which a paragraph's next line lies
Char = dict[str, Any]


class _Beyond(Exception):
    """A limit is passed; the argument names it."""


def main(most_pages: int, most_characters: int) -> None:
    try:
        answer: dict[str, Any] = {"pages": list(_pages(sys.stdin.buffer.read(), most_pages, most_characters))}
    except _Beyond as limit:
        answer = {"refusal": str(limit)}
    except PdfminerException as refused:
        is_locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in refused.args)
        answer = {"refusal": "locked" if is_locked else "damaged"}
    sys.stdout.write(json.dumps(answer))


def _pages(data: bytes, most_pages: int, most_characters: int) -> Iterator[list[Any]]:
    with pdfplumber.open(BytesIO(data), pages=[*range(1, most_pages + 2)]) as pdf:
        if len(pdf.pages) > most_pages:
            raise _Beyond("pages")
        letters = 0
        for page in pdf.pages:
            letters += len(page.chars)
            if letters > most_characters:
                raise _Beyond("characters")
            yield list(_parts(page))
            page.close()
        if not letters:
            raise _Beyond("no text")


def _parts(page: Page) -> Iterator[Any]:
    chars = page.dedupe_chars().chars
    found = page.find_tables()
    tables = [_Grid(table) for table in found]
    outside = [char for char in chars if not any(table.add(char) for table in tables)]
    lefts = [*(char["x0"] for char in chars), *(table.bbox[0] for table in found)]
    rights = [*(char["x1"] for char in chars), *(table.bbox[2] for table in found)]
    left, right = min(lefts, default=0), max(rights, default=0)
    parts: list[tuple[float, Any]] = [(table.top, table.parts()) for table in tables]
    for lines, text in _paragraphs(_lines(outside), left, right):
        parts.append((lines[0].top, {"text": text, "is_full": _is_full(lines[-1], left, right, lines[-1].size)}))
    for _, part in sorted(parts, key=lambda one: one[0]):
        yield part


@dataclass
class _Line:
    """Letters of one height, from left to right."""

    chars: list[Char]

    def __post_init__(self) -> None:
        self.chars.sort(key=lambda char: float(char["x0"]))
        said = [number for number, char in enumerate(self.chars) if not char["text"].isspace()]
        self.chars = self.chars[said[0] : said[-1] + 1]
        self.top, self.size = self.chars[0]["top"], max(char["bottom"] - char["top"] for char in self.chars)
        self.left, self.right = self.chars[0]["x0"], max(char["x1"] for char in self.chars)

    @property
    def text(self) -> str:
        text, end = "", self.left
        for char in self.chars:
            text += " " * (char["x0"] - end > _GAP * self.size) + char["text"]
            end = char["x1"]
        return text

    @property
    def first_word(self) -> float:
        """The width of what cannot be divided at its beginning: a letter, or a word or number of ASCII."""
        end = self.left
        for number, char in enumerate(self.chars):
            if number and not (char["text"].isascii() and self.chars[0]["text"].isascii()):
                break
            end = char["x1"]
        return float(end - self.left)


def _lines(chars: Sequence[Char]) -> list[_Line]:
    found: list[list[Char]] = []
    height = 0.0
    for char in sorted(chars, key=lambda char: float(char["top"] + char["bottom"])):
        middle = (char["top"] + char["bottom"]) / 2
        if not found or middle - height > _SAME_LINE * (char["bottom"] - char["top"]):
            found.append([])
            height = middle
        found[-1].append(char)
    return [_Line(line) for line in found if any(not char["text"].isspace() for char in line)]


def _paragraphs(lines: Sequence[_Line], left: float, right: float) -> Iterator[tuple[list[_Line], str]]:
    """Lines with those that go on, as one text. A line goes on where the next word would not have fitted in it."""
    before: list[_Line] = []
    text = ""
    for line in lines:
        if before and _goes_on(before[-1], line, left, right):
            is_between_words = text[-1].isascii() and line.text[0].isascii() and (text[-1] + line.text[0]).isalpha()
            text += " " * is_between_words + line.text
        else:
            if before:
                yield before, text
            before, text = [], line.text
        before.append(line)
    if before:
        yield before, text


def _goes_on(line: _Line, below: _Line, left: float, right: float) -> bool:
    is_near = below.top - line.top < _NEXT_LINE * line.size and abs(below.size - line.size) < line.size / 4
    is_centred = abs(below.left + below.right - left - right) < below.size
    is_indented = below.left - line.left > below.size and not is_centred
    return is_near and not is_indented and _is_full(line, left, right, below.first_word)


def _is_full(line: _Line, left: float, right: float, word: float) -> bool:
    """Whether it reaches to the right edge, or a word, and a sign that may not stand alone at a line's beginning, would
    not have fitted in it."""
    return bool(right - line.right < line.size / 2 or right - left - (line.right - line.left) < word + line.size)


class _Grid:
    """A table's cells by the edges that they begin and end at, with the letters in them."""

    def __init__(self, table: Table) -> None:
        self.top = table.bbox[1]
        self._across = _edges(x for x0, _, x1, _ in table.cells for x in (x0, x1))
        self._down = _edges(y for _, y0, _, y1 in table.cells for y in (y0, y1))
        self._cells = [
            (_at(self._down, y0), _at(self._across, x0), _at(self._down, y1), _at(self._across, x1))
            for x0, y0, x1, y1 in table.cells
        ]
        self._chars: list[list[Char]] = [[] for _ in self._cells]
        self._places = {
            (row, column): number
            for number, (top, left, bottom, right) in enumerate(self._cells)
            for row in range(top, bottom)
            for column in range(left, right)
        }

    def add(self, char: Char) -> bool:
        """Add a letter to the cell in which it stands. Returns whether it stands in one."""
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        number = self._places.get((bisect_right(self._down, y) - 1, bisect_right(self._across, x) - 1))
        if number is not None:
            self._chars[number].append(char)
        return number is not None

    def parts(self) -> dict[str, Any]:
        """`widths`: of its columns. `cells`: where they begin and end, their text, whether the last line is full."""
        lines = [_lines(chars) for chars in self._chars]
        lefts = [self._across[left] for _, left, _, _ in self._cells]
        inside = [line.left - left for found, left in zip(lines, lefts, strict=True) for line in found]
        padding = max(0.0, min(inside, default=0.0))
        cells = []
        for position, found, left in zip(self._cells, lines, lefts, strict=True):
            inner = (left + padding, self._across[position[3]] - padding)
            text = "\n".join(text for _, text in _paragraphs(found, *inner))
            is_full = bool(found) and _is_full(found[-1], *inner, found[-1].size)
            cells.append([*position, text, is_full])
        widths = [right - left for left, right in zip(self._across, self._across[1:], strict=False)]
        return {"widths": widths, "height": len(self._down) - 1, "cells": cells}


def _edges(places: Iterable[float]) -> list[float]:
    """Places in order, those that are as good as one taken as one."""
    edges: list[float] = []
    for position in sorted(places):
        if not edges or position - edges[-1] > 1:
            edges.append(position)
    return edges


def _at(edges: Sequence[float], position: float) -> int:
    return bisect_right(edges, position + 0.01) - 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
