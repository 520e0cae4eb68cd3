"""The action that makes a checklist of a register as read, with sections, tasks, parts and obligations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.actions import create_checklist
from app.checklists.models import Checklist, Section, Task, catalogue_of
from app.checklists.schedules import ByDefault, stored
from app.checklists.schemas import ChecklistCreate
from app.checklists.targets import stored_list
from app.database.bulk import insert_all
from app.errors import UnreadableRegister
from app.journal.recorder import Change, lock, record, record_all
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.periods import make_periods
from app.obligations.settlement import settle_all
from app.obligations.starts import require_within
from app.registers.cells.reader import UnitReading
from app.registers.files.reading import RegisterReading
from app.registers.imports.full_reading import FullReading, RowReading, name_of, read_fully
from app.registers.imports.known_units import KnownUnits, known_units, require_directory
from app.registers.requirements.proposals import Takeable
from app.units.actions import add_unit
from app.units.models import Unit, UnitKind, directory_of

ROWS_AT_ONCE = 100


@dataclass
class ImportReport:
    """The report of an import."""

    checklist_id: int
    sections: int = 0
    tasks: int = 0
    assignments: int = 0
    obligations: int = 0


def import_register(
    session: Session, reading: RegisterReading, jurisdiction_code: str, *, by: Actor, at: datetime, soon: int
) -> ImportReport:
    """Make a checklist, a draft, from a register as read: all of it or nothing.

    The printed 完成情况 becomes each task's summary as of the page's date; it is not a claim by a unit.

    Raises:
        OutsideScope; UnknownReference: the jurisdiction has no directory of units yet;
        TitleTaken: there is a checklist of this title, which only an edition changes (actions.py);
        UnreadableRegister: a title or a name is longer than names are.
    """
    require_directory(session, jurisdiction_code, by)
    moment = lock(session, at, catalogue_of(jurisdiction_code), directory_of(jurisdiction_code))
    units = known_units(session, jurisdiction_code)
    if reading.is_asked or not reading.title or reading.year is None:
        raise UnreadableRegister(say("the file does not say its title, its year or its columns; import it by hand"))
    full = read_fully(reading, units.directory, units.spelt, otherwise=reading.year)
    return enter_register(session, full, units, jurisdiction_code, by=by, at=moment, soon=soon)


def enter_register(
    session: Session,
    full: FullReading,
    units: KnownUnits,
    jurisdiction_code: str,
    *,
    by: Actor,
    at: datetime,
    soon: int,
    taken: Mapping[int, Takeable] | None = None,
    starts_on: date | None = None,
    entered: Callable[[int], None] | None = None,
) -> ImportReport:
    """Make a checklist, a draft, from a register that is read to the end. The caller has locked the streams of
    catalogue and directory.

    Args:
        taken: by the number of a row, what of its requirement becomes the task's schedule and targets.
        starts_on: the day from which its tasks are owed; without it the publication says.
        entered: called with the number of further rows entered, several times.

    Raises:
        OutsideScope, UnknownReference, TitleTaken; UnreadableRegister: see `import_register`;
        InvalidRequest: `starts_on` is not one of the checklist's days.
    """
    reading = full.register
    wanted = ChecklistCreate(jurisdiction=jurisdiction_code, title=full.title, year=full.year)
    checklist = create_checklist(
        session,
        wanted,
        by=by,
        at=at,
        soon=soon,
        source_on=reading.published_on,
        source_fingerprint=reading.fingerprint(),
    )
    report, moment = ImportReport(checklist.id), lock(session, at, checklist.stream)
    rows = RegisterRows(session, checklist, units.spelt, report, by, moment, taken or {}, entered, is_first=True)
    if starts_on is not None:
        require_within(checklist, starts_on)
        rows.starts_on = starts_on
    sections = rows.add_sections({number: one.title for number, one in enumerate(full.sections, start=1)})
    placed = [(sections[number], row) for number, one in enumerate(full.sections, start=1) for row in one.rows]
    rows.add_rows(reading, placed)
    return report


@dataclass
class RegisterRows:
    """Enters sections and rows of a register as read into a checklist whose stream, and its directory's, are locked.

    Some rows at a time, so that a long register takes a few statements for each of them and is never whole in memory.
    """

    session: Session
    checklist: Checklist
    units: dict[str, Unit]
    report: ImportReport
    by: Actor
    moment: datetime
    taken: Mapping[int, Takeable] = field(default_factory=dict)  # by the row's number: the proposals that are taken
    entered: Callable[[int], None] | None = None  # called with the number of further rows entered
    starts_on: date | None = None  # the day from which new tasks are owed; without it the checklist's publication says
    is_first: bool = False  # whether the checklist is made of this register: its rows may lie before that day

    def add_sections(self, titles: Mapping[int, str]) -> dict[int, Section]:
        """Sections by their positions."""
        sections = [
            Section(checklist_id=self.checklist.id, position=number, title=title) for number, title in titles.items()
        ]
        insert_all(self.session, sections)
        self._record(Change("section.created", f"section:{one.id}", [one]) for one in sections)
        self.report.sections += len(sections)
        return {one.position: one for one in sections}

    def add_rows(self, register: RegisterReading, rows: Sequence[tuple[Section, RowReading]]) -> None:
        """For each row, in its section, a task, its units and what they owe."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            self._add_some(register, some)
            if self.entered is not None:
                self.entered(len(some))

    def _add_some(self, register: RegisterReading, rows: Sequence[tuple[Section, RowReading]]) -> None:
        tasks = [self._task(register, section, row) for section, row in rows]
        insert_all(self.session, tasks)
        made: dict[int, list[Journaled]] = {task.id: [task] for task in tasks}
        parts = [
            Assignment.model_construct(
                checklist_id=self.checklist.id, task_id=task.id, unit_id=unit.id, role=read.role, text=read.text[:200]
            )
            for task, (_, row) in zip(tasks, rows, strict=True)
            for unit, read in self._units(row.cell.units)
        ]
        insert_all(self.session, parts)
        for period in make_periods(self.session, self.checklist, tasks, may_be_none=self.is_first):
            made[period.task_id].append(period)
        for part in parts:
            made[part.task_id].append(part)
        for task_id, owed in settle_all(self.session, tasks, self.moment).items():
            made[task_id] += owed
            self.report.obligations += sum(isinstance(one, Obligation) for one in owed)
        self._record(Change("task.created", f"task:{task_id}", some) for task_id, some in made.items())
        self.report.tasks += len(tasks)
        self.report.assignments += len(parts)

    def _task(self, register: RegisterReading, section: Section, row: RowReading) -> Task:
        taken = self.taken.get(row.number)
        return Task(
            checklist_id=self.checklist.id,
            section_id=section.id,
            number=row.number,
            requirement=row.task.requirement,
            units_text=row.task.units_text,
            due_text=row.due_text or None,
            units_unfinished=row.is_unfinished,
            summary=row.task.completion,
            summary_on=register.published_on if row.task.completion else None,
            schedule=stored((taken and taken.schedule) or ByDefault()),
            starts_on=self.starts_on,
            targets=stored_list(taken.targets if taken else []),
            created_at=self.moment,
        )

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

    def _record(self, changes: Iterable[Change]) -> None:
        record_all(self.session, self.checklist.stream, changes, by=self.by.who, at=self.moment)
