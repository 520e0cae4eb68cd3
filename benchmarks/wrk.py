"""Requests a second by wrk, which asks faster than any of these servers answers."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import Server

SCRIPT = Path(__file__).with_name("requests.lua")
CONNECTIONS = 16


@dataclass
class WrkRun:
    """A way of asking a server. `vary` are the arguments of requests.lua."""

    server: Server
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    vary: Sequence[str] = ()
    connections: int = CONNECTIONS
    failed: int = 0  # of all runs: not answered, or answered with 400 or more

    def rate(self) -> float:
        """Requests a second of one run."""
        vary = list(self.vary)
        if vary == ["days"]:
            vary.append(str(WrkRun.days_used))
        headers = [f"-H{name}: {value}" for name, value in self.headers.items()]
        url = f"http://127.0.0.1:{self.server.port}{self.path}"
        command = ["wrk", "-t1", f"-c{self.connections}", "-d1s", "--timeout", "20s", "-s", str(SCRIPT)]
        done = subprocess.run(  # noqa: S603  arguments of our own
            [*command, *headers, url, "--", *vary], check=True, capture_output=True, text=True
        )
        seen = json.loads(done.stdout.splitlines()[-1])
        WrkRun.days_used += seen["requests"] + CONNECTIONS
        self.failed += seen["failed"]
        # on a crowded machine the tutorial's way answers none of its requests in time: say it answered one
        return max(float(seen["requests"]), 1) / float(seen["microseconds"]) * 1_000_000

    days_used = 0  # no two requests of a process ask for the same last day


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not here; get it with: apt-get install wrk (Debian, Ubuntu) or: brew install wrk")
