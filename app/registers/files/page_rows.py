"""The division of a section's cells into rows of requirement, responsible units and completion.

A page's text has lost the borders of its table. What is left: units read as units, and an empty cell leaves a blank.
Every way to divide the cells into rows is weighed by how unusual it is; the least unusual is taken, and where two are
equally so, or none fits, the page is not read rather than guessed at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

from app.languages.messages import Message, say
from app.registers.cells.lexer import pieces_of
from app.registers.cells.pieces import PieceKind
from app.registers.files.failed_cells import is_failed, require_no_failed
from app.registers.files.limits import LONGEST_UNITS
from app.registers.files.reading import TaskReading, UnreadablePage
from app.units.directory import Directory

_STRAY_BLANK = 1
_EMPTY_CELL = 2
_OUT_OF_CHARACTER = 4  # units that do not read as units, a completion that does
_LONGEST_UNITS_CELL = 1000
_LONGEST_UNKNOWN_UNITS = 40
_NOBODY = Directory({})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text ("" for a blank) and the line it begins on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Row:
    task: TaskReading
    line: int
    end: int
    cost: int


@dataclass(frozen=True, slots=True)
class Rows:
    """`left`: the cells after the last row, when the caller allows any."""

    tasks: tuple[TaskReading, ...]
    notes: tuple[Message, ...]
    left: tuple[Cell, ...]


@dataclass(slots=True)
class UnitsSense:
    """Finds the cells of a page that read as units. Each text is looked at once, and only as far as it does."""

    _answers: dict[str, bool] = field(default_factory=dict)
    _characters: int = 0

    def reads_as_units(self, text: str) -> bool:
        if text not in self._answers:
            self._answers[text] = self._look(text)
        return self._answers[text]

    def _look(self, text: str) -> bool:
        if not 2 <= len(text) <= _LONGEST_UNITS_CELL or text[-1] in "。!！?？":
            return False
        kinds: set[PieceKind] = set()
        for piece in pieces_of(text, _NOBODY):
            self._characters += len(piece.text)
            kinds.add(piece.kind)
            if piece.kind is PieceKind.UNREAD:
                break
        if self._characters > LONGEST_UNITS:
            raise UnreadablePage(
                expected=say("cells that name units on at most {most} characters of the page", most=LONGEST_UNITS),
                found=say("more; the page's HTML can be read where its text is too long"),
            )
        return PieceKind.UNIT in kinds and PieceKind.UNREAD not in kinds


def group_rows(cells: Sequence[Cell], section: str, sense: UnitsSense, *, may_leave: bool = False) -> Rows:
    """Divide a section's cells into rows. `may_leave`: cells after the last row may be something else (a page's end).

    Raises `UnreadablePage` where a cell has the error of a formula, or the cells make no rows, or two sets of rows
    equally well.
    """
    require_no_failed((cell.line, cell.text) for cell in cells if is_failed(cell.text))
    reads_as_units = [sense.reads_as_units(cell.text) for cell in cells]
    next_text = _next_texts(cells)
    best: list[tuple[int, _Row | None, int] | None] = [None] * (len(cells) + 1)  # cost, last row, where it began
    best[0] = (0, None, 0)
    tied: set[int] = set()
    for at in range(len(cells)):
        here = best[at]
        if here is None:
            continue
        for row in _rows_from(cells, reads_as_units, next_text, at):
            cost = here[0] + row.cost
            there = best[row.end]
            if there is None or cost < there[0]:
                best[row.end] = (cost, row, at)
                tied.discard(row.end)
            elif cost == there[0]:
                tied.add(row.end)
    end = max(i for i, reached in enumerate(best) if reached is not None)
    left = tuple(cell for cell in cells[end:] if cell.text)
    if left and (not may_leave or any(reads_as_units[end:])):
        raise _no_row(cells[_first_doubt(best, end) :], section, sense)
    return _trace(best, tied, end, section, left, sense)


def _first_doubt(best: Sequence[tuple[int, _Row | None, int] | None], end: int) -> int:
    """Where the rows that lead to a dead end first go out of character: there, not at its end, is the place to look."""
    doubt = end
    while (step := best[end]) is not None and end > 0:
        _, row, begin = step
        if row is not None and row.cost >= _OUT_OF_CHARACTER:
            doubt = begin
        end = begin
    return doubt


def _trace(
    best: Sequence[tuple[int, _Row | None, int] | None],
    tied: set[int],
    end: int,
    section: str,
    left: tuple[Cell, ...],
    sense: UnitsSense,
) -> Rows:
    rows: list[_Row] = []
    while (step := best[end]) is not None and end > 0:
        _, row, begin = step
        if row is not None:
            if end in tied:
                raise UnreadablePage(
                    expected=say("cells under '{section}' that make rows in one way only", section=section),
                    found=say("two equally good ways before or in '{text}'", text=row.task.requirement[:20]),
                    line=row.line,
                )
            if row.task.requirement:  # else a blank between rows
                rows.append(row)
        end = begin
    rows.reverse()
    notes = tuple(
        say("line {line}: {detail}", line=row.line, detail=_taken_as_units(row.task.units_text))
        for row in rows
        if row.task.units_text and not sense.reads_as_units(row.task.units_text)
    )
    return Rows(tuple(row.task for row in rows), notes, left)


def _taken_as_units(text: str) -> Message:
    return say("read as responsible units, though it names none that reads as one: '{units}'", units=text)


def _rows_from(
    cells: Sequence[Cell], reads_as_units: Sequence[bool], next_text: Sequence[int], at: int
) -> Iterator[_Row]:
    requirement = cells[at]
    if not requirement.text:
        # A blank between rows belongs to no cell.
        yield _Row(TaskReading("", "", ""), requirement.line, at + 1, 0)
        return
    if reads_as_units[at]:
        return

    def row(units: str, completion: str, end: int, cost: int) -> _Row:
        return _Row(TaskReading(requirement.text, units, completion), requirement.line, end, cost)

    second = next_text[at + 1]
    blanks = second - at - 1
    if second == len(cells):
        return
    as_completion = _OUT_OF_CHARACTER * reads_as_units[second]
    if blanks:
        yield row("", cells[second].text, second + 1, _EMPTY_CELL + as_completion)
    units = cells[second].text
    known = reads_as_units[second]
    if not known and len(units) > min(_LONGEST_UNKNOWN_UNITS, len(requirement.text)):
        return
    cost = blanks * _STRAY_BLANK + (0 if known else _OUT_OF_CHARACTER)
    third = next_text[second + 1]
    if third < len(cells):
        as_completion = _OUT_OF_CHARACTER * reads_as_units[third]
        yield row(units, cells[third].text, third + 1, cost + (third - second - 1) * _STRAY_BLANK + as_completion)
    if known and (third > second + 1 or third == len(cells)):
        yield row(units, "", min(second + 2, len(cells)), cost + _EMPTY_CELL)


def _next_texts(cells: Sequence[Cell]) -> list[int]:
    """For each place, and the one after the last, where the next cell with text is."""
    following = [len(cells)] * (len(cells) + 1)
    for at in range(len(cells) - 1, -1, -1):
        following[at] = at if cells[at].text else following[at + 1]
    return following


def _no_row(cells: Sequence[Cell], section: str, sense: UnitsSense) -> UnreadablePage:
    left = [cell for cell in cells if cell.text]
    found = reduce(
        lambda some, then: say("{some}, then {then}", some=some, then=then), (_shown(cell, sense) for cell in left[:4])
    )
    if len(left) > 4:
        found = say("{found} and {count} more cells", found=found, count=len(left) - 4)
    return UnreadablePage(
        expected=say("rows of requirement, responsible units and completion under '{section}'", section=section),
        found=found,
        line=left[0].line,
    )


def _shown(cell: Cell, sense: UnitsSense) -> Message:
    if sense.reads_as_units(cell.text):
        return say("'{text}' (units)", text=cell.text[:16])
    return say("'{text}'", text=cell.text[:16])
