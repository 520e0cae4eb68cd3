"""What Prometheus reads of this process: requests, time in the database, connections."""

import platform
from collections.abc import Iterator
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from app.edge.observed import Observation

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Measures:
    """One app's numbers, in a registry of its own. Labels come from known sets: any caller can invent paths."""

    def __init__(self, engine: Engine, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("duban_build", "what runs", registry=self.registry).info(
            {"version": version, "python": platform.python_version(), "database": engine.dialect.name}
        )
        self._requests = Counter(
            "duban_http_requests", "requests answered", ["method", "path", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "duban_http_request_seconds", "time to answer", ["path"], buckets=BUCKETS, registry=self.registry
        )
        self._statements = Histogram(
            "duban_database_statement_seconds",
            "time in the database, by statement",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._labelled = cache(self._label)
        self.registry.register(_Pool(engine))

    def note(self, seen: Observation) -> None:
        method = seen.method if seen.method in KNOWN_METHODS else "other"
        requests, seconds = self._labelled(method, seen.template, seen.status)
        requests.inc()
        seconds.observe(seen.seconds)

    def _label(self, method: str, template: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, template, str(status)), self._seconds.labels(template)

    def note_statement(self, _text: str, _values: Any, seconds: float) -> None:
        self._statements.observe(seconds)


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
