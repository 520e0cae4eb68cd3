"""The command `duban export`, which writes a register to a file with the API's code."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlmodel import Session

from app import clock
from app.access.actors import OPERATOR
from app.checklists.queries import get_checklist
from app.cli.terminal import console, database_session, errors, progress
from app.obligations.stands import Stand, stand_on
from app.registers.exports.formats import WRITERS, FileFormat, written
from app.registers.exports.queries import printed_register, working_register
from app.registers.exports.schemas import UnitsShown
from app.registers.exports.table import OutTable

_STDOUT = Path("-")


def export_file(
    checklist_id: int,
    file: Annotated[Path, typer.Argument(help="its ending says the form: xlsx, docx, html, csv, json; - for stdout")],
    working: Annotated[bool, typer.Option("--working", help="the working register (台账)")] = False,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="as it stood at the end of this day; today without it")
    ] = None,
    known_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="only what had been recorded by the end of this day")
    ] = None,
    units: Annotated[
        UnitsShown, typer.Option(help="责任单位 as printed, or who has a part in the task today")
    ] = UnitsShown.PRINTED,
    form: Annotated[FileFormat | None, typer.Option("--format", help="the form, where no ending says it")] = None,
    force: Annotated[bool, typer.Option("--force", help="write over a file that is there")] = False,
) -> None:
    """Write a checklist as the county's own four-column table, or as the working register (台账), to a file."""
    if working and units is UnitsShown.ASSIGNED:
        raise typer.BadParameter(
            "the working register has a row for each unit; leave out --units", param_hint="--units"
        )
    form = form or _form_of(file)
    if file != _STDOUT:
        _require_writable(file, force=force)
    with progress() as shown, database_session(writes=False) as session:
        shown.add_task("writing", total=None)
        stand = stand_on(as_of and as_of.date(), known_on and known_on.date(), today=clock.today())
        table = _table(session, checklist_id, stand, units, working=working)
        if file == _STDOUT:
            with written(table, form) as whole:
                shutil.copyfileobj(whole, sys.stdout.buffer)
        else:
            with _beside(file) as part:
                WRITERS[form](table, part)
    if file != _STDOUT:
        console().print(f"wrote {file}", markup=False)


def _form_of(file: Path) -> FileFormat:
    try:
        return FileFormat(file.suffix.lower().removeprefix("."))
    except ValueError as unknown:
        detail = f"{file}: no ending of {', '.join(FileFormat)}; add one, or say --format"
        raise typer.BadParameter(detail, param_hint="FILE") from unknown


def _require_writable(file: Path, *, force: bool) -> None:
    if file.is_dir() or not file.parent.is_dir():
        raise typer.BadParameter(f"{file} cannot be a file; name one in a folder that exists")
    if file.exists() and not force:
        errors().print(f"{file} exists already; give another name, or --force to write over it", markup=False)
        raise typer.Exit(1)


def _table(session: Session, checklist_id: int, stand: Stand, units: UnitsShown, *, working: bool) -> OutTable:
    checklist = get_checklist(session, OPERATOR, checklist_id)
    if working:
        return working_register(session, OPERATOR, checklist, stand)
    return printed_register(session, OPERATOR, checklist, stand, units)


@contextmanager
def _beside(file: Path) -> Iterator[BinaryIO]:
    """A file that replaces another when it is whole. The export leaves no file if it fails."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as opened:
            yield opened
        part.replace(file)
    except OSError as broken:
        errors().print(f"{file} cannot be written: {broken.strerror}", markup=False)
        raise typer.Exit(1) from broken
    finally:
        part.unlink(missing_ok=True)
