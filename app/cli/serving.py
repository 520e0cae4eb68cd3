"""The commands that start a server or print what it serves."""

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.exc import DBAPIError

from app import clock
from app.cli.terminal import console, errors, fail
from app.config import Settings, settings_or_exit
from app.database.engine import Database
from app.edge import access_log
from app.edge.protocol import BoundedHttp
from app.edge.shared_measures import FOLDER
from app.errors import AlreadyExists, Unavailable
from app.main import VERSION, create_app
from app.migrate import require_this_version

log = logging.getLogger(__name__)
WORKER_SECONDS = 60  # before a silent worker is ended: on a busy machine it starts as slowly as that


def serve(host: str = "127.0.0.1", port: int = 8000, workers: Annotated[int, typer.Option(min=1, max=64)] = 1) -> None:
    """Serve the API. Migrate first: this command never changes tables."""
    run_server(settings_or_exit(), host=host, port=port, workers=workers)


def run_server(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Run until SIGTERM or SIGINT; requests in flight are finished, and the process then ends with 0."""
    _require_port(host, port)
    access_log.configure()
    _say_if_of_another_version(settings)
    signal.signal(signal.SIGTERM, _ended)  # uvicorn raises the signal again when it has stopped in good order
    with _measured_together(workers):
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            timeout_worker_healthcheck=WORKER_SECONDS,
            http=BoundedHttp,
            ws="none",
            server_header=False,
            access_log=False,
            log_config=access_log.LOGGING,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=settings.shutdown_timeout,
        )


@contextmanager
def _measured_together(workers: int) -> Iterator[None]:
    """A folder in which several workers write what they measure, so that a scrape of any shows all."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="duban-metrics-") as folder:
        os.environ[FOLDER] = folder  # for the workers, which begin anew
        yield


def _require_port(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as taken:
        errors().print(
            f"port {port} of {host} cannot be used ({os.strerror(taken.errno or 0)}); give another: --port {port + 1}, "
            f"or make demo PORT={port + 1}",
            markup=False,
        )
        raise typer.Exit(1) from None


def _say_if_of_another_version(settings: Settings) -> None:
    """Log one sentence. The server starts anyway, as it does without a database: `/readyz` shows it."""
    database = Database(settings, seconds=settings.request_timeout, pool_size=1)
    try:
        with database.session(writes=False) as session:
            require_this_version(session)
    except Unavailable as other:
        log.warning(str(other.detail))
    except DBAPIError as broken:
        log.warning("the database cannot be asked for its version: %s", type(broken.orig).__name__)
    finally:
        database.close()


def _ended(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"duban {VERSION}\n")
        raise typer.Exit


def openapi() -> None:
    """Print the API's OpenAPI document, for linters and client generators. It needs no database."""
    document = create_app(settings_or_exit()).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def demo(port: int = 8000, serve_it: Annotated[bool, typer.Option("--serve/--no-serve")] = True) -> None:
    """Fill a database of its own with a sample register, and serve it."""
    from app.cli.demo import prepare_demo

    if serve_it:
        _require_port("127.0.0.1", port)
    os.environ.setdefault("DUBAN_DATABASE_URL", "sqlite:///demo.db")
    settings = settings_or_exit()
    try:
        said = prepare_demo(settings, port=port, at=clock.now())
    except AlreadyExists as used:
        fail(used)
    console().print(said, markup=False)
    if serve_it:
        run_server(settings, host="127.0.0.1", port=port, workers=1)
