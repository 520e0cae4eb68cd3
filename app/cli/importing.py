"""`duban import`: what a file says, what it leaves open, and its checklist."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import event
from sqlmodel import Session

from app import clock
from app.access.actors import OPERATOR
from app.checklists.actions import publish
from app.checklists.models import Audience, Checklist, Task, catalogue_of
from app.cli.import_answers import Answers, ask, refuse
from app.cli.import_preview import print_preview
from app.cli.jurisdictions import named_or_only
from app.cli.terminal import File, at_terminal, console, database_session, progress
from app.journal.recorder import lock
from app.registers.files import read_register_file
from app.registers.import_actions import answer, commit, keep
from app.registers.import_queries import preview
from app.registers.import_schemas import ImportAnswers, ImportCommitted, ImportPreview, ImportQuestion
from app.registers.kept_reading import kept
from app.registers.models import RegisterImport
from app.registers.queries import require_directory
from app.registers.register_reading import RegisterReading
from app.units.models import directory_of
from app.units.queries import spellings


@dataclass
class _Read:
    """A file as read against the directory of today; nothing of it is written."""

    file_name: str
    jurisdiction: str
    readings: list[RegisterReading]
    previews: list[ImportPreview]
    known: dict[str, int] = field(default_factory=dict)  # every spelling in the directory, and its unit

    @property
    def unknown(self) -> list[ImportQuestion]:
        """The unknown units of all registers, each once."""
        blocking = (one for shown in self.previews for one in shown.questions if one.blocks)
        return list({one.text: one for one in blocking}.values())


def import_file(
    file: File,
    jurisdiction: Annotated[str | None, typer.Option(help="GB/T 2260 code; the only one without it")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="the same report, and write nothing")] = False,
    audience: Annotated[Audience | None, typer.Option("--publish", help="publish it at once")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="ask nothing: unknown units are new, unconfirmed")] = False,
) -> None:
    """Import the register in a file (.xlsx, .xls, .docx, .html, .csv, or a page's text): all of it or nothing.

    Shows each row as read and what the file leaves open. At a terminal it asks what unknown units are; elsewhere it
    refuses them, unless --yes is given.
    """
    read = _read(file, jurisdiction)
    for shown in read.previews:
        print_preview(shown)
    if dry_run or yes:
        answers = Answers(unconfirmed=[one.text for one in read.unknown])
    elif at_terminal():
        answers = ask(read.unknown, read.known)
        typer.confirm("Import this?", default=True, abort=True)
    elif read.unknown:
        refuse(read.unknown)
    else:
        answers = Answers()
    for shown, committed in zip(read.previews, _written(read, answers, audience, dry_run), strict=True):
        _print_committed(shown.title, committed, audience, dry_run)
    if dry_run:
        console.print("dry run: nothing was written")


def _read(file: Path, jurisdiction: str | None) -> _Read:
    with progress() as shown, database_session(writes=False) as session:
        shown.add_task("reading", total=None)
        code = named_or_only(session, jurisdiction)
        require_directory(session, code, OPERATOR)
        readings = read_register_file(file.read_bytes(), file.name)
        previews = [preview(session, _unkept(reading, file.name, code)) for reading in readings]
        known = {name: unit.id for name, unit in spellings(session, code).items()}
    return _Read(file.name, code, readings, previews, known)


def _unkept(reading: RegisterReading, file_name: str, code: str) -> RegisterImport:
    """An import for a look, which no session holds."""
    return RegisterImport(
        id=0, jurisdiction_code=code, file_name=file_name, reading=kept(reading), created_at=clock.now()
    )


def _written(read: _Read, answers: Answers, audience: Audience | None, dry_run: bool) -> list[ImportCommitted]:
    """All registers of the file in one transaction, which waits for nobody's answer."""
    with database_session(writes=True, dry_run=dry_run) as session:
        # both now, by name: answers alone would take the directory's first
        now = lock(session, clock.now(), catalogue_of(read.jurisdiction), directory_of(read.jurisdiction))
        with _counted(session, sum(len(reading.tasks) for reading in read.readings)):
            committed = []
            for reading in read.readings:
                held = keep(session, reading, read.file_name, read.jurisdiction, by=OPERATOR, at=now)
                asked = {one.text for one in preview(session, held).questions if one.blocks}
                if given := [one for one in answers.aliases if one.name in asked]:
                    answer(session, held, ImportAnswers(answers=given), by=OPERATOR, at=now)
                committed.append(commit(session, held, by=OPERATOR, at=now, unconfirmed=answers.unconfirmed))
            if audience is not None:
                _publish(session, committed, audience)
    return committed


def _publish(session: Session, committed: Sequence[ImportCommitted], audience: Audience) -> None:
    for one in committed:
        publish(session, session.get_one(Checklist, one.checklist_id), audience, by=OPERATOR, at=clock.now())


@contextmanager
def _counted(session: Session, rows: int) -> Iterator[None]:
    """Shows how many of the rows are written."""
    with progress() as shown:
        bar = shown.add_task(f"writing {rows} rows", total=rows)

        @event.listens_for(session, "after_flush")
        def advance(flushed: Session, _: Any) -> None:
            shown.advance(bar, sum(isinstance(one, Task) for one in flushed.new))

        yield


def _print_committed(title: str, committed: ImportCommitted, audience: Audience | None, dry_run: bool) -> None:
    console.print(title, markup=False)
    if not committed.tasks:  # a register has one at least
        console.print(f"unchanged: checklist {committed.checklist_id} has these rows already")
        return
    console.print(
        f"{committed.sections} sections, {committed.tasks} tasks, "
        f"{committed.assignments} assignments, {committed.obligations} obligations"
    )
    if not dry_run:
        published = f"published to {audience}" if audience else "a draft"
        console.print(f"imported as checklist {committed.checklist_id}, {published}")
