"""The result of reading a register: its title, sections, rows and notes, for every format."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from app.languages.messages import Message, say
from app.registers.files.found_tables import FoundDocument

Form = Literal["html", "text"]  # of a page that is sent


class UnreadablePage(ValueError):
    """A page that cannot be read as a register without guessing. The message says where, and what was expected."""

    def __init__(self, *, expected: Message, found: Message, line: int | None = None) -> None:
        self.expected = expected
        self.found = found
        self.line = line
        self.message = say("expected {expected}; found {found}", expected=expected, found=found)
        if line is not None:
            self.message = say("line {line}: {detail}", line=line, detail=self.message)
        super().__init__(self.message)


class NoTable(UnreadablePage):
    """A page without a register's column heads. Its paragraphs may name units all the same."""


def beyond(limit: Message, line: int | None = None) -> UnreadablePage:
    """More than a limit says: `at most 40 columns`."""
    return UnreadablePage(expected=limit, found=say("more"), line=line)


@dataclass(frozen=True, slots=True)
class TaskReading:
    """One row. All verbatim, without the whitespace around; all but `requirement` may be empty.

    `time_text`: 完成时限, where the table has a column of it.
    """

    requirement: str
    units_text: str
    completion: str
    time_text: str = ""

    @property
    def printed(self) -> list[str]:
        """Its cells. Without the last where the table has no such column, so that older hashes stay valid."""
        return [self.requirement, self.units_text, self.completion, *filter(None, [self.time_text])]


@dataclass(frozen=True, slots=True)
class SectionReading:
    """A titled group of rows (工作内容)."""

    title: str
    tasks: tuple[TaskReading, ...]


class LeftOutKind(StrEnum):
    TABLE = "table"
    COLUMN = "column"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Text of a table that no task has: a table without a register's heads, a column that is not part of a register, or
    a text by itself.

    `name`: of the sheet or the column's head, else the first text. `texts`: each text, once. `rows`: the numbers of
    the rows beside which it stands.
    """

    kind: LeftOutKind
    name: str
    texts: tuple[str, ...]
    rows: tuple[int, ...] = ()

    @property
    def printed(self) -> list[str]:
        """Its texts, those of a column each behind its head."""
        return [f"{self.name}: {text}" if self.kind is LeftOutKind.COLUMN else text for text in self.texts]


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """A page as read; no line of it is lost. `title` is "" and `year` None where it has none that can be read.

    `surroundings`: lines that belong to the site (navigation, counters, downloads).
    `unread`: lines outside the tables that could not be placed.
    `left_out`: what stands in tables and in no task.
    `notes`: where the reading rests on a judgement somebody should look at.
    `rules`: the words of rules for the whole register (cells/document_rules.py), which are not applied unasked.
    `found`: the tables of the file, if its columns have to be named.
    """

    title: str
    year: int | None
    published_on: date | None
    sections: tuple[SectionReading, ...]
    surroundings: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    rules: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    found: FoundDocument | None = None

    @property
    def is_asked(self) -> bool:
        """Whether somebody has to name the columns before there are rows."""
        return self.found is not None and not self.sections

    def named(self, title: str | None, year: int | None) -> "RegisterReading":
        """It with another title or year, where they are given. Rows without a section stand under its title."""
        sections = tuple(
            replace(section, title=title if title and section.title == self.title else section.title)
            for section in self.sections
        )
        return replace(self, title=title or self.title, year=year or self.year, sections=sections)

    @property
    def tasks(self) -> list[TaskReading]:
        """The rows of all sections, in order."""
        return [task for section in self.sections for task in section.tasks]

    def fingerprint(self) -> str:
        """SHA-256, in hex, of title, date and rows as read: a page with another counter has the same register."""
        rows = [[section.title, [task.printed for task in section.tasks]] for section in self.sections]
        day = self.published_on.isoformat() if self.published_on else None
        # Escaped to ASCII, so that even a lone surrogate can be hashed.
        return hashlib.sha256(json.dumps([self.title, day, rows]).encode("ascii")).hexdigest()
