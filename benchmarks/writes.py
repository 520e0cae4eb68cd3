"""Posting updates, beside the same statements through the bare driver; and that nothing acknowledged is lost."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from benchmarks.databases import opened
from benchmarks.servers import Server
from benchmarks.verdicts import Verdicts, alternate, at_least, at_most, ratio

CLIENTS = (1, 16, 64)
SECONDS = 0.5


@dataclass
class Posting:
    """A server to post updates to, and what came back from all runs."""

    server: Server
    keys_file: str
    statuses: Counter[str] = field(default_factory=Counter)
    ids: set[int] = field(default_factory=set)
    p99: list[float] = field(default_factory=list)

    def rate(self, clients: int) -> float:
        """Updates a second that were acknowledged in one run."""
        arguments = [str(self.server.port), self.keys_file, str(clients), str(SECONDS)]
        command = [sys.executable, "-m", "benchmarks.poster", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  ours
        seen = json.loads(done.stdout)
        self.statuses.update(seen["statuses"])
        self.ids.update(seen["ids"])
        self.p99.append(seen["p99"])
        return len(seen["ids"]) / float(seen["seconds"])


def measure(
    name: str, url: str, server: Server, bare_server: Server, keys_file: str, rounds: int, verdicts: Verdicts
) -> None:
    """Args:
    server: `duban serve` on the database of the URL.
    bare_server: the bare driver's endpoint, on a database of its own with the same in it.
    """
    statements = bare_server.get("/")[2].decode()
    verdicts.heading(f"{name}: posting updates; × the same {statements} statements through the bare driver")
    ours, bare = Posting(server, keys_file), Posting(bare_server, keys_file)
    for clients in CLIENTS:
        ours.p99.clear()
        ways = {"ours": partial(ours.rate, clients), "bare": partial(bare.rate, clients)}
        rates = alternate(ways, rounds)
        middle = {way: sorted(found)[rounds // 2] for way, found in rates.items()}
        more = f"{middle['ours']:.0f}/s of {middle['bare']:.0f}/s, p99 {sorted(ours.p99)[rounds // 2]:.0f} ms"
        one = f"{clients} clients" if clients > 1 else "1 client"
        verdicts.say(one, ratio(rates["ours"], rates["bare"]), at_least(0.7), more=more)
    refused = {status: number for status, number in ours.statuses.items() if status != "201"}
    verdicts.say("answers other than 201", sum(refused.values()), at_most(0), more=str(refused or "none"))
    if set(bare.statuses) != {"201"}:
        raise SystemExit(f"the bare driver's endpoint did not answer 201 alone: {bare.statuses}")
    with opened(url) as database, database.engine.connect() as connection:
        kept = {number for (number,) in connection.exec_driver_sql("SELECT id FROM status_update")}
    verdicts.say("acknowledged and not in the database", len(ours.ids - kept), at_most(0), more=f"of {len(ours.ids):,}")
