"""A register's table: rows of cells by column, with a merged cell in every place it covers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.languages.messages import Message
from app.registers.files.column_contents import columns_by_contents
from app.registers.files.table_heads import Column, Columns, column_of, columns_of, is_class

_AROUND = " \t\xa0\u3000\ufeff\u200b"
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\u2028\u2029]")
# What divides a column of completion or time, and names no column by itself.
_PART = re.compile(r"第?[一二三四1-4]季度|[上下]半年|\d{1,2}(?:[-—至]\d{1,2})?月(?:份|底)?|全年|年底|年度")


_MOST_LEVELS = 3
_LOOKED_AT = 20  # rows below heads
_STANDARD_WORDS: Mapping[Column | None, str] = {"requirement": "工作要求", "units": "责任单位", "time": "完成时限"}


@dataclass(frozen=True, slots=True, eq=False)
class TableCell:
    """A cell's text, lines apart by a line feed; the same object wherever merging repeats it."""

    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's cells by column, None where there is none, and its line: of the page's source, or the sheet's row."""

    cells: tuple[TableCell | None, ...]
    line: int

    def at(self, columns: Iterable[int]) -> tuple[TableCell, ...]:
        """The cells with text in these columns, each once."""
        cells = [self.cells[column] for column in columns if column < len(self.cells)]
        return tuple(dict.fromkeys(cell for cell in cells if cell is not None and cell.text))

    @property
    def distinct(self) -> list[TableCell]:
        """The row's cells with text, each once, in order."""
        return list(self.at(range(len(self.cells))))

    @property
    def texts(self) -> list[str]:
        return [cell.text if cell else "" for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: of the sheet. `keeps_merging`: whether the file says which cells are merged; CSV does not. `covered`:
    other texts than its own that a merged cell hides. `named`: heads as somebody says what they are, at a row."""

    rows: Sequence[TableRow]
    name: str = ""
    keeps_merging: bool = True
    covered: Sequence[str] = ()
    named: "Heads | None" = None
    named_at: int = 0

    def heads_at(self, at: int) -> "Heads | None":
        """The heads that begin at a row: those that somebody named, else as they read."""
        if self.named is not None:
            return self.named if at == self.named_at else None
        return heads_at(self.rows, at)


@dataclass(frozen=True, slots=True)
class TableDocument:
    """The contents of a file, in its order: lines of text, and the tables among them that may be registers.

    `declared`: what the file says of itself outside its text. `name`: the file's, which is its title where it has none.
    `on_site`: what stands around the register is the site's. `others`: the tables without a register's heads, whose
    lines may be among the parts.
    """

    parts: Sequence[str | Table]
    declared: Sequence[str] = ()
    notes: Sequence[Message] = ()
    name: str = ""
    on_site: bool = False
    others: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class Heads:
    """Column heads: where the columns are, each place's own word, and how many rows they take.

    `guessed`: heads that no word names, and which column what stands below says that each is.
    """

    columns: Columns
    words: Sequence[str]
    height: int
    guessed: tuple[tuple[str, Column], ...] = ()


def heads_at(rows: Sequence[TableRow], at: int) -> Heads | None:
    """The heads that begin at a row, in up to three levels (责任单位 over 牵头单位 and 配合单位), or None."""
    if len(rows[at].distinct) < 2:
        return None  # a title over the whole table
    words = meant = rows[at].texts
    columns = columns_of(words)
    heads = Heads(columns, words, 1)
    for height in range(2, min(_MOST_LEVELS, len(rows) - at) + 1):
        below = _next_level(meant, rows[at + height - 2], rows[at + height - 1])
        if not below:
            break
        over = _spread(meant, below)
        words = [lower or upper for upper, lower in zip(words, below, strict=True)]
        # A lower word that says nothing by itself (一季度) is a part of the column above it.
        meant = [w if lower and column_of(w) else up for w, lower, up in zip(words, below, over, strict=True)]
        columns = columns_of(meant)
        if columns or not heads.columns:
            heads = Heads(columns, words, height)
    if all(column_of(word) for word in heads.words if word) and not _only_classes(heads):
        return heads if heads.columns else None
    return _by_contents(rows[at + heads.height : at + heads.height + _LOOKED_AT], heads)


def _only_classes(heads: Heads) -> bool:
    return all(is_class(heads.words[at]) for at in heads.columns.get("requirement", ()))


def _by_contents(below: Sequence[TableRow], heads: Heads) -> Heads | None:
    """The heads, with what the cells below say of columns that no word names, or only one for a class (类别)."""
    named = [column_of(word) for word in heads.words]
    found = columns_by_contents(heads.words, named, [row.texts for row in below if len(row.distinct) > 1])
    meant = [_STANDARD_WORDS.get(found.get(at), word) for at, word in enumerate(heads.words)]
    columns = columns_of(meant) if found else {}
    if not columns:
        return heads if heads.columns else None
    return Heads(columns, heads.words, heads.height, tuple((heads.words[at], found[at]) for at in sorted(found)))


def rows_above(table: Table) -> list[TableRow]:
    """The rows of a table before its heads."""
    first = next((at for at in range(len(table.rows)) if table.heads_at(at)), len(table.rows))
    return list(table.rows[:first])


def lines_above(table: Table) -> list[str]:
    """The lines in a table before its heads, where a title may stand."""
    return [line for row in rows_above(table) for cell in row.distinct for line in cell.text.split("\n")]


def _next_level(meant: Sequence[str], upper: TableRow, lower: TableRow) -> list[str]:
    """The words of a further row of heads, "" where it only repeats the cell above; nothing if it is not such a row."""
    width = len(meant)
    is_title = len(lower.distinct) < 2  # of a section, in the words of a head
    if is_title or len(lower.cells) > width or not any(column_of(text) for text in meant):
        return []
    pairs = zip_longest(upper.cells, lower.cells)
    words = ["" if below is None or below is above else below.text for above, below in pairs]
    words += [""] * (width - len(words))
    over = _spread(meant, words)
    fits = [
        bool(column_of(word) or (_PART.fullmatch(word) and column_of(head)))
        for word, head in zip(words, over, strict=True)
        if word
    ]
    return words if fits and all(fits) else []


def _spread(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The upper words, each also over the empty places to its right that have a word below: CSV has no merging."""
    words: list[str] = []
    for over, under in zip(upper, lower, strict=True):
        words.append(over or (words[-1] if words and under else ""))
    return words


def clean(text: str) -> str:
    """A cell's text as a reader sees it: its lines without white space around, and no empty ones."""
    lines = (line.strip(_AROUND) for line in _LINE_END.split(text))
    return "\n".join(line for line in lines if line)
