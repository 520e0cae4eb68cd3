import json
import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from app import clock
from app.cli.terminal import console, database_session
from app.config import Settings, settings_or_exit
from app.edge import access_log
from app.edge.protocol import BoundedHttp
from app.main import create_app
from app.migrate import upgrade
from app.updates.finding_upgrade import moved_by_closed_findings

WORKER_SECONDS = 60  # before a silent worker is ended: on a busy machine it starts as slowly as that


def serve(host: str = "127.0.0.1", port: int = 8000, workers: Annotated[int, typer.Option(min=1, max=64)] = 1) -> None:
    """Serve the API. Migrate first: this command never changes tables."""
    run_server(settings_or_exit(), host=host, port=port, workers=workers)


def run_server(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Until SIGTERM or SIGINT; requests in flight are answered first, and the process then ends with 0."""
    access_log.configure()
    signal.signal(signal.SIGTERM, _ended)  # uvicorn raises the signal again when it has stopped in good order
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


def _ended(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def openapi() -> None:
    """Print the API's OpenAPI document, for linters and client generators. It needs no database."""
    document = create_app(settings_or_exit()).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def migrate() -> None:
    """Bring the database's tables to this version, and list the last days that findings of an older version moved."""
    for one in upgrade(settings_or_exit()):
        console().print(
            f"finding {one.finding_id} is open: its work is due on {one.due_on} again, not on {one.was_due_on}"
        )
    with database_session(writes=False) as session:
        for moved in moved_by_closed_findings(session):
            console().print(
                f"finding {moved.finding_id} is closed: obligation {moved.obligation_id} was due on "
                f"{moved.first_due_on} and counts by {moved.due_on}, as was recorded"
            )


def demo(port: int = 8000, serve_it: Annotated[bool, typer.Option("--serve/--no-serve")] = True) -> None:
    """Fill a database of its own with a sample register, and serve it."""
    from app.cli.demo import prepare_demo

    os.environ.setdefault("DUBAN_DATABASE_URL", "sqlite:///demo.db")
    settings = settings_or_exit()
    console().print(prepare_demo(settings, port=port, at=clock.now()), markup=False)
    if serve_it:
        run_server(settings, host="127.0.0.1", port=port, workers=1)
