"""Making a checklist of a register as read: its sections, tasks and parts, and what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.actions import create_checklist
from app.checklists.models import Checklist, Section, Task, catalogue_of
from app.checklists.schedules import ByDefault, stored
from app.checklists.schemas import ChecklistCreate
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.settlement import settle
from app.registers.cells.reader import UnitReading
from app.registers.files.reading import RegisterReading
from app.registers.imports.full_reading import FullReading, RowReading, name_of, read_fully
from app.registers.imports.known_units import KnownUnits, known_units, require_directory
from app.tasks.actions import add_task
from app.units.actions import add_unit
from app.units.models import Unit, UnitKind, directory_of


@dataclass
class ImportReport:
    """What an import did, or would do."""

    title: str
    checklist_id: int | None = None
    sections: int = 0
    tasks: int = 0
    assignments: int = 0
    obligations: int = 0
    unconfirmed: list[str] = field(default_factory=list)  # units that the directory does not have
    nobody: list[str] = field(default_factory=list)  # tasks with nobody named
    open_collectives: list[str] = field(default_factory=list)  # tasks with an open collective under which to name units
    unfinished: list[str] = field(default_factory=list)  # tasks whose printed list ends in 等
    unread: list[str] = field(default_factory=list)  # what no reader could place
    notes: list[str] = field(default_factory=list)


def import_register(
    session: Session, reading: RegisterReading, jurisdiction_code: str, *, by: Actor, at: datetime
) -> ImportReport:
    """Make a checklist, a draft, from a register as read: all of it or nothing.

    The printed 完成情况 becomes each task's summary as of the page's date; it is no claim by any one unit.

    Raises:
        OutsideScope; UnknownReference: the jurisdiction has no directory of units yet;
        TitleTaken: there is a checklist of this title, which only an edition changes (actions.py);
        UnreadableRegister: a title or a name is longer than names are.
    """
    require_directory(session, jurisdiction_code, by)
    moment = lock(session, at, catalogue_of(jurisdiction_code), directory_of(jurisdiction_code))
    units = known_units(session, jurisdiction_code)
    full = read_fully(reading, units.directory, units.spelt)
    return enter_register(session, full, units, jurisdiction_code, by=by, at=moment)


def enter_register(
    session: Session, full: FullReading, units: KnownUnits, jurisdiction_code: str, *, by: Actor, at: datetime
) -> ImportReport:
    """Make a checklist, a draft, from a register that is read to the end. The caller has locked the streams of
    catalogue and directory.

    Raises:
        OutsideScope, UnknownReference, TitleTaken; UnreadableRegister: see `import_register`.
    """
    report, reading = reported(full), full.register
    wanted = ChecklistCreate(jurisdiction=jurisdiction_code, title=full.title, year=reading.year)
    checklist = create_checklist(
        session,
        wanted,
        by=by,
        at=at,
        source_on=reading.published_on,
        source_fingerprint=reading.fingerprint(),
    )
    report.checklist_id = checklist.id
    moment = lock(session, at, checklist.stream)
    rows = RegisterRows(session, checklist, units.spelt, report, by, moment)
    for position, one in enumerate(full.sections, start=1):
        section = rows.add_section(position, one.title)
        for row in one.rows:
            rows.add_row(reading, section, row)
    return report


def reported(full: FullReading) -> ImportReport:
    """What a reading of a register says before anything is written."""
    return ImportReport(
        full.title,
        unconfirmed=[name_of(unit.name) for unit in full.unknown],
        nobody=[row.place for row in full.rows if not row.cell.units],
        open_collectives=[row.place for row in full.rows if row.has_open],
        unfinished=[row.place for row in full.rows if row.is_unfinished],
        unread=[
            *full.register.unread,
            *(f"{row.place}: {text}" for row in full.rows for text in row.unread),
        ],
        notes=list(full.register.notes),
    )


@dataclass
class RegisterRows:
    """Enters sections and rows of a register as read into a checklist whose stream, and its directory's, are held."""

    session: Session
    checklist: Checklist
    units: dict[str, Unit]
    report: ImportReport
    by: Actor
    moment: datetime

    def add_section(self, position: int, title: str) -> Section:
        section = Section(checklist_id=self.checklist.id, position=position, title=title)
        self.session.add(section)
        self.session.flush()
        self._record("section.created", f"section:{section.id}", [section])
        self.report.sections += 1
        return section

    def add_row(self, register: RegisterReading, section: Section, row: RowReading) -> Task:
        """A task, its units and what they owe."""
        task = Task(
            checklist_id=self.checklist.id,
            section_id=section.id,
            number=row.number,
            requirement=row.task.requirement,
            units_text=row.task.units_text,
            units_unfinished=row.is_unfinished,
            summary=row.task.completion,
            summary_on=register.published_on if row.task.completion else None,
            schedule=stored(ByDefault()),
            created_at=self.moment,
        )
        rows = add_task(self.session, self.checklist, task)
        units = self._units(row.cell.units)
        assignments = [
            Assignment(
                checklist_id=self.checklist.id, task_id=task.id, unit_id=unit.id, role=read.role, text=read.text[:200]
            )
            for unit, read in units
        ]
        self.session.add_all(assignments)
        self.session.flush()
        owed = settle(self.session, task, self.moment)
        self._record("task.created", f"task:{task.id}", [*rows, *assignments, *owed])
        self.report.tasks += 1
        self.report.assignments += len(assignments)
        self.report.obligations += sum(isinstance(one, Obligation) for one in owed)
        return task

    def unit(self, read: UnitReading) -> Unit:
        """The unit that a reading means; one that the directory does not have is entered, unconfirmed."""
        unit = self.units.get(read.name)
        if unit is None:
            unit = self.units[read.name] = self._enter(read)
        return unit

    def _units(self, readings: Sequence[UnitReading]) -> list[tuple[Unit, UnitReading]]:
        found: dict[int, tuple[Unit, UnitReading]] = {}
        for read in readings:
            unit = self.unit(read)
            found.setdefault(unit.id, (unit, read))
        return list(found.values())

    def _enter(self, read: UnitReading) -> Unit:
        unit = Unit(
            jurisdiction_code=self.checklist.jurisdiction_code,
            kind=UnitKind.COLLECTIVE if read.collective else UnitKind.DEPARTMENT,
            name=name_of(read.name),
            is_open=read.open,
            is_confirmed=False,
            created_at=self.moment,
        )
        spelt = add_unit(self.session, unit)
        record(
            self.session,
            directory_of(self.checklist.jurisdiction_code),
            by=self.by.who,
            verb="unit.met",
            subject=f"unit:{unit.id}",
            at=self.moment,
            rows=[unit, *spelt],
        )
        return unit

    def _record(self, verb: str, subject: str, rows: Sequence[Journaled]) -> None:
        record(
            self.session,
            self.checklist.stream,
            by=self.by.who,
            verb=verb,
            subject=subject,
            at=self.moment,
            rows=rows,
        )
