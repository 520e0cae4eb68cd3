"""The printed numbers of a register's rows (序号). Where one is missing, a row may be."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.languages.messages import Message, listed, say

_MOST = 10


@dataclass(slots=True)
class RowNumbers:
    """Numbers in the order of the rows. They may begin anew in each section."""

    _last: int | None = None
    _gaps: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not text.isdecimal():
            return
        number = int(text)
        if self._last is not None and number > self._last + 1:
            self._gaps.append(f"{self._last}–{number}")
        self._last = number

    def notes(self) -> Iterator[Message]:
        if self._gaps:
            yield say("numbers are missing between {gaps}; see whether rows are, too", gaps=listed(self._gaps[:_MOST]))
