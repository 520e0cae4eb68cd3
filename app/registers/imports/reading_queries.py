"""The queries that read a register without storing it."""

from datetime import date

from sqlmodel import Session

from app.access.actors import Actor
from app.registers.cells.reader import CellReading
from app.registers.cells.reader import read_cell as read_text
from app.registers.imports.full_reading import FullReading, RowReading, read_fully
from app.registers.imports.known_units import KnownUnits, known_units, require_directory
from app.registers.imports.naming_schemas import asked_columns
from app.registers.imports.reading_schemas import (
    CellReadingPublic,
    CellToRead,
    QuestionPublic,
    ReadingPublic,
    RowPublic,
    SectionRowsPublic,
    UnitReadingPublic,
)
from app.registers.imports.sent_register import PageAsRead
from app.registers.requirements.proposals import unread_days


def read_cell(session: Session, wanted: CellToRead, *, by: Actor) -> CellReadingPublic:
    """Raises:
    OutsideScope, UnknownReference: see `require_directory`.
    """
    units = _units_for(session, wanted.jurisdiction, by)
    return _cell(read_text(wanted.text, units.directory), units)


def read_page(session: Session, sent: PageAsRead, *, by: Actor, today: date) -> ReadingPublic:
    """A page as read.

    Args:
        today: its year is used for days if the page's cannot be read.

    Raises:
        OutsideScope, UnknownReference: see `require_directory`.
    """
    units = _units_for(session, sent.jurisdiction, by)
    full = read_fully(sent.register, units.directory, units.spelt, otherwise=today.year)
    rows = list(full.rows)
    return ReadingPublic(
        title=full.title or None,
        year=full.register.year,
        published_on=full.register.published_on,
        columns=asked_columns(full.register),
        sections=public_rows(full, units),
        unknown_units=[unit.name for unit in full.unknown],
        nobody=[row.number for row in rows if not row.cell.units],
        open_collectives=[row.number for row in rows if row.has_open],
        unfinished=[row.number for row in rows if row.is_unfinished],
        unread=[
            *(QuestionPublic(number=None, text=text) for text in full.register.unread),
            *(QuestionPublic(number=None, text=text) for one in full.register.left_out for text in one.printed),
            *(
                QuestionPublic(number=row.number, text=text)
                for row in rows
                for text in (*row.cell.unread, *unread_days(row.due, None))
            ),
        ],
        notes=list(full.register.notes),
        surroundings=list(full.register.surroundings),
    )


def public_rows(full: FullReading, units: KnownUnits) -> list[SectionRowsPublic]:
    """Every row as read, by section. Rows of one text share its reading: in a long register many name the same."""
    readings = {row.task.units_text: row.cell for row in full.rows}
    cells = {text: _cell(reading, units) for text, reading in readings.items()}
    return [
        SectionRowsPublic(title=section.title, rows=[_row(row, cells[row.task.units_text]) for row in section.rows])
        for section in full.sections
    ]


def _units_for(session: Session, jurisdiction_code: str | None, actor: Actor) -> KnownUnits:
    if jurisdiction_code is None:
        return KnownUnits()
    require_directory(session, jurisdiction_code, actor)
    return known_units(session, jurisdiction_code)


def _row(row: RowReading, cell: CellReadingPublic) -> RowPublic:
    return RowPublic(
        number=row.number,
        requirement=row.task.requirement,
        units_text=row.task.units_text,
        due_text=row.due_text,
        reading=cell,
        completion=row.task.completion,
    )


def _cell(reading: CellReading, units: KnownUnits) -> CellReadingPublic:
    return CellReadingPublic(
        units=[
            UnitReadingPublic(
                text=unit.text,
                name=unit.name,
                role=unit.role,
                collective=unit.collective,
                open=unit.open,
                unit_id=units.spelt[unit.name].id if unit.name in units.spelt else None,
            )
            for unit in reading.units
        ],
        open=reading.open,
        times=list(reading.times),
        unread=list(reading.unread),
        persons=list(reading.persons),
    )
