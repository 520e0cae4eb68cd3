"""The command `duban workdays`."""

from typing import Annotated

import typer

from app import clock
from app.access.actors import OPERATOR
from app.cli.terminal import File, console, database_session
from app.config import settings_or_exit
from app.tasks.event_actions import correct_calendar
from app.workdays.calendar_file import read_calendar
from app.workdays.models import FIRST_DAY, LAST_DAY
from app.workdays.schemas import CalendarReport, YearWanted


def calendar_import(
    file: File,
    complete_year: Annotated[
        list[int],
        typer.Option(
            min=FIRST_DAY.year, max=LAST_DAY.year, help="a year of which the file, with what is known, is all"
        ),
    ] = [],  # noqa: B006
    dry_run: Annotated[bool, typer.Option("--dry-run", help="report, and write nothing")] = False,
) -> None:
    """Enter holidays and make-up days from a CSV file (day, is_working, name) or an .ics: all of it or nothing."""
    with database_session(writes=True, dry_run=dry_run) as session:
        found = read_calendar(file.read_bytes())
        years = [YearWanted(year=year, is_complete=True) for year in sorted(set(complete_year))]
        report = correct_calendar(
            session,
            found.days,
            years,
            by=OPERATOR,
            at=clock.now(),
            roll=settings_or_exit().roll_days_off,
            verb="calendar.imported",
        )
    if found.ignored:
        console().print(f"events that say neither 班 nor 休, left alone: {found.ignored}")
    _print_calendar(report)
    if dry_run:
        console().print("dry run: nothing was written")


def _print_calendar(report: CalendarReport) -> None:
    console().print(f"entered {len(report.entered)} days, changed {len(report.changed)}")
    console().print(f"unchanged {report.unchanged}, days that count otherwise than before {len(report.affected)}")
    for day in report.changed:
        console().print(f"  changed {day}")
    for year in report.published_years:
        console().print(f"{year} is published from now on")
    for year in report.unpublished_years:
        console().print(
            f"{year} is still not published: the file names neither all seven holidays with the days worked for them "
            f"nor each day. If it is the whole notice, add --complete-year {year}"
        )
