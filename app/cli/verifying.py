"""The command `duban verify`."""

from pathlib import Path
from typing import Annotated

import typer

from app import clock
from app.cli.terminal import console, database_session, errors
from app.config import settings_or_exit
from app.journal.dated_ahead import named
from app.journal.heads import heads_of
from app.journal.verification import verify as walk
from app.journal.walking import Head
from app.storage import storage_of
from app.updates.evidence_queries import damaged_files


def verify(
    head: Annotated[list[str], typer.Option(help="STREAM=HASH, a head stored elsewhere")] = [],  # noqa: B006
    since: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="heads stored elsewhere that are trusted: only what came after"),
    ] = None,
) -> None:
    """Walk the journal, and compare every row with it and every file of evidence with its hash.

    Ends with 1 and names the faults if there are any. With --since it walks only what was recorded after the heads
    in a file, and looks at no row that has not changed since, and at no file.
    """
    known = dict(_stream_and_hash(one) for one in head)
    with database_session(writes=False) as session:
        report = walk(session, known, _heads_in(since))
        if since is None:
            report.faults.extend(damaged_files(session, storage_of(settings_or_exit())))
        ahead = [*named(session, clock.now())] if not report.faults else []
    for fault in report.faults:
        errors().print(f"DOES NOT HOLD  {fault}", markup=False)
    for place in report.redacted:
        console().print(f"redacted  {place}", markup=False)
    for line in ahead:
        console().print(f"dated ahead  {line}", markup=False)
    for name, its_head in report.heads.items():
        console().print(f"head  {name}={its_head.hash}", markup=False)
    if report.saw_nothing:
        console().print("the database is empty: no stream, no entry, no row; was it meant?")
    console().print(f"{report.entries} entries, {report.rows} rows, {len(report.faults)} faults")
    if report.faults:
        raise typer.Exit(1)


def _heads_in(file: Path | None) -> dict[str, Head] | None:
    heads = None if file is None else heads_of(file.read_text("utf-8").splitlines())
    if heads == {}:
        raise typer.BadParameter(f"{file}: no line says STREAM SEQ HASH")
    return heads


def _stream_and_hash(text: str) -> tuple[str, str]:
    name, separator, head_hash = text.partition("=")
    if not separator or len(head_hash) != 64:
        raise typer.BadParameter(f"{text}: give STREAM=HASH, the hash in 64 hexadecimal digits")
    return name, head_hash.lower()
