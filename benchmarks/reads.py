"""Reading the task list over HTTP, beside the framework's limits and the tutorial's way."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks import servers
from benchmarks.servers import Server
from benchmarks.verdicts import Limit, Rates, Verdicts, alternate, at_least, ratio
from benchmarks.wrk import WrkRun

LIST = "/api/v1/tasks"
SMALL_CACHE_MB = 1  # about twenty lists


@dataclass(frozen=True)
class Reading:
    """A migrated and filled database, and the keys of its reporters."""

    name: str
    url: str
    keys: list[str]
    keys_file: str
    rounds: int

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def measure(reading: Reading, server: Server, verdicts: Verdicts) -> None:
    """Print the ratios of one database.

    Args:
        server: `duban serve` on it.
    """
    _, _, body = server.get(LIST)
    with ExitStack() as stack:
        plain = stack.enter_context(servers.app("ready_bytes:fastapi_app", "/", READY_BYTES=str(len(body))))
        bare = stack.enter_context(servers.app("ready_bytes:asgi_app", "/", READY_BYTES=str(len(body))))
        ready = WrkRun(plain, "/")
        verdicts.heading(f"{reading.name}: the list of 20 tasks, {len(body):,} bytes; × FastAPI with ready bytes")
        if reading.is_sqlite:  # the database has no part in it
            _say(verdicts, "bare ASGI", _rates({"ready": ready, "bare ASGI": WrkRun(bare, "/")}, 2), None)
        _cached(reading, server, ready, verdicts)
        if not reading.is_sqlite:
            return
        tutorial = stack.enter_context(servers.app("tutorial:app", "/tasks", TUTORIAL_DATABASE_URL=reading.url))
        _missing(reading, server, tutorial, ready, verdicts)
        small = stack.enter_context(servers.duban(reading.url, answer_cache_mb=SMALL_CACHE_MB))
        _full(reading, small, ready, verdicts)


def _repeated(reading: Reading, server: Server) -> dict[str, WrkRun]:
    """The repeated list, and the 304, both without a key and with one."""
    key = {"Authorization": f"Bearer {reading.keys[0]}"}
    ways: dict[str, WrkRun] = {}
    for who, headers in (("anonymous", {}), ("with a key", key)):
        etag = server.get(LIST, **headers)[1]["etag"]
        status, _, _ = server.get(LIST, If_None_Match=etag, **headers)
        if status != 304:
            raise SystemExit(f"the list {who} was asked for again and answered {status}, not 304")
        ways[f"repeated, {who}"] = WrkRun(server, LIST, headers)
        ways[f"304, {who}"] = WrkRun(server, LIST, {**headers, "If-None-Match": etag})
    return ways


def _cached(reading: Reading, server: Server, ready: WrkRun, verdicts: Verdicts) -> None:
    repeated = _repeated(reading, server)
    repeated["repeated, 500 keys in turn"] = WrkRun(server, LIST, vary=["keys", reading.keys_file])
    for key in reading.keys:  # each list is made once, and then cached
        server.get(LIST, Authorization=f"Bearer {key}")
    rates = _rates({"ready": ready, **repeated}, reading.rounds)
    for name in repeated:
        least = 0.8 if not reading.is_sqlite else 1.3 if "304" in name else 1.2
        _say(verdicts, name, rates, at_least(least))


def _missing(reading: Reading, server: Server, tutorial: Server, ready: WrkRun, verdicts: Verdicts) -> None:
    """Each request has a last day of its own, far ahead, so that it is not cached and gives the whole list. The
    tutorial's way is requested over one connection: with more, its threads wait for each other, and it is slower."""
    whole, far = server.get(LIST)[2], server.get(f"{LIST}?due_until=2199-12-28")[2]
    if len(whole) != len(far):
        raise SystemExit("the list up to a last day far ahead is another one than the whole list")
    print(f"| the tutorial's list | {len(tutorial.get('/tasks')[2]):,} bytes | | |")
    missing = {"ready": ready, "missing the cache": WrkRun(server, LIST, vary=["days"])}
    rates = _rates({**missing, "tutorial": WrkRun(tutorial, "/tasks", connections=1)}, reading.rounds)
    _say(verdicts, "missing the cache", rates, at_least(0.2))
    verdicts.say(
        "missing the cache × the tutorial's way",
        ratio(rates["missing the cache"], rates["tutorial"]),
        at_least(25),
        more=f"{median(rates['tutorial']):.1f}/s",
    )


def _full(reading: Reading, server: Server, ready: WrkRun, verdicts: Verdicts) -> None:
    """The memory of the cache is used up, by lists that nobody asks for again: in every round before the others."""
    repeated = _repeated(reading, server)
    full = {
        "cache full: missing": WrkRun(server, LIST, vary=["days"]),
        "ready": ready,
        "cache full: repeated": repeated["repeated, anonymous"],
        "cache full: 304, with a key": repeated["304, with a key"],
    }
    rates = _rates(full, reading.rounds)
    for name, least in (("missing", 0.2), ("repeated", 1.2), ("304, with a key", 1.3)):
        _say(verdicts, f"cache full: {name}", rates, at_least(least))


def _rates(ways: dict[str, WrkRun], rounds: int) -> Rates:
    rates = alternate({name: way.rate for name, way in ways.items()}, rounds)
    for name, way in ways.items():
        if way.failed:
            raise SystemExit(f"{name}: {way.failed} requests failed")
    return rates


def _say(verdicts: Verdicts, name: str, rates: Rates, limit: Limit | None) -> None:
    verdicts.say(name, ratio(rates[name], _around(rates["ready"])), limit, more=f"{median(rates[name]):,.0f}/s")


def _around(rates: Sequence[float]) -> list[float]:
    """What one way did before and after each run of the others: a machine's speed drifts within a round."""
    return [fmean(rates[place : place + 2]) for place in range(len(rates))]
