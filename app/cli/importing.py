from typing import Annotated

import typer

from app import clock
from app.access.actors import OPERATOR
from app.checklists.actions import publish
from app.checklists.models import Audience, Checklist
from app.cli.terminal import File, JurisdictionOption, console, database_session
from app.registers.actions import ImportReport, import_register
from app.registers.files import read_register_file


def import_file(
    file: File,
    jurisdiction: JurisdictionOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="the same report, and write nothing")] = False,
    audience: Annotated[Audience | None, typer.Option("--publish", help="publish it at once")] = None,
) -> None:
    """Import the register in a file (.xlsx, .xls, .docx, .html, .csv, or a page's text): all of it or nothing."""
    with database_session(writes=True, dry_run=dry_run) as session:
        now = clock.now()
        reports = [
            import_register(session, reading, jurisdiction, by=OPERATOR, at=now)
            for reading in read_register_file(file.read_bytes(), file.name)
        ]
        for report in reports:
            if audience is not None and report.checklist_id is not None:
                publish(session, session.get_one(Checklist, report.checklist_id), audience, by=OPERATOR, at=now)
    for report in reports:
        _print_report(report)
        if report.is_new and not dry_run:
            published = f"published to {audience}" if audience else "a draft"
            console.print(f"imported as checklist {report.checklist_id}, {published}")
    if dry_run:
        console.print("dry run: nothing was written")


def _print_report(report: ImportReport) -> None:
    console.print(report.title, markup=False)
    if not report.is_new:
        console.print(f"unchanged: checklist {report.checklist_id} has these rows already")
        return
    console.print(
        f"{report.sections} sections, {report.tasks} tasks, "
        f"{report.assignments} assignments, {report.obligations} obligations"
    )
    for heading, found in (
        ("units that the directory does not have, entered as unconfirmed", report.unconfirmed),
        ("tasks with nobody named", report.nobody),
        ("tasks with an open collective, under which units are to be named", report.open_collectives),
        ("tasks whose list of units ends in 等", report.unfinished),
        ("not read", report.unread),
        ("please look at", report.notes),
    ):
        if found:
            console.print(f"{heading}: {len(found)}")
            for one in found:
                console.print(f"  {one}", markup=False)
