"""The measurements of this process for Prometheus: requests, time in the database, connections."""

import os
import platform
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
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
from app.edge.shared_measures import FOLDER, SharedRequests, Workers

EDGES = [*(str(float(edge)) for edge in BUCKETS), "+Inf"]


class Measures:
    """One app's numbers, in a registry of its own, or together with the other workers' of the server."""

    def __init__(self, engine: Engine, version: str) -> None:
        self.registry = CollectorRegistry()
        folder = os.environ.get(FOLDER)
        Info("duban_build", "what runs", registry=self.registry).info(
            {"version": version, "python": platform.python_version(), "database": engine.dialect.name}
        )
        if folder:
            shared = SharedRequests(engine)
            self.note, self.note_statement = shared.note, shared.note_statement
            self.registry.register(Workers(folder))
            return
        requests, statements = _Requests(), _Statements()
        self.note, self.note_statement = requests.note, statements.note
        ProcessCollector(registry=self.registry)
        self.registry.register(statements)
        self.registry.register(requests)
        self.registry.register(_Pool(engine))


class _Times:
    """The durations of some things: the number in each bucket, and the sum."""

    def __init__(self) -> None:
        self.in_buckets = [0] * len(EDGES)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.in_buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


def _up_to(in_buckets: Iterable[int]) -> list[tuple[str, float]]:
    """How many took at most as long as each edge says."""
    return list(zip(EDGES, accumulate(in_buckets), strict=True))


class _Statements(Collector):
    """Counts those of all threads under one lock; the library's own histogram takes several for each."""

    def __init__(self) -> None:
        self._times, self._lock = _Times(), Lock()

    def note(self, _text: str, _values: Any, seconds: float) -> None:
        with self._lock:
            self._times.add(seconds)

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            up_to, seconds = _up_to(self._times.in_buckets), self._times.seconds
        yield HistogramMetricFamily(*STATEMENT_SECONDS, up_to, seconds)


class _Requests(Collector):
    """Counts in plain numbers, on the event loop alone: the library's own counters take a lock each, which together is
    a tenth of the cost of a cached response."""

    def __init__(self) -> None:
        self._times: defaultdict[tuple[str, str, int], _Times] = defaultdict(_Times)  # by method, route, status

    def note(self, seen: Observation) -> None:
        self._times[labels_of(seen)].add(seen.seconds)

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(*REQUESTS[:2], labels=REQUESTS[2])
        seconds = HistogramMetricFamily(*REQUEST_SECONDS[:2], labels=REQUEST_SECONDS[2])
        by_template: defaultdict[str, list[_Times]] = defaultdict(list)
        for (method, template, status), times in list(self._times.items()):
            requests.add_metric([method, template, str(status)], sum(times.in_buckets))
            by_template[template].append(times)
        for template, all_times in by_template.items():
            in_buckets = map(sum, zip(*(times.in_buckets for times in all_times), strict=True))
            seconds.add_metric([template], _up_to(in_buckets), sum(times.seconds for times in all_times))
        yield requests
        yield seconds


class _Pool(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        pool = self._engine.pool
        if isinstance(pool, QueuePool):
            gauge = GaugeMetricFamily(*CONNECTIONS[:2], labels=CONNECTIONS[2])
            gauge.add_metric(["in_use"], pool.checkedout())
            gauge.add_metric(["idle"], pool.checkedin())
            yield gauge
            yield GaugeMetricFamily(*CONNECTIONS_LIMIT[:2], value=pool.size())
