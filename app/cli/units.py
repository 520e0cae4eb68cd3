from typing import Annotated

import typer

from app import clock
from app.access.actors import OPERATOR
from app.cli.terminal import File, JurisdictionOption, console, database_session
from app.tasks.assignment_actions import follow_members
from app.units.directory_file import import_directory, read_directory
from app.units.models import Unit


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
