"""The commands that migrate the database."""

from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from app.cli.terminal import console, database_session, errors
from app.config import Settings, settings_or_exit
from app.migrate import UnknownVersion, steps, upgrade
from app.updates.finding_upgrade import moved_by_closed_findings


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="only say what would be done; ends with 1 if anything")
    ] = False,
) -> None:
    """Bring the database's tables to this version, all steps or none, and list the last days that findings of an older
    version moved."""
    settings = settings_or_exit()
    try:
        if check:
            _list_steps(settings)
        else:
            _upgrade(settings)
    except UnknownVersion as unknown:
        errors().print(str(unknown), markup=False)
        raise typer.Exit(2) from unknown
    except OperationalError as broken:
        errors().print(f"the database cannot be used, and nothing was changed: {broken.orig}", markup=False)
        raise typer.Exit(2) from broken


def _list_steps(settings: Settings) -> None:
    todo = steps(settings)
    for one in todo:
        blocks = f"waits {one.lock_timeout:g} s for a lock; blocks: {one.blocks}"
        console().print(f"{one.revision}  {one.title}\n  {blocks}", markup=False)
    console().print(f"{len(todo)} steps to do", markup=False)
    if todo:
        raise typer.Exit(1)


def _upgrade(settings: Settings) -> None:
    for one in upgrade(settings):
        console().print(
            f"finding {one.finding_id} is open: its work is due on {one.due_on} again, not on {one.was_due_on}"
        )
    with database_session(writes=False) as session:
        for moved in moved_by_closed_findings(session):
            console().print(
                f"finding {moved.finding_id} is closed: obligation {moved.obligation_id} was due on "
                f"{moved.first_due_on} and counts by {moved.due_on}, as was recorded"
            )
