"""The functions that all commands share: output, settings, session, and the end after an error."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from app import models as _all_tables  # noqa: F401
from app.config import settings_or_exit
from app.database.engine import Database
from app.errors import DubanError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


JurisdictionOption = Annotated[str, typer.Option("--jurisdiction", help="GB/T 2260 code, such as 341522")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


@cache
def console(*, stderr: bool = False) -> "Console":
    """Where a command prints. rich is imported where it is used: a server is started by a command too, and prints
    nothing."""
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=True, highlight=False)


def errors() -> "Console":
    """The output for errors."""
    return console(stderr=True)


def at_terminal() -> bool:
    """Whether there is a terminal to ask questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def progress() -> "Progress":
    """A line on standard error while something takes long; nothing if that is not a terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors(), transient=True, disable=not errors().is_terminal)


def print_rows(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people and for programs: a line for each row, its cells parted by tabs."""
    for row in (heads, *rows):
        sys.stdout.write("\t".join(printable(str(cell)) for cell in row) + "\n")


def printable(text: str) -> str:
    """A text of a file on one line, without what a terminal would take for a command."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


class _NothingWritten(Exception):
    """Ends a dry run's transaction."""


@contextmanager
def database_session(
    *, writes: bool, dry_run: bool = False, lets_through: type[DubanError] | tuple[()] = ()
) -> Iterator[Session]:
    """A session for a command, which ends at an error; `lets_through` are raised to the caller."""
    database = Database(settings_or_exit())
    try:
        with database.session(writes=writes) as session:
            yield session
            if dry_run:
                raise _NothingWritten
    except _NothingWritten:
        pass
    except lets_through:
        raise
    except DubanError as error:
        fail(error)
    except (OperationalError, ProgrammingError) as error:
        errors().print(f"the database cannot be used: {error.orig}", markup=False)
        errors().print("if it is new, run: duban migrate", markup=False)
        raise typer.Exit(2) from error
    finally:
        database.close()


def fail(error: DubanError) -> NoReturn:
    errors().print(f"{error.code}: {error.detail}", markup=False)
    for field, detail in error.fields:
        errors().print(f"  {field}: {detail}", markup=False)
    raise typer.Exit(1) from error
