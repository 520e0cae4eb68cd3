"""The command `duban`. Whoever runs it is at the server itself, and is trusted as an admin."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session, col, select

from app import clock
from app import models as _all_tables  # noqa: F401
from app.access import actions as access
from app.access.actors import OPERATOR
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.checklists.actions import publish
from app.checklists.models import Audience, Checklist
from app.config import Settings, complaints, get_settings
from app.database import Database
from app.demo import prepare_demo
from app.edge import access_log
from app.edge.protocol import BoundedHttp
from app.errors import DubanError
from app.journal.verification import verify as walk
from app.main import create_app
from app.migrate import upgrade
from app.obligations.assignment_actions import follow_members
from app.obligations.event_actions import correct_calendar
from app.registers.actions import ImportReport, import_register
from app.registers.cell_reader import read_cell as read_cell_text
from app.registers.files import read_register_file
from app.registers.requirement_reader import read_requirement as read_requirement_text
from app.storage import Storage
from app.units import queries as unit_queries
from app.units.directory import Directory
from app.units.directory_file import import_directory, read_directory
from app.units.models import Jurisdiction, Unit
from app.updates.evidence_queries import damaged_files
from app.workdays.calendar_file import read_calendar
from app.workdays.models import FIRST_DAY, LAST_DAY
from app.workdays.schemas import CalendarReport, YearWanted

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, help="督办: registers of key tasks, kept alive."
)
units_app = typer.Typer(no_args_is_help=True, help="The directory of units.")
calendar_app = typer.Typer(no_args_is_help=True, help="The calendar of working days.")
key_app = typer.Typer(no_args_is_help=True, help="API keys.")
app.add_typer(units_app, name="units")
app.add_typer(calendar_app, name="calendar")
app.add_typer(key_app, name="key")

console = Console(soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)

JurisdictionOption = Annotated[str, typer.Option("--jurisdiction", help="GB/T 2260 code, such as 341522")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


class _NothingWritten(Exception):
    """Ends a dry run's transaction."""


@contextmanager
def _session(*, writes: bool, dry_run: bool = False) -> Iterator[Session]:
    database = Database(_settings())
    try:
        with database.session(writes=writes) as session:
            yield session
            if dry_run:
                raise _NothingWritten
    except _NothingWritten:
        pass
    except DubanError as error:
        _fail(error)
    except (OperationalError, ProgrammingError) as error:
        errors.print(f"the database cannot be used: {error.orig}", markup=False)
        errors.print("if it is new, run: duban migrate", markup=False)
        raise typer.Exit(2) from error
    finally:
        database.close()


def _fail(error: DubanError) -> NoReturn:
    errors.print(f"{error.code}: {error.detail}", markup=False)
    for field, detail in error.fields:
        errors.print(f"  {field}: {detail}", markup=False)
    raise typer.Exit(1) from error


def _settings() -> Settings:
    try:
        return get_settings()
    except ValidationError as broken:
        for line in complaints(broken):
            errors.print(line, markup=False)
        raise typer.Exit(2) from broken


@app.command()
def serve(host: str = "127.0.0.1", port: int = 8000, workers: Annotated[int, typer.Option(min=1, max=64)] = 1) -> None:
    """Serve the API. Migrate first: this command never changes tables."""
    _run_server(_settings(), host=host, port=port, workers=workers)


def _run_server(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Until SIGTERM or SIGINT; requests in flight are answered first, and the process then ends with 0."""
    access_log.configure()
    signal.signal(signal.SIGTERM, _ended)  # uvicorn raises the signal again when it has stopped in good order
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http=BoundedHttp,
        ws="none",
        server_header=False,
        access_log=False,
        log_config=access_log.LOGGING,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )


def _ended(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@app.command()
def openapi() -> None:
    """Print the API's OpenAPI document, for linters and client generators. It needs no database."""
    document = create_app(_settings()).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version."""
    upgrade(_settings())


@app.command()
def demo(port: int = 8000, serve_it: Annotated[bool, typer.Option("--serve/--no-serve")] = True) -> None:
    """Fill a database of its own with a sample register, and serve it."""
    os.environ.setdefault("DUBAN_DATABASE_URL", "sqlite:///demo.db")
    settings = _settings()
    console.print(prepare_demo(settings, port=port, at=clock.now()), markup=False)
    if serve_it:
        _run_server(settings, host="127.0.0.1", port=port, workers=1)


@units_app.command("import")
def units_import(
    file: File,
    jurisdiction: JurisdictionOption,
    name: Annotated[str | None, typer.Option(help="the jurisdiction's name, such as 霍邱县")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="report, and write nothing")] = False,
) -> None:
    """Enter the units of a CSV file (kind, code, name, aliases separated by |) in a jurisdiction's directory."""
    with _session(writes=True, dry_run=dry_run) as session:
        now = clock.now()
        lines = read_directory(file.read_bytes())
        report = import_directory(session, lines, jurisdiction, name=name, by=OPERATOR, at=now)
        followed = sum(
            follow_members(session, session.get_one(Unit, collective_id), by=OPERATOR, at=now)
            for collective_id in report.joined
        )
    console.print(f"{'would enter' if dry_run else 'entered'} {len(report.created)} units")
    console.print(f"changed {len(report.changed)}, unchanged {report.unchanged}, tasks that follow {followed}")


@calendar_app.command("import")
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
    with _session(writes=True, dry_run=dry_run) as session:
        found = read_calendar(file.read_bytes())
        years = [YearWanted(year=year, is_complete=True) for year in sorted(set(complete_year))]
        report = correct_calendar(
            session,
            found.days,
            years,
            by=OPERATOR,
            at=clock.now(),
            roll=_settings().roll_days_off,
            verb="calendar.imported",
        )
    if found.ignored:
        console.print(f"events that say neither 班 nor 休, left alone: {found.ignored}")
    _print_calendar(report)
    if dry_run:
        console.print("dry run: nothing was written")


def _print_calendar(report: CalendarReport) -> None:
    console.print(f"entered {len(report.entered)} days, changed {len(report.changed)}")
    console.print(f"unchanged {report.unchanged}, days that count otherwise than before {len(report.affected)}")
    for day in report.changed:
        console.print(f"  changed {day}")
    for year in report.published_years:
        console.print(f"{year} is published from now on")
    for year in report.unpublished_years:
        console.print(
            f"{year} is still not published: the file names neither all seven holidays with the days worked for them "
            f"nor each day. If it is the whole notice, add --complete-year {year}"
        )


@app.command("import")
def import_file(
    file: File,
    jurisdiction: JurisdictionOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="the same report, and write nothing")] = False,
    audience: Annotated[Audience | None, typer.Option("--publish", help="publish it at once")] = None,
) -> None:
    """Import the register in a file (.xlsx, .xls, .docx, .html, .csv, or a page's text): all of it or nothing."""
    with _session(writes=True, dry_run=dry_run) as session:
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


@app.command("read-cell")
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
        console.print(f"{unit.name}  [{', '.join(marks)}]  {unit.text}", markup=False)
    if reading.open:
        console.print("the list is not complete: the office has to name who else is meant")
    for heading, found in (("time", reading.times), ("unread", reading.unread)):
        for one in found:
            console.print(f"{heading}: {one}", markup=False)


@app.command("read-requirement")
def read_requirement(
    text: Annotated[str, typer.Argument(help="a requirement, as printed")],
    year: Annotated[int, typer.Option(min=1949, max=2999, help="the register's, for days without a year")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Show which time limits and quantities are read in a requirement. They are proposals: nothing is written."""
    try:
        reading = read_requirement_text(text, year).as_dict()
    except DubanError as error:
        _fail(error)
    if as_json:
        sys.stdout.write(json.dumps(reading, ensure_ascii=False) + "\n")
        return
    for heading, found in reading.items():
        for one in found:
            said = "  ".join(f"{key}={value}" for key, value in one.items() if key not in ("words", "start"))
            console.print(f"{heading.removesuffix('s')}: {one['words']}  {said}", markup=False)
    if not any(reading.values()):
        console.print("no time limit and no quantity was read")


def _directory(jurisdiction: str | None) -> Directory:
    """The directory to read with; an empty one where the database has none, since reading needs no database."""
    database = Database(_settings())
    try:
        with database.session(writes=False) as session:
            codes = session.exec(select(col(Jurisdiction.code))).all()
            code = jurisdiction or (codes[0] if len(codes) == 1 else None)
            return unit_queries.directory(session, code) if code else Directory({})
    except (OperationalError, ProgrammingError):
        if jurisdiction:
            raise
        return Directory({})
    finally:
        database.close()


@app.command()
def verify(
    head: Annotated[list[str], typer.Option(help="STREAM=HASH, a head kept elsewhere")] = [],  # noqa: B006
) -> None:
    """Walk the journal, hold every row against it, and every file of evidence against its hash.

    Ends with 1 and says where if something does not hold.
    """
    known = dict(_stream_and_hash(one) for one in head)
    with _session(writes=False) as session:
        report = walk(session, known)
        report.faults.extend(damaged_files(session, Storage(_settings().storage)))
    for fault in report.faults:
        errors.print(f"DOES NOT HOLD  {fault}", markup=False)
    for place in report.redacted:
        console.print(f"redacted  {place}", markup=False)
    for name, head_hash in report.heads.items():
        console.print(f"head  {name}={head_hash}", markup=False)
    console.print(f"{report.entries} entries, {report.rows} rows, {len(report.faults)} faults")
    if report.faults:
        raise typer.Exit(1)


def _stream_and_hash(text: str) -> tuple[str, str]:
    name, separator, head_hash = text.partition("=")
    if not separator or len(head_hash) != 64:
        raise typer.BadParameter(f"{text}: give STREAM=HASH, the hash in 64 hexadecimal digits")
    return name, head_hash.lower()


@key_app.command("create")
def key_create(
    role: Annotated[ActorRole, typer.Option(help="reporter, coordinator, auditor or admin")],
    unit: Annotated[list[str], typer.Option(help="a reporter's unit, by name or alias; may be repeated")] = [],  # noqa: B006
    jurisdiction: Annotated[str | None, typer.Option(help="GB/T 2260 code or a prefix; everything without it")] = None,
    name: Annotated[str | None, typer.Option(help="what the key is for")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36500, help="days until it expires")] = None,
) -> None:
    """Make a key, and print it this once."""
    with _session(writes=True) as session:
        now = clock.now()
        code, unit_ids = _units_of_reporter(session, unit, jurisdiction)
        expires_at = None if days is None else clock.end_of(clock.local_day(now)) + clock.days(days)
        try:
            wanted = KeyCreate(
                name=name or " ".join([*unit, role]),
                role=role,
                jurisdiction=code,
                units=unit_ids,
                expires_at=expires_at,
            )
        except ValidationError as broken:
            raise typer.BadParameter(str(broken.errors()[0]["msg"]).removeprefix("Value error, ")) from broken
        created = access.create_key(session, wanted, by=OPERATOR, at=now)
    sys.stdout.write(f"{created.key}\n")


def _units_of_reporter(session: Session, names: list[str], jurisdiction: str | None) -> tuple[str, list[int]]:
    if not names:
        return jurisdiction or "", []
    codes = [jurisdiction] if jurisdiction else list(session.exec(select(col(Jurisdiction.code))))
    found = [(code, spelt) for code in codes if (spelt := unit_queries.spellings(session, code)).keys() >= set(names)]
    if not found:
        raise typer.BadParameter(
            f"no directory has {'、'.join(names)}; see GET /units for the names", param_hint="--unit"
        )
    if len(found) > 1:
        raise typer.BadParameter("several jurisdictions have it; name one", param_hint="--jurisdiction")
    code, spelt = found[0]
    return code, [spelt[name].id for name in names]


@key_app.command("revoke")
def key_revoke(key_id: int) -> None:
    """Revoke a key by its id, at once."""
    with _session(writes=True) as session:
        shown = access.revoke_key(session, key_id, by=OPERATOR, at=clock.now())
    console.print(f"revoked {shown.prefix} ({shown.name})", markup=False)
