"""The commands that back up, restore, and test a restore."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from app import clock
from app.cli.terminal import console, errors
from app.config import Settings, settings_or_exit
from app.database.engine import Database
from app.notices.jobs import BACKUP, DRILL, note
from app.operations.backup import BackupFailed, Manifest, Restored, make_backup, restore_backup, target_for_drill

Folder = Annotated[Path, typer.Argument(file_okay=False)]


def backup(folder: Folder) -> None:
    """Write the database and the files of evidence into a new folder, while the server goes on.

    On PostgreSQL it needs pg_dump, of the server's version or newer.
    """
    settings = settings_or_exit()
    try:
        manifest = make_backup(settings, folder, at=clock.now())
    except BackupFailed as failed:
        _stop(failed)
    _note(settings, BACKUP, manifest)
    console().print(f"{folder}: {_in_short(manifest)}", markup=False)


def restore(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Restore a backup into an empty database and an empty folder, and verify it.

    Ends with 1 and names the faults if there are any, with 2 if nothing was restored.
    """
    try:
        restored = restore_backup(folder, settings_or_exit())
    except BackupFailed as failed:
        _stop(failed)
    _tell(restored, "restored")


def drill(
    folder: Annotated[
        Path | None,
        typer.Option(file_okay=False, exists=True, help="where there is room, if not in the temporary folder"),
    ] = None,
) -> None:
    """Test whether a backup made now can be restored: back up, restore, verify, and delete both.

    Ends with 1 and names the faults if there are any, with 2 if it could not be tried.
    """
    settings = settings_or_exit()
    try:
        with (
            TemporaryDirectory(prefix="duban-drill-", dir=folder) as name,
            target_for_drill(settings, Path(name)) as target,
        ):
            manifest = make_backup(settings, Path(name) / "backup", at=clock.now())
            restored = restore_backup(Path(name) / "backup", target)
    except BackupFailed as failed:
        _stop(failed)
    if not restored.faults:
        _note(settings, DRILL, manifest)
    _tell(restored, f"restored and deleted again: {_in_short(manifest)}")


def _note(settings: Settings, name: str, manifest: Manifest) -> None:
    """Let `/metrics` tell of it. A database that takes no changes is backed up too."""
    try:
        with closing(Database(settings)) as database:
            note(database, name, len(manifest.files), clock.now())
    except DBAPIError as broken:
        errors().print(f"the {name} is whole, but the database cannot note it: {broken.orig}", markup=False)


def _in_short(manifest: Manifest) -> str:
    entries = sum(head.seq for head in manifest.heads.values())
    return f"{entries} entries, {sum(manifest.rows.values())} rows, {len(manifest.files)} files"


def _tell(restored: Restored, done: str) -> None:
    for fault in restored.faults:
        errors().print(f"DOES NOT HOLD  {fault}", markup=False)
    console().print(f"{done}: {_in_short(restored.manifest)}, {len(restored.faults)} faults", markup=False)
    if restored.faults:
        raise typer.Exit(1)


def _stop(failed: BackupFailed) -> NoReturn:
    errors().print(str(failed), markup=False)
    raise typer.Exit(2) from failed
