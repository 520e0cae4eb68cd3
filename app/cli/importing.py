"""The command `duban import`: it previews a file, asks its questions, and writes its checklist."""

from datetime import date, datetime
from typing import Annotated

import typer

from app.checklists.models import Audience
from app.cli.edition_preview import changes_checklist, print_changes, summary
from app.cli.import_answers import (
    LEFT_BY_YES,
    Answers,
    leave_kinds,
    open_questions,
    require_answered,
    undecided_rows,
    unknown_units,
    unread_kinds,
    wanted,
)
from app.cli.import_dialogue import (
    ask_day,
    ask_proposals,
    ask_row,
    ask_rules,
    ask_targets,
    ask_titles,
    ask_units,
    ask_unread,
    print_days,
)
from app.cli.import_naming import named
from app.cli.import_preview import numbers, print_preview, undecided
from app.cli.import_steps import ReadFile, read_file, rehearsed, show_file, write
from app.cli.terminal import File, at_terminal, console, fail
from app.errors import StartsOnNeeded
from app.registers.files.given import Given
from app.registers.imports.naming_schemas import NamedColumns, columns_from
from app.registers.imports.schemas import UNREAD_KINDS, ImportCommitted, ImportPreview
from app.shapes import FIRST_YEAR, LAST_YEAR


def _columns(text: str) -> NamedColumns:
    try:
        return columns_from(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def import_file(
    file: File,
    jurisdiction: Annotated[str | None, typer.Option(help="GB/T 2260 code; the only one without it")] = None,
    checklist: Annotated[
        int | None, typer.Option(help="the checklist that it is a newer edition of, also where its title is another")
    ] = None,
    title: Annotated[str | None, typer.Option(help="the register's title, whatever the file prints")] = None,
    year: Annotated[
        int | None, typer.Option(min=FIRST_YEAR, max=LAST_YEAR, help="its year, whatever the file prints")
    ] = None,
    columns: Annotated[
        NamedColumns | None,
        typer.Option(
            "--columns",
            parser=_columns,
            metavar="COLUMNS",
            help="which column is which, from 1: requirement=2,units=3,due=4",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="the same report, and write nothing")] = False,
    audience: Annotated[Audience | None, typer.Option("--publish", help="publish it at once")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--starts-on",
            formats=["%Y-%m-%d"],
            help="what is new is owed from this day; the publication's first day, and in an edition today, without it",
        ),
    ] = None,
    take_proposals: Annotated[
        bool | None,
        typer.Option(
            "--take-proposals/--leave-proposals",
            help="set the schedules and targets that rows propose, or none",
        ),
    ] = None,
    take_title: Annotated[
        bool, typer.Option("--take-title", help="give the checklist the title that its edition prints")
    ] = False,
    first_is_lead: Annotated[
        bool, typer.Option("--first-is-lead", help="apply the register's rule that the first unit leads")
    ] = False,
    leave: Annotated[
        list[str],
        typer.Option(
            metavar="|".join(UNREAD_KINDS), help="leave all of a kind that was not read as it is; may be repeated"
        ),
    ] = [],  # noqa: B006
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            help="ask nothing: unknown units are new, unconfirmed; proposals, and what was not read, are left, but for "
            "text in cells of units; an edition changes its checklist",
        ),
    ] = False,
) -> None:
    """Import the register in a file (.xlsx, .xls, .docx, .pdf, .html, .csv, a page's text, or, by LibreOffice,
    .doc, .wps, .rtf, .odt, .ods): all of it or nothing.

    Shows each row as read, what the file leaves open, and, for a newer edition of a register, what it changes. At a
    terminal it asks; elsewhere it rejects what is open, and changes a checklist only if --yes is given.
    """
    read = read_file(file, jurisdiction, checklist, Given(title, year, columns.columns if columns else None))
    read.readings = named(read.readings, ask=at_terminal() and not (dry_run or yes))
    shown = show_file(read)
    answers = wanted(
        shown,
        take_proposals=take_proposals,
        take_title=take_title,
        first_is_lead=first_is_lead,
        leave=unread_kinds(leave),
    )
    if any(answers.by_register):
        shown = rehearsed(read, answers)
    for one in shown:
        print_preview(one)
    if dry_run or yes:
        answers.unconfirmed = [one.text for one in unknown_units(shown)]
        leave_kinds(shown, answers, LEFT_BY_YES)
        answers.proposals = "leave"
        shown = rehearsed(read, answers) if open_questions(shown) else shown
    if dry_run:
        if rows := undecided_rows(shown) or [row for one in open_questions(shown) for row in one.rows]:
            console().print(f"to be answered at a terminal first: {numbers(rows)}")
            shown = []
    elif yes or not at_terminal():
        require_answered(shown, answers, yes=yes)
    else:
        shown = _ask_all(read, answers, shown)
    if shown:
        asks = at_terminal() and not yes
        written = _written(read, answers, shown, audience, since and since.date(), dry_run=dry_run, asks=asks)
        for one, committed in zip(shown, written, strict=True):
            _print_committed(one, committed, audience, dry_run)
    if dry_run:
        console().print("dry run: nothing was written")


def _ask_all(read: ReadFile, answers: Answers, shown: list[ImportPreview]) -> list[ImportPreview]:
    """Ask all that is open, show what an edition changes then, and have it confirmed."""
    before = shown
    ask_units(unknown_units(shown), read.known, answers)
    ask_unread(shown, read.known, answers)
    ask_titles(shown, answers)
    ask_proposals(shown, answers)
    ask_rules(shown, answers)
    shown = rehearsed(read, answers)
    ask_targets(shown, answers)
    shown = rehearsed(read, answers)
    while open_rows := [(place, one) for place, each in enumerate(shown) for one in undecided(each)]:
        place, question = open_rows[0]  # its answer may settle the others
        answers.by_register[place].append(ask_row(question))
        shown = rehearsed(read, answers)
    for one, was in zip(shown, before, strict=True):
        if one.preview != was.preview:
            print_changes(one)
    if changed := [summary(one) for one in shown if changes_checklist(one)]:
        typer.confirm(f"Change {'; '.join(changed)}?", default=False, abort=True)
    elif any(one.edition_of is None for one in shown):
        typer.confirm("Import this?", default=True, abort=True)
    return shown


def _written(
    read: ReadFile,
    answers: Answers,
    shown: list[ImportPreview],
    audience: Audience | None,
    starts_on: date | None,
    *,
    dry_run: bool,
    asks: bool,
) -> list[ImportCommitted]:
    """Write the import. If the first day is needed, the user is asked for it; a dry run shows the days, and
    publishes nothing."""
    try:
        return write(read, answers, shown, audience, dry_run=dry_run, starts_on=starts_on)
    except StartsOnNeeded as needed:
        if dry_run:
            print_days(needed)
            return write(read, answers, shown, None, dry_run=True)
        if not asks:
            fail(needed)
        return write(read, answers, shown, audience, dry_run=False, starts_on=ask_day(needed))


def _print_committed(
    shown: ImportPreview, committed: ImportCommitted, audience: Audience | None, dry_run: bool
) -> None:
    console().print(shown.title or "", markup=False)
    published = f"published to {audience}" if audience else ""
    if shown.edition_of is None:
        console().print(
            f"{committed.sections} sections, {committed.tasks} tasks, "
            f"{committed.assignments} assignments, {committed.obligations} obligations"
        )
        done = f"imported as checklist {committed.checklist_id}, {published or 'a draft'}"
    elif changes_checklist(shown):
        console().print(
            f"tasks: {committed.tasks} added, {committed.changed} changed, {committed.withdrawn} withdrawn, "
            f"{shown.unchanged} as they were"
        )
        done = f"checklist {committed.checklist_id} stands as this edition has it{published and f', {published}'}"
    else:
        console().print(f"unchanged: checklist {committed.checklist_id} has these rows already")
        done = published
    if done and not dry_run:
        console().print(done)
