"""The command that copies the files of evidence to another place."""

from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.terminal import console, database_session, errors, fail, progress
from app.config import Settings, complaints, settings_or_exit
from app.errors import FileDamaged, StorageUnavailable
from app.storage import Storage, storage_of
from app.updates.evidence_actions import lock_files
from app.updates.evidence_queries import stored_files

app = typer.Typer(no_args_is_help=True, help="The files of evidence.")


@app.callback()
def evidence() -> None:
    """The files of evidence."""


@app.command()
def move(
    target: Annotated[str, typer.Argument(help="a folder, or s3://bucket/prefix, of this county alone")],
    erase_unnamed: Annotated[
        bool,
        typer.Option("--erase-unnamed", help="erase from TARGET what no evidence names, such as what was redacted"),
    ] = False,
) -> None:
    """Copy every file of evidence from DUBAN_STORAGE to TARGET, and check each by its hash.

    It goes on where it was stopped: what lies in TARGET, whole, is not sent again. Nothing is erased in DUBAN_STORAGE.
    Ends with 1 and names each file that is missing or altered.
    """
    source, target_store = storage_of(settings_or_exit()), _storage_at(target)
    with database_session(writes=False) as session:
        names = [*stored_files(session)]
    copied = damaged = 0
    try:
        with progress() as bar:
            for name in bar.track(names, description="files"):
                try:
                    copied += _copy(name, source, target_store)
                except FileDamaged as broken:
                    damaged += 1
                    errors().print(f"NOT COPIED  {name}: {broken.detail}", markup=False)
    except StorageUnavailable as away:
        errors().print(f"{copied} files were copied; run it again to go on")
        fail(away)
    with database_session(writes=erase_unnamed) as session:
        if erase_unnamed:
            lock_files(session)  # none is added meanwhile
        unnamed = {*target_store.names()} - {*stored_files(session)}
        for name in unnamed if erase_unnamed else ():
            target_store.forget(name)
    there = len(names) - copied - damaged
    console().print(
        f"{copied} files copied, {there} were there, {damaged} damaged; "
        f"{len(unnamed)} that no evidence names {'erased' if erase_unnamed else 'left there'}"
    )
    if damaged:
        raise typer.Exit(1)


def _storage_at(target: str) -> Storage:
    try:
        return storage_of(Settings(storage=target))
    except ValidationError as broken:
        raise typer.BadParameter("; ".join(complaints(broken))) from broken


def _copy(name: str, source: Storage, target: Storage) -> bool:
    """Whether it was copied; else it is there."""
    if target.has(name):
        return False
    target.put(source.read(name))
    return True
