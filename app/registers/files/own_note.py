"""The line below the title of every exported file, by which an import recognises it and reads it exactly."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Self

_DAY = r"(\d{4}-\d\d-\d\d)"
_NOTE = re.compile(rf"(?:(\d{{4}})年度(台账)? )?(?:发布时间:{_DAY} |尚未发布 )?截至{_DAY}，按{_DAY}所知")
_WORKING = "工作台账"


@dataclass(frozen=True, slots=True)
class OwnNote:
    """The register and the day of a file.

    `year`: None in files of an older Duban. `published_on`: where known. `is_working`: whether it is a 台账, with
    a row for each obligation.
    """

    year: int | None
    published_on: date | None
    as_of: date
    known_on: date
    is_working: bool = False

    @property
    def text(self) -> str:
        published = f"发布时间:{self.published_on}" if self.published_on else "尚未发布"
        kind = "台账" if self.is_working else ""
        return f"{self.year}年度{kind} {published} 截至{self.as_of}，按{self.known_on}所知"

    @classmethod
    def read(cls, line: str) -> Self | None:
        """The note that a line is, or None."""
        match = _NOTE.fullmatch(line)
        if match is None:
            return None
        year, working, published_on, as_of, known_on = match.groups()
        try:
            return cls(
                int(year) if year else None,
                date.fromisoformat(published_on) if published_on else None,
                date.fromisoformat(as_of),
                date.fromisoformat(known_on),
                is_working=working is not None,
            )
        except ValueError:
            return None


def working_title(title: str) -> str:
    """The title of a checklist's 台账."""
    return title + _WORKING


def own_note(lines: Iterable[str]) -> OwnNote | None:
    """The note among some lines, if they are of a file of our own."""
    return next(filter(None, map(OwnNote.read, lines)), None)


def own_title(lines: Sequence[str]) -> str:
    """The title of the register in a file of our own: it stands above the note."""
    for title, line in pairwise(lines):
        if note := OwnNote.read(line):
            return title.removesuffix(_WORKING) if note.is_working else title
    return ""
