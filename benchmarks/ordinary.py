"""The ordinary way: answers for which nothing of an earlier request is used again, and a near-empty one."""

from contextlib import ExitStack
from dataclasses import replace
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
ASKED = 200  # requests of one run whose CPU is measured


def measure(place: Place, url: str, rounds: int, verdicts: Verdicts) -> None:
    """Print the ratios of one database.

    Args:
        url: of the small database.
    """
    late = place.make("late")
    with opened(late) as database:
        fill(database, LATE, clock.today())
        auditor = {"Authorization": f"Bearer {make_auditor(database)}"}
    with ExitStack() as stack:
        ours = stack.enter_context(servers.duban(url, answer_cache_mb=0))
        overdue = stack.enter_context(servers.duban(late, answer_cache_mb=0))
        verdicts.heading(f"{place.name}: nothing of an earlier request is used again; × FastAPI with ready bytes")
        body = ours.get(LIST)[2]
        ready = stack.enter_context(servers.app("ready_bytes:fastapi_app", "/", READY_BYTES=str(len(body))))
        ways = {
            "the list": WrkRun(ours, LIST),
            "one task": WrkRun(ours, ONE_TASK),
            "an overdue page of 50": WrkRun(overdue, OVERDUE, auditor),
        }
        rates = alternate({"ready": WrkRun(ready, "/").rate, **{name: way.rate for name, way in ways.items()}}, rounds)
        for name, way in ways.items():
            if way.failed:
                raise SystemExit(f"{name}: {way.failed} requests failed")
            more = f"{median(rates[name]):,.0f}/s"
            verdicts.say(name, ratio(rates[name], rates["ready"]), at_least(0.1), more=more)
        plain = stack.enter_context(servers.app("plain_endpoint:app", "/units/1", PLAIN_DATABASE_URL=url))
        verdicts.heading(f"{place.name}: CPU of a near-empty GET")
        spent = alternate({"ours": lambda: _cpu(ours, UNIT), "plain": lambda: _cpu(plain, "/units/1")}, rounds)
        more = f"{median(spent['ours']) * 1000:.1f} ms"
        verdicts.say("÷ a plain endpoint with one session", ratio(spent["ours"], spent["plain"]), at_most(2), more=more)


def _cpu(server: Server, path: str) -> float:
    """Seconds of the server's CPU for one request."""
    before = server.cpu_seconds
    for _ in range(ASKED):
        if server.get(path)[0] != 200:
            raise SystemExit(f"{path} was not answered")
    return (server.cpu_seconds - before) / ASKED
