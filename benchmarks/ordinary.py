"""The ordinary way: answers for which nothing of an earlier request is used again, and a near-empty one."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median

from app import clock
from benchmarks import servers
from benchmarks.databases import Place, opened
from benchmarks.filling import fill
from benchmarks.keys import make_auditor
from benchmarks.servers import Server
from benchmarks.shapes import SMALL
from benchmarks.verdicts import Verdicts, alternate, at_least, at_most, ratio
from benchmarks.wrk import WrkRun

LATE = replace(SMALL, first_due=-30, open_permille=500)  # half of it is overdue: two pages
LIST, ONE_TASK, OVERDUE, UNIT = "/api/v1/tasks", "/api/v1/tasks/1", "/api/v1/overdue?limit=50", "/api/v1/units/1"
POSTED = "/api/v1/obligations/1/updates"
ASKED = 200  # requests of one run whose CPU is measured
READY = 2000  # the same of ready bytes, since the kernel counts in hundredths of a second


@dataclass(frozen=True)
class Late:
    """A database half of which is overdue, and the headers of who may ask for that."""

    url: str
    auditor: dict[str, str]

    @classmethod
    def make(cls, place: Place) -> "Late":
        url = place.make("late")
        with opened(url) as database:
            fill(database, LATE, clock.today())
            return cls(url, {"Authorization": f"Bearer {make_auditor(database)}"})


def measure(place: Place, url: str, key: str, rounds: int, verdicts: Verdicts) -> None:
    """Print the ratios of one database.

    Args:
        url: of the small database.
        key: of the unit that owes the first obligation there.
    """
    late = Late.make(place)
    with ExitStack() as stack:
        ours = stack.enter_context(servers.duban(url, answer_cache_mb=0))
        body = ours.get(LIST)[2]
        ready = stack.enter_context(servers.app("ready_bytes:fastapi_app", "/", READY_BYTES=str(len(body))))
        _nothing_reused(place.name, ours, late, ready, url, rounds, verdicts)
        cached = stack.enter_context(servers.duban(url))
        _after_a_change(place.name, cached, key, ready, rounds, verdicts)
        plain = stack.enter_context(servers.app("plain_endpoint:app", "/units/1", PLAIN_DATABASE_URL=url))
        verdicts.heading(f"{place.name}: CPU of a near-empty GET")
        spent = alternate({"ours": lambda: _cpu(ours, UNIT), "plain": lambda: _cpu(plain, "/units/1")}, rounds)
        more = f"{median(spent['ours']) * 1000:.1f} ms"
        verdicts.say("÷ a plain endpoint with one session", ratio(spent["ours"], spent["plain"]), at_most(2), more=more)


def _nothing_reused(
    name: str, ours: Server, late: Late, ready: Server, url: str, rounds: int, verdicts: Verdicts
) -> None:
    with ExitStack() as stack:
        overdue = stack.enter_context(servers.duban(late.url, answer_cache_mb=0))
        tutorial = stack.enter_context(servers.app("tutorial:app", "/tasks", TUTORIAL_DATABASE_URL=url))
        verdicts.heading(f"{name}: nothing of an earlier request is reused; × FastAPI with ready bytes")
        ways = {
            "the list": WrkRun(ours, LIST),
            "one task": WrkRun(ours, ONE_TASK),
            "an overdue page of 50": WrkRun(overdue, OVERDUE, late.auditor),
        }
        beside = {"ready": WrkRun(ready, "/"), "tutorial": WrkRun(tutorial, "/tasks", connections=1)}
        rates = alternate({way: run.rate for way, run in (beside | ways).items()}, rounds)
        for way, run in ways.items():
            if run.failed:
                raise SystemExit(f"{way}: {run.failed} requests failed")
            more = f"{median(rates[way]):,.0f}/s"
            verdicts.say(way, ratio(rates[way], rates["ready"]), at_least(0.1), more=more)
        more = f"{median(rates['tutorial']):.1f}/s"
        against = ratio(rates["the list"], rates["tutorial"])
        verdicts.say("the list × the tutorial's way", against, at_least(40), more=more)


def _after_a_change(name: str, ours: Server, key: str, ready: Server, rounds: int, verdicts: Verdicts) -> None:
    """By the CPU of pairs of a posted update and a list, less that of as many updates alone."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    report = json.dumps({"state": "in_progress", "narrative": "动态信息按月更新。"}).encode()

    def post() -> None:
        if ours.ask("POST", POSTED, headers, report)[0] != 201:
            raise SystemExit("an update was not posted")

    def post_and_list() -> None:
        post()
        ours.get(LIST)

    verdicts.heading(f"{name}: the list after one posted update; × FastAPI with ready bytes, by CPU")
    ways = {
        "pairs": lambda: ours.cpu_of(post_and_list, ASKED),
        "posts": lambda: ours.cpu_of(post, ASKED),
        "ready": lambda: ready.cpu_of(lambda: ready.get("/"), READY),
    }
    spent = alternate(ways, rounds)
    lists = [pair - one for pair, one in zip(spent["pairs"], spent["posts"], strict=True)]
    more = f"{median(lists) * 1000:.2f} ms"
    verdicts.say("the list after one posted update", ratio(spent["ready"], lists), at_least(0.15), more=more)


def _cpu(server: Server, path: str) -> float:
    """Seconds of the server's CPU for one request."""

    def ask() -> None:
        if server.get(path)[0] != 200:
            raise SystemExit(f"{path} was not answered")

    return server.cpu_of(ask, ASKED)
