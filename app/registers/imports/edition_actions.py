"""The action that updates a checklist to a newer edition of its register, by the office's own actions and rules."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.actions import apply_edition, move_sections
from app.checklists.models import Section, Task
from app.clock import local_day
from app.obligations.starts import start_of_task
from app.registers.imports.checklist_actions import ImportReport, RegisterRows
from app.registers.imports.edition_queries import Edition, TaskStep, UnitStep
from app.registers.imports.queries import AnsweredImport
from app.tasks.actions import change_task, renumber_tasks, withdraw_task
from app.tasks.assignment_actions import assign, unassign
from app.tasks.part_schemas import AssignmentWrite
from app.tasks.schemas import TaskChange
from app.units.models import Unit


def enter_edition(
    session: Session,
    one: AnsweredImport,
    edition: Edition,
    *,
    by: Actor,
    at: datetime,
    starts_on: date | None = None,
    entered: Callable[[int], None] | None = None,
) -> ImportReport:
    """Apply every step of an edition: all or none. Reports on tasks that stay are not changed.

    The caller has locked the streams of catalogue, checklist and directory.

    Args:
        starts_on: the day from which new tasks and parts are owed; see `start_of_task` for what it is without it.
        entered: called with the number of further rows entered, several times.

    Returns:
        What is new in the checklist.

    Raises:
        OutsideScope, ChecklistArchived, TitleTaken; UnitDissolved: a unit that gets a part;
        InvalidRequest, NothingOwed: what `starts_on` says.
    """
    report = ImportReport(edition.checklist.id)
    rows = RegisterRows(session, edition.checklist, one.units.spelt, report, by, at, one.taken, entered)
    rows.starts_on = start_of_task(session, edition.checklist, starts_on, local_day(at))
    _Edition(session, one, edition, rows, by, at, starts_on).apply()
    return report


class _Edition:
    def __init__(
        self,
        session: Session,
        one: AnsweredImport,
        edition: Edition,
        rows: RegisterRows,
        by: Actor,
        at: datetime,
        starts_on: date | None,
    ) -> None:
        self.session, self.edition, self.rows, self.by, self.at = session, edition, rows, by, at
        self.starts_on = starts_on
        self.checklist, self.register = edition.checklist, one.full.register
        self.why = f"not in the edition of {self.register.published_on or one.stored.file_name}"

    def apply(self) -> None:
        # what was withdrawn makes way for the new numbers, and what is new comes last
        for task in self.edition.withdrawn:
            withdraw_task(self.session, task, self.why, by=self.by, at=self.at)
        if self.edition.numbers:
            renumber_tasks(self.session, self.checklist, self.edition.numbers, by=self.by, at=self.at)
        sections = self._sections()
        for step in self.edition.tasks:
            if step.task is not None and step.changes:
                self._change(step, step.task, sections[step.section_index])
        new = [(sections[step.section_index], step.row) for step in self.edition.tasks if step.task is None]
        self.rows.add_rows(self.register, new)
        apply_edition(
            self.session,
            self.checklist,
            title=self.edition.title,
            source_on=self.register.published_on,
            source_fingerprint=self.register.fingerprint(),
            by=self.by,
            at=self.at,
        )

    def _sections(self) -> list[Section]:
        """The edition's sections in their order, and behind them those that it no longer has."""
        moved = {
            step.section.id: (step.position, step.title)
            for step in self.edition.sections
            if step.section is not None and step.changes
        }
        if moved:
            move_sections(self.session, self.checklist, moved, by=self.by, at=self.at)
        steps = self.edition.sections
        new = self.rows.add_sections({step.position: step.title for step in steps if step.section is None})
        return [step.section or new[step.position] for step in steps]

    def _change(self, step: TaskStep, task: Task, section: Section) -> None:
        if step.rewords or step.moves:
            wanted = TaskChange(
                revision=task.revision,
                section_id=section.id,
                requirement=step.text("requirement"),
                units_text=step.text("units_text"),
                due_text=step.text("due_text"),
                summary=step.text("summary"),
            )
            change_task(
                self.session,
                task,
                wanted,
                by=self.by,
                at=self.at,
                roll=False,
                summary_on=self.register.published_on,
                units_unfinished=None if step.text("units_text") is None else step.row.is_unfinished,
            )
        for part in step.units:
            if part.new is not None:
                starts_on = self.starts_on if part.old is None else None  # another role begins no part
                wanted_part, unit = AssignmentWrite(role=part.new, starts_on=starts_on), self._unit(step, part)
                assign(self.session, task, unit, wanted_part, by=self.by, at=self.at, text=part.text)
            elif part.unit_id is not None:
                unassign(self.session, task, part.unit_id, self.why, by=self.by, at=self.at)

    def _unit(self, step: TaskStep, part: UnitStep) -> Unit:
        if part.unit_id is not None:
            return self.session.get_one(Unit, part.unit_id)
        return self.rows.unit(next(read for read in step.row.cell.units if read.name == part.name))
