"""Posting updates, beside the same statements through the bare driver; and that nothing acknowledged is lost."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.databases import opened
from benchmarks.servers import Server
from benchmarks.verdicts import Verdicts, at_least, at_most, ratio

CLIENTS = (1, 16, 64)
SECONDS = 0.4


Run = Mapping[str, Any]  # as `poster.py` prints it


def post(servers: Sequence[Server], keys_file: str, clients: int, rounds: int) -> list[Run]:
    """What came of each run: the first server's, the second's, the first's again."""
    arguments = [keys_file, str(clients), str(SECONDS), str(rounds), *(str(server.port) for server in servers)]
    command = [sys.executable, "-m", "benchmarks.poster", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  ours
    runs: list[Run] = json.loads(done.stdout)
    return runs


def measure(
    name: str, url: str, server: Server, bare_server: Server, keys_file: str, rounds: int, verdicts: Verdicts
) -> None:
    """Args:
    server: `duban serve` on the database of the URL.
    bare_server: the bare driver's endpoint, on a database of its own with the same in it.
    """
    statements = bare_server.get("/")[2].decode()
    verdicts.heading(f"{name}: posting updates; × the same {statements} statements through the bare driver")
    ours: list[Run] = []
    bare: list[Run] = []
    for clients in CLIENTS:
        runs = post([server, bare_server], keys_file, clients, rounds)
        rates, bare_rates = _rates(runs[::2]), _rates(runs[1::2])
        p99 = median(run["p99"] for run in runs[::2])
        more = f"{median(rates):.0f}/s of {median(bare_rates):.0f}/s, p99 {p99:.0f} ms"
        who = f"{clients} clients" if clients > 1 else "1 client"
        verdicts.say(who, ratio(rates, bare_rates), at_least(0.7), more=more)
        ours += runs[::2]
        bare += runs[1::2]
    refused = {status: number for status, number in _statuses(ours).items() if status != "201"}
    verdicts.say("answers other than 201", sum(refused.values()), at_most(0), more=str(refused or "none"))
    if _statuses(bare).keys() != {"201"}:
        raise SystemExit(f"the bare driver's endpoint did not answer 201 alone: {_statuses(bare)}")
    given = {number for run in ours for number in run["ids"]}
    with opened(url) as database, database.engine.connect() as connection:
        stored = {number for (number,) in connection.exec_driver_sql("SELECT id FROM status_update")}
    verdicts.say("acknowledged and not in the database", len(given - stored), at_most(0), more=f"of {len(given):,}")


def beside_tutorial(
    server: Server, tutorial: Server, keys_file: str, rounds: int, verdicts: Verdicts, clients: int = 8
) -> None:
    """Post through Duban and through the tutorial's way, each on a database of its own with the same in it."""
    runs = post([server, tutorial], keys_file, clients, rounds)
    ours, theirs = _rates(runs[::2]), _rates(runs[1::2])
    statuses = {status: number for status, number in _statuses(runs[1::2]).items() if status != "201"}
    more = f"{median(ours):.0f}/s of {median(theirs):.0f}/s, whose answers other than 201: {statuses or 'none'}"
    verdicts.say(f"× the tutorial's way, {clients} clients", ratio(ours, theirs), at_least(4), more=more)


def _rates(runs: Sequence[Run]) -> list[float]:
    """Updates a second that were acknowledged, of each run."""
    return [len(run["ids"]) / run["seconds"] for run in runs]


def _statuses(runs: Sequence[Run]) -> Counter[str]:
    found: Counter[str] = Counter()
    for run in runs:
        found.update(run["statuses"])
    return found
