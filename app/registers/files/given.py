"""The title, year and columns that a sender gives with a file, so that they are not read from it."""

from dataclasses import dataclass

from app.registers.files.table_heads import Columns


@dataclass(frozen=True, slots=True)
class Given:
    title: str | None = None
    year: int | None = None
    columns: Columns | None = None


NOTHING_GIVEN = Given()
