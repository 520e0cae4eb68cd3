"""The route `GET /metrics` for Prometheus: this process's measurements, and overdue obligations by checklist."""

import hmac
import logging
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import clock
from app.config import SettingsDep
from app.database.engine import Database
from app.errors import MetricsForbidden
from app.notices.jobs import BACKUP, DRILL, JOBS
from app.notices.queries import last_runs
from app.oversight.queries import count_overdue

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@router.get("/metrics")
def read_metrics(request: Request, settings: SettingsDep) -> Response:
    """Prometheus' text format.

    With DUBAN_METRICS_TOKEN, to who sends it as a bearer token. Without it, to the server itself and without the
    overdue counts: those are not for everyone, and a proxy on the same machine looks like the machine.

    Raises:
        MetricsForbidden.
    """
    _require_reader(request, settings.metrics_token)
    text = generate_latest(request.app.state.measures.registry)
    if settings.metrics_token is not None:
        overdue = CollectorRegistry()
        overdue.register(Overdue(request.app.state.database, clock.today()))
        text += generate_latest(overdue)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _require_reader(request: Request, token: SecretStr | None) -> None:
    if token is None:
        if any(name in request.headers for name in FORWARDED) or not _is_loopback(request):
            raise MetricsForbidden()
        return
    scheme, given = get_authorization_scheme_param(request.headers.get("authorization"))
    right = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
    if scheme.lower() != "bearer" or not right:
        raise MetricsForbidden()


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Overdue(Collector):
    """Queries the database at each scrape, in two statements. If the database does not answer, only that is shown."""

    def __init__(self, database: Database, today: date) -> None:
        self._database = database
        self._today = today

    def describe(self) -> list[Any]:
        return []  # so that registering does not query the database

    def collect(self) -> Iterator[Metric]:
        overdue = GaugeMetricFamily(
            "duban_overdue_obligations", "open, and the last day has passed", labels=["checklist"]
        )
        ticks = GaugeMetricFamily(
            "duban_notice_job_last_run_seconds", "when a job of the tick ran last, since 1970", labels=["job"]
        )
        backups = GaugeMetricFamily(
            "duban_backup_last_success_seconds",
            "when a backup or a drill succeeded last, since 1970",
            labels=["command"],
        )
        try:
            with self._database.session(writes=False) as session:
                for family, names in ((ticks, JOBS), (backups, (BACKUP, DRILL))):
                    for job in last_runs(session, names):
                        if job.last_run_at is not None:
                            family.add_metric([job.name], job.last_run_at.timestamp())
                for checklist_id, number in count_overdue(session, today=self._today):
                    overdue.add_metric([str(checklist_id)], number)
            answers = 1
        except (DBAPIError, PoolTimeout) as error:
            log.error("database: %s", error)
            answers = 0
        yield GaugeMetricFamily("duban_database_answers", "1 if the database answered this scrape", value=answers)
        if answers:
            yield overdue
            yield ticks
            yield backups
