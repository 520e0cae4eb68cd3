"""The measurements that several workers of one server share.

Each writes into files of a common folder, and a scrape of any of them adds up all. It is the library's multiprocess
mode, which it turns on where the environment names the folder before it is imported. A process alone counts in plain
numbers (app/edge/measures.py), which costs less.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, ProcessCollector, multiprocess
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from app.edge.measured import (
    BUCKETS,
    CONNECTIONS,
    CONNECTIONS_LIMIT,
    REQUEST_SECONDS,
    REQUESTS,
    STATEMENT_SECONDS,
    labels_of,
)
from app.edge.observation import Observation

_library: Any = multiprocess  # has no types of its own
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class SharedRequests:
    """This worker's part of the common numbers."""

    def __init__(self, engine: Engine) -> None:
        self._pool = engine.pool
        self._requests = Counter(*REQUESTS, registry=None)
        self._seconds = Histogram(*REQUEST_SECONDS, buckets=BUCKETS, registry=None)
        self._statements = Histogram(*STATEMENT_SECONDS, buckets=BUCKETS, registry=None)
        connections = Gauge(*CONNECTIONS, multiprocess_mode="livesum", registry=None)
        self._in_use, self._idle = connections.labels("in_use"), connections.labels("idle")
        if isinstance(self._pool, QueuePool):
            Gauge(*CONNECTIONS_LIMIT, multiprocess_mode="livesum", registry=None).set(self._pool.size())
        self._request = cache(self._requests.labels)
        self._time = cache(self._seconds.labels)

    def note(self, seen: Observation) -> None:
        method, template, status = labels_of(seen)
        self._request(method, template, status).inc()
        self._time(template).observe(seen.seconds)
        if isinstance(self._pool, QueuePool):
            self._in_use.set(self._pool.checkedout())
            self._idle.set(self._pool.checkedin())

    def note_statement(self, _text: str, _values: Any, seconds: float) -> None:
        self._statements.observe(seconds)


class Workers(Collector):
    """Adds up what all workers have written, and measures the process of each. What one that ended has counted stays;
    its connections are gone."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        files = Path(self._folder).glob("gauge_live*_*.db")
        workers = {process: _runs(process) for process in sorted({int(one.stem.rpartition("_")[2]) for one in files})}
        for process, runs in workers.items():
            if not runs:
                with suppress(FileNotFoundError):  # another worker is scraped too
                    _library.mark_process_dead(process, self._folder)
        yield from _library.MultiProcessCollector(None, self._folder).collect()
        yield from _processes(process for process, runs in workers.items() if runs)


def _processes(workers: Iterable[int]) -> Iterator[Metric]:
    """Memory, processor time and open files of each worker, by the number of its process."""
    families: dict[str, Metric] = {}
    for worker in workers:
        for one in ProcessCollector(pid=partial(int, worker), registry=None).collect():
            family = families.setdefault(one.name, Metric(one.name, one.documentation, one.type))
            for sample in one.samples:
                family.add_sample(sample.name, {"pid": str(worker)}, sample.value)
    yield from families.values()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
