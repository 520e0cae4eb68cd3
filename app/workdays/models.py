"""The tables of the calendar."""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from app.database.columns import IDENTITY, identity
from app.journal.recorder import StreamRef
from app.journal.rows import Journaled

CALENDAR = StreamRef("calendar", "")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # the range of the table


class CalendarRow(Journaled):
    """A row of the one calendar, which all jurisdictions share."""

    journal_kind: ClassVar[str] = "calendar"
    journal_key: ClassVar[str | None] = None


class CalendarDay(CalendarRow, table=True):
    """A day that an operator has loaded or corrected. It overrides the package."""

    __tablename__: ClassVar[Any] = "calendar_day"
    __table_args__ = (
        CheckConstraint(f"day BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'", name="day_is_in_range"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "calendar.changed": {"is_working", "name", "note"},
        "calendar.imported": {"is_working", "name", "note"},
    }
    not_personal: ClassVar[frozenset[str]] = frozenset({"name", "note"})

    id: int = identity()
    day: date = Field(unique=True)
    is_working: bool
    name: str | None = Field(default=None, max_length=200)  # the holiday because of which: 国庆节
    note: str | None = Field(default=None, max_length=1000)  # where it is from: 国办发明电〔2026〕7号


class CalendarYear(CalendarRow, table=True):
    """Whether the table has every day of a year that differs from Monday to Friday."""

    __tablename__: ClassVar[Any] = "calendar_year"
    __table_args__ = (
        CheckConstraint(f"year BETWEEN {FIRST_DAY.year} AND {LAST_DAY.year}", name="year_is_in_range"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "calendar.changed": {"is_complete"},
        "calendar.imported": {"is_complete"},
    }

    id: int = identity()
    year: int = Field(unique=True)
    is_complete: bool
