"""Benchmark of a minute of a county's mixed requests, and of the worker's memory after it.

python -m benchmarks.mixed --seconds 60
"""

import argparse
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from time import monotonic

from benchmarks import servers
from benchmarks.servers import Server
from benchmarks.shapes import SMALL
from benchmarks.small_counties import small_counties
from benchmarks.verdicts import Verdicts, at_most

CLIENTS = 16
OBLIGATIONS = SMALL.tasks * SMALL.units_in_task
LISTS = ["tasks", "tasks?sort=due_on", "tasks?limit=5", "checklists/1", "units?limit=200", "overdue", "overdue/by-unit"]
WITH_A_DAY = [
    "tasks?due_until=",
    "obligations?limit=200&due_until=",
]  # each request's own, so that nothing is cached
REPORT = {"state": "in_progress", "percent": 50, "narrative": "动态信息按月更新。"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    verdicts = Verdicts()
    for place, url, keys in small_counties("mixed", OBLIGATIONS):
        verdicts.heading(f"{place.name}: {options.seconds} seconds of {CLIENTS} clients")
        with servers.duban(url) as server:
            statuses = ask_all(server, keys, options.seconds)
            verdicts.say("resident memory, MB", server.megabytes, at_most(160))
        failed = sum(number for status, number in statuses.items() if status >= 400)
        verdicts.say("answers of 400 or more", failed, at_most(0), more=f"of {statuses.total():,}")
    verdicts.end()


def ask_all(server: Server, keys: list[str], seconds: float) -> Counter[int]:
    """How often each status was answered."""
    ends = monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(lambda place: _ask(server, keys, place, ends), range(CLIENTS)), Counter())


def _ask(server: Server, keys: list[str], place: int, ends: float) -> Counter[int]:
    statuses: Counter[int] = Counter()
    chance = random.Random(place)  # noqa: S311  no secret
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    while monotonic() < ends:
        which = chance.randrange(OBLIGATIONS)  # the first reporter owes the first obligation, and so on
        headers = {"Authorization": f"Bearer {keys[which]}"}
        kind = chance.random()
        if kind < 0.1:
            path, body = f"/api/v1/obligations/{which + 1}/updates", json.dumps(REPORT).encode()
            connection.request("POST", path, body, headers | {"Content-Type": "application/json"})
        elif kind < 0.3:
            day = f"{chance.randrange(2100, 2199)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
            connection.request("GET", f"/api/v1/{chance.choice(WITH_A_DAY)}{day}", headers=headers)
        else:
            connection.request("GET", f"/api/v1/{chance.choice(LISTS)}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
    connection.close()
    return statuses


if __name__ == "__main__":
    main()
