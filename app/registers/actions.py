from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.actions import create_checklist
from app.checklists.models import Checklist, Section, Task, catalogue_of
from app.checklists.queries import find_by_title
from app.checklists.schedules import ByDefault, stored
from app.checklists.schemas import ChecklistCreate
from app.errors import RegisterChanged, UnknownReference, UnreadableRegister
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.languages.validation import sentence
from app.obligations.models import Assignment, Obligation
from app.obligations.settlement import settle
from app.obligations.task_actions import add_task
from app.registers.cell_reader import CellReading, UnitReading, read_cell
from app.registers.register_reading import RegisterReading, TaskReading
from app.shapes import Name
from app.units import queries as unit_queries
from app.units.actions import add_unit
from app.units.models import Unit, UnitKind, directory_of

_name = TypeAdapter(Name)


@dataclass
class ImportReport:
    """What an import did, or would do."""

    title: str
    checklist_id: int | None = None
    is_new: bool = True
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
    """Make a checklist, a draft, from a register as read: all of it or nothing. The same register again changes
    nothing.

    The printed 完成情况 becomes each task's summary as of the page's date; it is no claim by any one unit.

    Raises:
        OutsideScope; UnknownReference: the jurisdiction has no directory of units yet;
        RegisterChanged: a checklist of this title came from other rows;
        UnreadableRegister: a title or a name is longer than names are.
    """
    by.require_scope(jurisdiction_code)
    if unit_queries.get_jurisdiction(session, jurisdiction_code) is None:
        raise UnknownReference(say("{code} has no directory of units yet; import one first", code=jurisdiction_code))
    title = _title(reading.title)
    report = ImportReport(title, unread=list(reading.unread), notes=list(reading.notes))
    wanted = ChecklistCreate(jurisdiction=jurisdiction_code, title=title, year=reading.year)
    moment = lock(session, at, catalogue_of(jurisdiction_code), directory_of(jurisdiction_code))
    known = find_by_title(session, jurisdiction_code, title)
    if known is not None:
        if known.source_fingerprint != reading.fingerprint():
            raise RegisterChanged(
                say("checklist {id} has this title and other rows: {title}", id=known.id, title=title)
            )
        report.checklist_id, report.is_new = known.id, False
        return report
    checklist = create_checklist(
        session,
        wanted,
        by=by,
        at=moment,
        source_on=reading.published_on,
        source_fingerprint=reading.fingerprint(),
    )
    report.checklist_id = checklist.id
    moment = lock(session, moment, checklist.stream)
    _Import(session, checklist, report, by, moment).all_of(reading)
    return report


@dataclass
class _Import:
    session: Session
    checklist: Checklist
    report: ImportReport
    by: Actor
    moment: datetime

    def all_of(self, reading: RegisterReading) -> None:
        directory = unit_queries.directory(self.session, self.checklist.jurisdiction_code)
        number = 0
        for position, one in enumerate(reading.sections, start=1):
            section = Section(checklist_id=self.checklist.id, position=position, title=_title(one.title))
            self.session.add(section)
            self.session.flush()
            self._record("section.created", f"section:{section.id}", [section])
            self.report.sections += 1
            for row in one.tasks:
                number += 1
                self._task(reading, section, number, row, read_cell(row.units_text, directory))

    def _task(
        self, reading: RegisterReading, section: Section, number: int, row: TaskReading, cell: CellReading
    ) -> None:
        place = f"task {number} ({row.requirement[:20]}…)"
        has_open = any(unit.open for unit in cell.units)
        task = Task(
            checklist_id=self.checklist.id,
            section_id=section.id,
            number=number,
            requirement=row.requirement,
            units_text=row.units_text,
            units_unfinished=cell.open and not has_open,
            summary=row.completion,
            summary_on=reading.published_on if row.completion else None,
            schedule=stored(ByDefault()),
            created_at=self.moment,
        )
        rows = add_task(self.session, self.checklist, task)
        units = self._units(cell.units)
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
        if not assignments:
            self.report.nobody.append(place)
        if has_open:
            self.report.open_collectives.append(place)
        if task.units_unfinished:
            self.report.unfinished.append(place)
        self.report.unread += [f"{place}: {text}" for text in (*cell.unread, *cell.times)]

    def _units(self, readings: Sequence[UnitReading]) -> list[tuple[Unit, UnitReading]]:
        """The unit that each reading means; one that the directory does not have is entered, unconfirmed."""
        known = unit_queries.spellings(self.session, self.checklist.jurisdiction_code)
        found: dict[int, tuple[Unit, UnitReading]] = {}
        for read in readings:
            unit = known.get(read.name)
            if unit is None:
                unit = known[read.name] = self._enter(read)
            found.setdefault(unit.id, (unit, read))
        return list(found.values())

    def _enter(self, read: UnitReading) -> Unit:
        unit = Unit(
            jurisdiction_code=self.checklist.jurisdiction_code,
            kind=UnitKind.COLLECTIVE if read.collective else UnitKind.DEPARTMENT,
            name=_title(read.name),
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
        self.report.unconfirmed.append(unit.name)
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


def _title(text: str) -> str:
    try:
        return _name.validate_python(text)
    except ValidationError as broken:
        wrong = sentence(broken.errors()[0])
        raise UnreadableRegister(say("{field}: {detail}", field=f"{text[:40]}…", detail=wrong)) from broken
