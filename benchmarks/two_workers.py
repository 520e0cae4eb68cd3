"""Two servers on one database: what is written through one is in every list that is read through the other afterwards.

python -m benchmarks.two_workers --tries 10000
"""

import argparse
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import servers
from benchmarks.servers import Server
from benchmarks.small_counties import small_counties
from benchmarks.verdicts import Verdicts, at_most

LIST = "/api/v1/obligations?checklist=1"  # of one reporter: what its unit owes, which is obligation 1
POST = "/api/v1/obligations/1/updates"


class Client:
    """Requests to one server, over a new connection each time: an idle one would be closed meanwhile."""

    def __init__(self, server: Server, key: str) -> None:
        self.server, self.headers = server, {"Authorization": f"Bearer {key}"}

    def post(self, percent: int) -> None:
        body = json.dumps({"state": "in_progress", "percent": percent, "narrative": "动态信息按月更新。"})
        headers = {**self.headers, "Content-Type": "application/json"}
        status, _, text = self.server.ask("POST", POST, headers, body.encode())
        if status != 201:
            raise SystemExit(f"an update was answered with {status}: {text.decode()}")

    def read(self) -> tuple[int, str]:
        """The percent that the list shows, and its ETag."""
        status, headers, text = self.server.ask("GET", LIST, self.headers)
        if status != 200:
            raise SystemExit(f"the list was answered with {status}: {text.decode()}")
        return json.loads(text)["items"][0]["percent"], headers["etag"]


def measure(name: str, url: str, key: str, tries: int, verdicts: Verdicts) -> list[Server]:
    """Returns the two workers, which have ended."""
    with ExitStack() as stack:
        two = [stack.enter_context(servers.duban(url)) for _ in range(2)]
        for server in two:
            stack.enter_context(_read_by_others(server, key))
        stale, same_etag = _try([Client(server, key) for server in two], tries)
    verdicts.heading(f"{name}: two workers, {tries:,} tries while others read the same list")
    verdicts.say("the old list after a write through the other", stale, at_most(0))
    verdicts.say("the old ETag", same_etag, at_most(0))
    return two


def _try(clients: list[Client], tries: int) -> tuple[int, int]:
    """How often a list was old, and how often its ETag was that of the list before."""
    stale = same_etag = 0
    for client in clients:
        client.read()
    for number in range(tries):
        writer, reader = clients[number % 2], clients[1 - number % 2]
        _, before = reader.read()
        percent = number % 100
        writer.post(percent)
        shown, after = reader.read()
        stale += shown != percent
        same_etag += after == before
    return stale, same_etag


@contextmanager
def _read_by_others(server: Server, key: str) -> Iterator[None]:
    """One more connection that asks for the list without a pause, so that checks are shared."""
    url = f"http://127.0.0.1:{server.port}{LIST}"
    command = ["wrk", "-t1", "-c1", "-d3600s", "-H", f"Authorization: Bearer {key}", url]
    others = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  arguments of our own
    try:
        yield
    finally:
        others.terminate()
        others.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=10_000)
    options = parser.parse_args()
    verdicts = Verdicts()
    for place, url, keys in small_counties("two", 1):
        measure(place.name, url, keys[0], options.tries, verdicts)
    verdicts.end()


if __name__ == "__main__":
    main()
