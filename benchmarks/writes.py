"""Posting updates, beside the same statements through the bare driver; and that nothing acknowledged is lost."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.databases import opened
from benchmarks.servers import Server
from benchmarks.verdicts import Verdicts, at_least, at_most, ratio

CLIENTS = (1, 16, 64)
SECONDS = 0.4


@dataclass
class Posting:
    """What came back from a server that updates were posted to."""

    rates: list[float] = field(default_factory=list)  # updates a second that were acknowledged, of each run
    p99: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)  # of all runs, as are the ids
    ids: set[int] = field(default_factory=set)

    def note(self, run: Mapping[str, Any]) -> None:
        self.rates.append(len(run["ids"]) / run["seconds"])
        self.p99.append(run["p99"])
        self.statuses.update(run["statuses"])
        self.ids.update(run["ids"])


def post(servers: Sequence[Server], keys_file: str, clients: int, rounds: int) -> list[Mapping[str, Any]]:
    """What came of each run: the first server's, the second's, the first's again."""
    arguments = [keys_file, str(clients), str(SECONDS), str(rounds), *(str(server.port) for server in servers)]
    command = [sys.executable, "-m", "benchmarks.poster", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  ours
    runs: list[Mapping[str, Any]] = json.loads(done.stdout)
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
    ours, bare = Posting(), Posting()
    for clients in CLIENTS:
        for one in (ours, bare):
            one.rates, one.p99 = [], []
        for number, run in enumerate(post([server, bare_server], keys_file, clients, rounds)):
            (bare if number % 2 else ours).note(run)
        more = f"{median(ours.rates):.0f}/s of {median(bare.rates):.0f}/s, p99 {median(ours.p99):.0f} ms"
        who = f"{clients} clients" if clients > 1 else "1 client"
        verdicts.say(who, ratio(ours.rates, bare.rates), at_least(0.7), more=more)
    refused = {status: number for status, number in ours.statuses.items() if status != "201"}
    verdicts.say("answers other than 201", sum(refused.values()), at_most(0), more=str(refused or "none"))
    if set(bare.statuses) != {"201"}:
        raise SystemExit(f"the bare driver's endpoint did not answer 201 alone: {bare.statuses}")
    with opened(url) as database, database.engine.connect() as connection:
        kept = {number for (number,) in connection.exec_driver_sql("SELECT id FROM status_update")}
    verdicts.say("acknowledged and not in the database", len(ours.ids - kept), at_most(0), more=f"of {len(ours.ids):,}")
