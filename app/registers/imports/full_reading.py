"""The full reading of a register: its rows, the units of each row, and the questions for the office.

An import, its dry run and the API's reading all use it, so that they cannot differ.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from app.errors import UnreadableRegister
from app.languages.messages import say
from app.languages.validation import sentence
from app.registers.cells.document_rules import DocumentRule, leading_rule, with_first_leading
from app.registers.cells.reader import CellReading, UnitReading
from app.registers.files.limits import LONGEST_CELL, LONGEST_UNITS, MOST_ROWS
from app.registers.files.reading import RegisterReading, TaskReading
from app.registers.imports.reading_cache import ReadingCache
from app.registers.requirements.reading import RequirementReading
from app.shapes import Name
from app.units.directory import Directory

_name = TypeAdapter(Name)


@dataclass(frozen=True, slots=True)
class RowReading:
    """One row. `number` counts through the whole register, from 1. `due`: what its last-day words propose."""

    number: int
    task: TaskReading
    cell: CellReading
    due: RequirementReading

    @property
    def has_open(self) -> bool:
        """Whether an open collective stands in it, under which the office has to name units."""
        return any(unit.open for unit in self.cell.units)

    @property
    def is_unfinished(self) -> bool:
        """Whether its list ends in 等 and no open collective stands for the rest."""
        return self.cell.open and not self.has_open

    @property
    def due_text(self) -> str:
        return due_text_of(self.task, self.cell)


def due_text_of(task: TaskReading, cell: CellReading) -> str:
    """The words of a row's last day, as printed: its column's, and those that stand among its units."""
    lines = (line for text in (task.time_text, *cell.times) for line in text.split("\n"))
    return "\n".join(dict.fromkeys(filter(None, lines)))


@dataclass(frozen=True, slots=True)
class SectionRows:
    title: str
    rows: tuple[RowReading, ...]


@dataclass(frozen=True, slots=True)
class FullReading:
    """`title` is "" as long as the register's is unknown, and `year` then the one that was said to be taken.
    `unknown`: the units that the directory does not have, each at its first mention."""

    register: RegisterReading
    title: str
    year: int
    sections: tuple[SectionRows, ...]
    unknown: tuple[UnitReading, ...]

    @property
    def rows(self) -> Iterator[RowReading]:
        return (row for section in self.sections for row in section.rows)


def read_fully(
    register: RegisterReading,
    directory: Directory,
    known: Container[str],
    rules: Container[DocumentRule] = (),
    cache: ReadingCache | None = None,
    *,
    otherwise: int,
) -> FullReading:
    """Read the units of every row.

    Args:
        known: the names of the directory's units.
        rules: what of the register's own rules is applied.
        cache: earlier readings, which are reused.
        otherwise: the year of days as long as the register's is unknown.

    Raises:
        UnreadableRegister: a title is longer than titles are, or it goes beyond what is read (files/limits.py).
    """
    _within_limits(register)
    texts = dict.fromkeys(task.units_text for task in register.tasks)
    cache = cache or ReadingCache()
    read = cache.cells(texts, directory)
    cells = {text: read[text] for text in texts}
    words = leading_rule(register.rules)
    if words is not None and DocumentRule.FIRST_IS_LEAD in rules:
        cells = {text: with_first_leading(cell, words) for text, cell in cells.items()}
    year = register.year or otherwise
    sections: list[SectionRows] = []
    number = 0
    for section in register.sections:
        rows = [
            RowReading(number + i, task, cell, cache.due(due_text_of(task, cell), year))
            for i, task in enumerate(section.tasks, start=1)
            if (cell := cells[task.units_text])
        ]
        number += len(rows)
        sections.append(SectionRows(_title(section.title), tuple(rows)))
    unknown: dict[str, UnitReading] = {}
    for unit in (unit for cell in cells.values() for unit in cell.units):
        if unit.name not in known:
            unknown.setdefault(unit.name, unit)
    return FullReading(register, _title(register.title), year, tuple(sections), tuple(unknown.values()))


def _title(text: str) -> str:
    return name_of(text) if text else ""


def name_of(text: str) -> str:
    """A text as the name of something.

    Raises:
        UnreadableRegister: it is longer than names are, or cannot be stored.
    """
    try:
        return _name.validate_python(text)
    except ValidationError as broken:
        detail = sentence(broken.errors()[0])
        raise UnreadableRegister(say("{field}: {detail}", field=f"{text[:40]}…", detail=detail)) from broken


def _within_limits(register: RegisterReading) -> None:
    if len(register.tasks) > MOST_ROWS:
        raise UnreadableRegister(
            say("the register has {count} rows; at most {most} are read", count=len(register.tasks), most=MOST_ROWS)
        )
    for number, task in enumerate(register.tasks, start=1):
        longest = max(map(len, task.printed))
        if longest > LONGEST_CELL:
            raise UnreadableRegister(
                say(
                    "row {number} has a cell of {count} characters; at most {most} are read",
                    number=number,
                    count=longest,
                    most=LONGEST_CELL,
                )
            )
    if sum(len(text) for text in {task.time_text for task in register.tasks}) > LONGEST_UNITS:
        raise UnreadableRegister(
            say("the cells of last days together have more than {most} characters; shorten them", most=LONGEST_UNITS)
        )
    units = sum(len(text) for text in {task.units_text for task in register.tasks})
    if units > LONGEST_UNITS:
        raise UnreadableRegister(
            say(
                "the cells of responsible units together have {count} characters; at most {most} are read",
                count=units,
                most=LONGEST_UNITS,
            )
        )
