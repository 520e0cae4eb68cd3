"""The cache of cells and requirements as read, for one request or command."""

from collections.abc import Iterable

from app.registers.cells import reader
from app.registers.cells.reader import CellReading
from app.registers.requirements.reading import RequirementReading
from app.units.directory import Directory


class ReadingCache:
    """The readings by their source: a cell's text and the directory, a requirement's text and the year.

    An answer that enters a unit or a spelling makes another directory, and cells are read again."""

    def __init__(self) -> None:
        self._cells: dict[Directory, dict[str, CellReading]] = {}
        self._requirements: dict[tuple[str, int], RequirementReading] = {}
        self._due: dict[tuple[str, int], RequirementReading] = {}

    def cells(self, texts: Iterable[str], directory: Directory) -> dict[str, CellReading]:
        """The reading of each text."""
        read = self._cells.setdefault(directory, {})
        for text in texts:
            if text not in read:
                read[text] = reader.read_cell(text, directory)
        return read

    def due(self, text: str, year: int) -> RequirementReading:
        """What is read in the words of a last day."""
        from app.registers.requirements.due_words import read_due

        if (text, year) not in self._due:
            self._due[text, year] = read_due(text, year)
        return self._due[text, year]

    def requirement(self, text: str, year: int) -> RequirementReading:
        from app.registers.requirements.reader import read_requirement

        if (text, year) not in self._requirements:
            self._requirements[text, year] = read_requirement(text, year)
        return self._requirements[text, year]
