"""The reader of a register in a PDF with a text layer: its tables, with merged cells, also over several pages."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.languages.messages import Message, say
from app.registers.files import pdf_process
from app.registers.files.bounded import OutOfBoundsError, run_bounded
from app.registers.files.limits import (
    LARGEST_TEXT,
    MOST_COLUMNS,
    MOST_PAGES,
    MOST_PDF_SECONDS,
    MOST_TABLE_ROWS,
    MOST_WORKBOOK_MEMORY,
)
from app.registers.files.packed import damaged, locked
from app.registers.files.reading import RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns
from app.registers.files.table_rows import Heads, Table, TableCell, TableDocument, TableRow, clean, heads_at
from app.registers.files.unclear_tables import read_parts, with_columns

_PAGE_NUMBER = re.compile(r"[-—－–\s]*\d{1,3}[-—－–\s]*|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+")
_SAME_WIDTH = 3  # points
_SENTENCE_END = ("。", "；", ";", "！", "？")


@dataclass(slots=True)
class _Piece:
    """A table's part on one page: its rows, and which of its cells end in a full line, so that they may go on."""

    rows: list[list[TableCell | None]]
    widths: Sequence[float]
    full: set[TableCell]

    @property
    def heads(self) -> Heads | None:
        return heads_at([TableRow(tuple(row), 0) for row in self.rows[:3]], 0)


@dataclass(slots=True)
class _Document:
    """The contents of the pages, in their order."""

    parts: list[str | _Piece] = field(default_factory=list)
    is_full: bool = False  # the last line of the page before, so that it may go on
    furniture: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def add_page(self, page: Sequence[Any]) -> None:
        page = list(page)
        for end in (0, -1):
            if page and _PAGE_NUMBER.fullmatch(line := page[end].get("text", "").strip()):
                self.furniture.append(line)
                del page[end]
        parts = [part["text"] if "text" in part else _piece(part) for part in page]
        if self.parts and parts and self._joins(self.parts[-1], parts[0]):
            del parts[0]
        self.parts += parts
        self.is_full = bool(page) and page[-1].get("is_full", False)

    def _joins(self, above: str | _Piece, below: str | _Piece) -> bool:
        """Whether a paragraph or a table goes on with what begins the next page; then it has its text or its rows."""
        if isinstance(above, str) and isinstance(below, str) and self.is_full and not above.endswith(_SENTENCE_END):
            self.parts[-1] = above + below
            return True
        if isinstance(above, str) or isinstance(below, str) or len(above.widths) != len(below.widths):
            return False
        if any(abs(one - other) > _SAME_WIDTH for one, other in zip(above.widths, below.widths, strict=True)):
            return False
        heads, again = above.heads, below.heads
        if again is not None:
            if heads is None or again.words != heads.words:
                return False
            del below.rows[: again.height]
        if below.rows and heads is not None:
            self._join_rows(above, below, heads)
        above.rows += below.rows
        above.full |= below.full
        return True

    def _join_rows(self, above: _Piece, below: _Piece, heads: Heads) -> None:
        """A row that the page's end has cut is one again, and a cell that is merged over it."""
        last, first = above.rows[-1], below.rows[0]
        pairs = [(one, other) for one, other in zip(last, first, strict=True) if one and other]
        filled = [(one, other) for one, other in pairs if other.text]
        requirement = heads.columns["requirement"]
        goes_on = not any(cell.text for at in requirement if (cell := first[at]))
        is_cut = all(one in above.full for one, _ in filled) and not any(
            one.text.endswith(_SENTENCE_END) for one, _ in filled
        )
        if not (goes_on or is_cut):
            return
        joined: dict[TableCell, TableCell] = {}
        whole: dict[TableCell, TableCell] = {}
        for one, other in pairs:
            if not other.text:
                joined[other] = one
            elif one in above.full:
                whole[one] = joined[other] = TableCell(one.text + other.text)
        joined = {other: whole.get(one, one) for other, one in joined.items()}
        for cells, rows in ((whole, above.rows), (joined, below.rows)):
            for row in rows:
                row[:] = [cells.get(cell, cell) if cell else None for cell in row]
        if all(cell is None or cell is other for cell, other in zip(below.rows[0], above.rows[-1], strict=True)):
            del below.rows[0]
        above.full |= {whole_cell for part, whole_cell in joined.items() if part in below.full}
        if whole:
            text = max((cell.text for cell in whole.values()), key=len)
            self.notes.append(say("a row that the end of a page cuts was read as one: '{text}'", text=text[:40]))


def read_pdf(
    data: bytes, name: str = "", notes: Sequence[Message] = (), columns: Columns | None = None
) -> RegisterReading:
    """Read a PDF with a text layer. Raises `UnreadablePage`: also where it is a scan."""
    document = _Document(notes=[*notes])
    for page in _pages(data):
        document.add_page(page)
    parts = list(_parts(document))
    if columns:
        parts = with_columns(parts, columns)
    count = sum(isinstance(part, Table) for part in parts)
    undrawn = say("no table whose lines are drawn; draw them, or send what it was printed from, as .docx or .xlsx")
    refused = UnreadablePage(
        expected=say("a table with lines and the column heads 工作内容, 工作要求, 责任单位, 完成情况"),
        found=say("{count} tables without them", count=count) if count else undrawn,
    )
    reading = read_parts(TableDocument(parts, notes=document.notes, name=name), refused)
    return replace(reading, surroundings=(*reading.surroundings, *document.furniture))


def _pages(data: bytes) -> Sequence[Any]:
    """The output of the parser's process; its failure does not end this process."""
    command = [pdf_process.__file__, str(MOST_PAGES), str(LARGEST_TEXT)]
    try:
        answer: Mapping[str, Any] = json.loads(
            run_bounded(command, data, memory=MOST_WORKBOOK_MEMORY, seconds=MOST_PDF_SECONDS)
        )
    except OutOfBoundsError as costly:
        most = MOST_WORKBOOK_MEMORY // 1024**2
        raise UnreadablePage(
            expected=say(
                "a PDF that can be read within {most} MiB and {seconds} seconds", most=most, seconds=MOST_PDF_SECONDS
            ),
            found=say("one that needs more, or is damaged; send the register's pages alone, or as .docx or .xlsx"),
        ) from costly
    match answer.get("refusal"):
        case None:
            pages: Sequence[Any] = answer["pages"]
            return pages
        case "locked":
            raise locked()
        case "pages":
            raise beyond(say("at most {most} pages", most=MOST_PAGES))
        case "characters":
            raise beyond(say("at most {most} characters on all pages", most=LARGEST_TEXT))
        case "no text":
            raise UnreadablePage(
                expected=say("a PDF whose text can be marked"),
                found=say("a scan: pages that are pictures; send what it was printed from, as .docx or .xlsx"),
            )
    raise damaged()


def _piece(part: Mapping[str, Any]) -> _Piece:
    width = len(part["widths"])
    if width > MOST_COLUMNS:
        raise beyond(say("at most {most} columns", most=MOST_COLUMNS))
    rows: list[list[TableCell | None]] = [[None] * width for _ in range(part["height"])]
    full: set[TableCell] = set()
    for top, left, bottom, right, text, is_full in part["cells"]:
        cell = TableCell(clean(text))
        full |= {cell} if is_full else set()
        for row in rows[top:bottom]:
            row[left:right] = [cell] * (right - left)
    return _Piece(rows, part["widths"], full)


def _parts(document: _Document) -> Iterator[str | Table]:
    read = 0
    for part in document.parts:
        if isinstance(part, str):
            yield part
            continue
        read += len(part.rows)
        if read > MOST_TABLE_ROWS:
            raise beyond(say("at most {most} rows in all tables", most=MOST_TABLE_ROWS))
        yield Table([TableRow(tuple(row), number) for number, row in enumerate(part.rows, start=1)])
