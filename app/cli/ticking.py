"""The command `duban tick`."""

import signal
import threading
from types import FrameType
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from app import clock
from app.cli.terminal import console, errors
from app.config import Settings, settings_or_exit
from app.database.engine import Database
from app.notices.jobs import run_once


def tick(
    every: Annotated[
        int | None, typer.Option(min=1, max=3600, help="seconds between two runs; once without it")
    ] = None,
) -> None:
    """Plan and send what is due: reminders, notices, webhooks. Any number of these may run at once."""
    settings, stop = settings_or_exit(), threading.Event()

    def ended(_signal: int, _frame: FrameType | None) -> None:
        stop.set()  # what was begun is finished

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ended)
    if settings.notice_key is None:
        errors().print("DUBAN_NOTICE_KEY is not set: addresses and secrets are stored as they are", markup=False)
    database = Database(settings, pool_size=1)
    try:
        _run(database, settings, stop)
        while every is not None and not stop.wait(every):
            _run(database, settings, stop, goes_on=True)
    finally:
        database.close()


def _run(database: Database, settings: Settings, stop: threading.Event, *, goes_on: bool = False) -> None:
    """Args:
    goes_on: a database that does not answer is tried again at the next run.
    """
    try:
        sent = run_once(database, settings, clock.now, stop.is_set)
        console().print(f"{clock.shown(clock.now())} {sent} messages", markup=False)
    except DBAPIError as broken:
        errors().print(f"the database cannot be used: {type(broken.orig).__name__}", markup=False)
        if not goes_on:
            raise typer.Exit(2) from broken
