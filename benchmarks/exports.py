"""Benchmark of the export of a working register, its memory and time: `make bench-exports`.

Fills a migrated SQLite file and a PostgreSQL server of its own with one checklist, starts `duban serve`, asks it for
the working register in each form, and prints how far the server's peak memory goes beyond what it has when idle
(Linux: VmHWM of its process). Ends with an error beyond the limit, or where what came is not a whole file.
"""

import argparse
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from app import clock
from app.access.actions import create_key
from app.access.actors import OPERATOR
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.registers.exports.formats import FileFormat
from benchmarks import servers
from benchmarks.databases import opened, places
from benchmarks.filling import fill
from benchmarks.shapes import OVERSIGHT

LIMIT_MIB = 100


def status(pid: int, name: str) -> float:
    """MiB, from a line of the process's status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def ask(pid: int, client: httpx.Client, path: str, **query: Any) -> tuple[int, int, float, float]:
    """Status, bytes, seconds, and MiB of peak beyond what the process had before."""
    idle = status(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    begun = perf_counter()
    with client.stream("GET", path, params=query) as answer:
        size = sum(map(len, answer.iter_raw()))
    if answer.status_code == httpx.codes.OK and size != int(answer.headers["content-length"]):
        raise SystemExit(f"{path} {query}: cut off")
    return answer.status_code, size, perf_counter() - begun, status(pid, "VmHWM") - idle


def measure(url: str, key: str, name: str) -> bool:
    """Print a line for each form. Returns whether all were within the limit."""
    within_limit = True
    with servers.duban(url, "/healthz", request_timeout=600) as server:
        pid, address = server.process.pid, f"http://127.0.0.1:{server.port}/api/v1"
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=address, headers=headers, timeout=600, trust_env=False) as client:
            for form in FileFormat:  # what is loaded once does not count as growth
                ask(pid, client, "/checklists/1/register", format=form)
            for form in FileFormat:
                for day in (None, clock.today() - timedelta(days=1)):
                    query = {"format": str(form)} | ({"as_of": day.isoformat()} if day else {})
                    code, size, took, grown = ask(pid, client, "/checklists/1/working-register", **query)
                    within_limit &= grown < LIMIT_MIB and code in (200, 422)
                    shown = "today" if day is None else "a past day"
                    said = f"{size / 1024**2:.1f}" if code == httpx.codes.OK else f"refused with {code}"
                    print(f"| {name} | {form} | {shown} | {said} | {took:.1f} | {grown:.0f} |", flush=True)
    return within_limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tens", type=int, nargs="+", default=[1, 10], help="thousands of obligations, in tens")
    options = parser.parse_args()
    within_limit = []
    print("| obligations | form | as of | MiB | seconds | peak growth, MiB |\n|---|---|---|---|---|---|")
    with places() as found:
        for tens in options.tens:
            for place in found:
                url = place.make(f"tens_{tens}")
                with opened(url) as database:
                    fill(database, replace(OVERSIGHT, checklists=1, tasks=OVERSIGHT.tasks * tens), clock.today())
                    with database.session(writes=True) as session:
                        wanted = KeyCreate(name="bench", role=ActorRole.ADMIN, jurisdiction="")
                        key = create_key(session, wanted, by=OPERATOR, at=clock.now()).key or ""
                within_limit.append(measure(url, key, f"{tens}0,000, {place.name}"))
    raise SystemExit(0 if all(within_limit) else f"a file took more than {LIMIT_MIB} MiB, or was not a file")


if __name__ == "__main__":
    main()
