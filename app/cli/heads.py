"""The commands that print and check the heads of streams."""

from pathlib import Path
from typing import Annotated

import typer

from app import clock
from app.access.actors import OPERATOR
from app.cli.terminal import console, database_session, errors
from app.config import settings_or_exit
from app.journal.heads import differences, heads_of, signature_fault, text_of
from app.oversight.journal_queries import heads_of_visible

app = typer.Typer(help="The heads of the journal, to be stored elsewhere.", invoke_without_command=True)


@app.callback()
def heads(context: typer.Context) -> None:
    """Print the head of every stream, signed with DUBAN_SIGNING_KEY."""
    if context.invoked_subcommand is None:
        with database_session(writes=False) as session:
            text = text_of(heads_of_visible(session, OPERATOR), clock.now(), settings_or_exit().signs_with)
        console().print(text, markup=False, end="")


@app.command()
def check(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a stored text")]) -> None:
    """Compare the journal with heads that were stored elsewhere.

    Ends with 1 and names each stream that is shorter than it was, or different.
    """
    text = file.read_text("utf-8")
    stored = heads_of(text.splitlines())
    if not stored:
        raise typer.BadParameter(f"{file}: no line says STREAM SEQ HASH")
    with database_session(writes=False) as session:
        faults = [str(fault) for fault in differences(session, stored)]
    if fault := signature_fault(text, settings_or_exit().signs_with):
        faults.append(f"{file.name}: {fault}")
    for fault in faults:
        errors().print(f"DOES NOT HOLD  {fault}", markup=False)
    console().print(f"{len(stored)} streams, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)
