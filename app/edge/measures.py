"""What Prometheus reads of this process: requests, time in the database, connections."""

import platform
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from app.edge.observation import Observation

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
EDGES = [*(str(float(edge)) for edge in BUCKETS), "+Inf"]


class Measures:
    """One app's numbers, in a registry of its own. Labels come from known sets: any caller can invent paths."""

    def __init__(self, engine: Engine, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("duban_build", "what runs", registry=self.registry).info(
            {"version": version, "python": platform.python_version(), "database": engine.dialect.name}
        )
        self._statements = Histogram(
            "duban_database_statement_seconds",
            "time in the database, by statement",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._requests = _Requests()
        self.note = self._requests.note
        self.registry.register(self._requests)
        self.registry.register(_Pool(engine))

    def note_statement(self, _text: str, _values: Any, seconds: float) -> None:
        self._statements.observe(seconds)


class _Times:
    """How long some requests took: how many in each bucket, and all together."""

    def __init__(self) -> None:
        self.in_buckets = [0] * len(EDGES)
        self.seconds = 0.0


class _Requests(Collector):
    """Counts in plain numbers, on the event loop alone: the library's own counters take a lock each, which together is
    a tenth of what a cached answer costs."""

    def __init__(self) -> None:
        self._times: defaultdict[tuple[str, str, int], _Times] = defaultdict(_Times)  # by method, route, status

    def note(self, seen: Observation) -> None:
        method = seen.method if seen.method in KNOWN_METHODS else "other"
        times = self._times[method, seen.template, seen.status]
        times.in_buckets[bisect_left(BUCKETS, seen.seconds)] += 1
        times.seconds += seen.seconds

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("duban_http_requests", "requests answered", labels=["method", "path", "status"])
        seconds = HistogramMetricFamily("duban_http_request_seconds", "time to answer", labels=["path"])
        by_template: defaultdict[str, list[_Times]] = defaultdict(list)
        for (method, template, status), times in list(self._times.items()):
            requests.add_metric([method, template, str(status)], sum(times.in_buckets))
            by_template[template].append(times)
        for template, all_times in by_template.items():
            in_buckets = map(sum, zip(*(times.in_buckets for times in all_times), strict=True))
            up_to = zip(EDGES, accumulate(in_buckets), strict=True)
            seconds.add_metric([template], list(up_to), sum(times.seconds for times in all_times))
        yield requests
        yield seconds


class _Pool(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        pool = self._engine.pool
        if isinstance(pool, QueuePool):
            held = GaugeMetricFamily("duban_database_connections", "open connections", labels=["state"])
            held.add_metric(["in_use"], pool.checkedout())
            held.add_metric(["idle"], pool.checkedin())
            yield held
            yield GaugeMetricFamily("duban_database_connections_limit", "most there may be", value=pool.size())
