from typing import Annotated

import typer

from app import clock
from app.cli.terminal import console, database_session, errors
from app.config import settings_or_exit
from app.journal.dated_ahead import named
from app.journal.verification import verify as walk
from app.storage import Storage
from app.updates.evidence_queries import damaged_files


def verify(
    head: Annotated[list[str], typer.Option(help="STREAM=HASH, a head kept elsewhere")] = [],  # noqa: B006
) -> None:
    """Walk the journal, hold every row against it, and every file of evidence against its hash.

    Ends with 1 and says where if something does not hold.
    """
    known = dict(_stream_and_hash(one) for one in head)
    with database_session(writes=False) as session:
        report = walk(session, known)
        report.faults.extend(damaged_files(session, Storage(settings_or_exit().storage)))
        ahead = [*named(session, clock.now())] if not report.faults else []
    for fault in report.faults:
        errors().print(f"DOES NOT HOLD  {fault}", markup=False)
    for place in report.redacted:
        console().print(f"redacted  {place}", markup=False)
    for line in ahead:
        console().print(f"dated ahead  {line}", markup=False)
    for name, head_hash in report.heads.items():
        console().print(f"head  {name}={head_hash}", markup=False)
    console().print(f"{report.entries} entries, {report.rows} rows, {len(report.faults)} faults")
    if report.faults:
        raise typer.Exit(1)


def _stream_and_hash(text: str) -> tuple[str, str]:
    name, separator, head_hash = text.partition("=")
    if not separator or len(head_hash) != 64:
        raise typer.BadParameter(f"{text}: give STREAM=HASH, the hash in 64 hexadecimal digits")
    return name, head_hash.lower()
