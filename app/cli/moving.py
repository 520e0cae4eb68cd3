"""The command `duban move`, from SQLite to PostgreSQL."""

from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.terminal import console, errors
from app.config import Settings, complaints


def move_to_postgresql(
    source: Annotated[str, typer.Argument(help="sqlite:///duban.db; nobody writes to it meanwhile")],
    target: Annotated[str, typer.Argument(help="postgresql://user@host/duban, migrated and empty")],
) -> None:
    """Move a county from SQLite to PostgreSQL: every row, with ids and journal as they are, or none.

    It verifies what it moved. Ends with 1 if the source has faults, which it then has moved too, and with 2 if nothing
    was moved.
    """
    from app.operations.moving import MoveFailed, move  # with PostgreSQL's driver, which SQLite needs none of

    try:
        moved = move(Settings(database_url=source, schema_=""), Settings(database_url=target))
    except ValidationError as broken:
        for line in complaints(broken):
            errors().print(line, markup=False)
        raise typer.Exit(2) from None
    except MoveFailed as failed:
        errors().print(f"nothing was moved: {failed}", markup=False)
        raise typer.Exit(2) from failed
    for fault in moved.report.faults:
        errors().print(f"DOES NOT HOLD, nor in the source  {fault}", markup=False)
    entries = sum(head.seq for head in moved.report.heads.values())
    said = f"moved: {entries} entries, {moved.rows} rows, {len(moved.report.faults)} faults, the same heads"
    console().print(said, markup=False)
    if moved.report.faults:
        raise typer.Exit(1)
