"""The command `duban read`, which shows how texts are read."""

import json
import sys
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.cli.jurisdictions import only_jurisdiction
from app.cli.terminal import console, fail
from app.config import settings_or_exit
from app.database.engine import Database
from app.errors import DubanError
from app.registers.cells.reader import read_cell as read_cell_text
from app.units import queries as unit_queries
from app.units.directory import Directory


def read_cell(
    text: Annotated[str, typer.Argument(help="a responsible-units cell, as printed")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    jurisdiction: Annotated[str | None, typer.Option(help="whose directory to use; the only one without it")] = None,
) -> None:
    """Show how the cell of responsible units is read."""
    reading = read_cell_text(text, _directory(jurisdiction))
    if as_json:
        sys.stdout.write(json.dumps(reading.as_dict(), ensure_ascii=False) + "\n")
        return
    for unit in reading.units:
        marks = [unit.role.value, *["collective"] * unit.collective, *["open"] * unit.open]
        console().print(f"{unit.name}  [{', '.join(marks)}]  {unit.text}", markup=False)
    if reading.open:
        console().print("the list is not complete: the office has to name who else is meant")
    others = {"time": reading.times, "person": reading.persons, "unread": reading.unread}
    for heading, found in others.items():
        for one in found:
            console().print(f"{heading}: {one}", markup=False)


def read_requirement(
    text: Annotated[str, typer.Argument(help="a requirement, as printed")],
    year: Annotated[int, typer.Option(min=1949, max=2999, help="the register's, for days without a year")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Show which time limits and quantities are read in a requirement. They are proposals: nothing is written."""
    from app.registers.requirements.reader import read_requirement as read_requirement_text

    try:
        reading = read_requirement_text(text, year).model_dump(mode="json", exclude_defaults=True)
    except DubanError as error:
        fail(error)
    if as_json:
        sys.stdout.write(json.dumps(reading, ensure_ascii=False) + "\n")
        return
    for heading, found in reading.items():
        for one in found:
            said = "  ".join(f"{key}={value}" for key, value in one.items() if key not in ("words", "start"))
            console().print(f"{heading.removesuffix('s')}: {one['words']}  {said}", markup=False)
    if not any(reading.values()):
        console().print("no time limit and no quantity was read")


def _directory(jurisdiction: str | None) -> Directory:
    """The directory to read with; an empty one where the database has none, since reading needs no database."""
    database = Database(settings_or_exit())
    try:
        with database.session(writes=False) as session:
            code = jurisdiction or only_jurisdiction(session)
            return unit_queries.directory(session, code) if code else Directory({})
    except (OperationalError, ProgrammingError):
        if jurisdiction:
            raise
        return Directory({})
    finally:
        database.close()
