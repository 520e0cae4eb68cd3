"""The command `duban units`."""

import csv
import sys
from typing import Annotated

import typer
from sqlmodel import Session, col

from app import clock
from app.access.actors import OPERATOR
from app.cli.jurisdictions import named_or_only
from app.cli.terminal import File, JurisdictionOption, console, database_session, print_rows
from app.tasks.parts import follow_members
from app.units.directory_file import HEADS, import_directory, read_directory
from app.units.models import Unit
from app.units.queries import public_units, visible_units
from app.units.schemas import UnitPublic

OnlyJurisdiction = Annotated[str | None, typer.Option("--jurisdiction", help="GB/T 2260 code; the only one without it")]


def units_import(
    file: File,
    jurisdiction: JurisdictionOption,
    name: Annotated[str | None, typer.Option(help="the jurisdiction's name, such as 霍邱县")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="report, and write nothing")] = False,
) -> None:
    """Enter the units of a CSV file (kind, code, name, aliases separated by |) in a jurisdiction's directory."""
    with database_session(writes=True, dry_run=dry_run) as session:
        now = clock.now()
        lines = read_directory(file.read_bytes())
        report = import_directory(session, lines, jurisdiction, name=name, by=OPERATOR, at=now)
        followed = sum(
            follow_members(session, session.get_one(Unit, collective_id), by=OPERATOR, at=now)
            for collective_id in report.joined
        )
    console().print(f"{'would enter' if dry_run else 'entered'} {len(report.created)} units")
    console().print(f"changed {len(report.changed)}, unchanged {report.unchanged}, tasks that follow {followed}")


def units_list(jurisdiction: OnlyJurisdiction = None) -> None:
    """List the units of a directory that are not dissolved."""
    with database_session(writes=False) as session:
        rows = [(unit.id, unit.kind, unit.name, "|".join(unit.aliases)) for unit in _units(session, jurisdiction)]
    print_rows(("id", "kind", "name", "aliases"), rows)


def units_export(jurisdiction: OnlyJurisdiction = None) -> None:
    """Write a directory to standard output, as `units import` reads it."""
    with database_session(writes=False) as session:
        units = _units(session, jurisdiction)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(HEADS)
    table.writerows([unit.kind, unit.code or "", unit.name, "|".join(unit.aliases)] for unit in units)


def _units(session: Session, jurisdiction: str | None) -> list[UnitPublic]:
    rows = visible_units(OPERATOR).where(
        col(Unit.jurisdiction_code) == named_or_only(session, jurisdiction), col(Unit.dissolved_on).is_(None)
    )
    return public_units(session, session.exec(rows.order_by(col(Unit.id))).all())
