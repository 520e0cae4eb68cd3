"""Several workers of one server, measured in one scrape."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from app.edge.shared_measures import FOLDER, Workers
from tests.beyond.programs import running
from tests.conftest import County
from tests.edge.test_metrics import samples
from tests.serving import free_port

PATH = "/api/v1/checklists"
DUBAN = Path(sys.executable).parent / "duban"
ONE_REQUEST = """
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool
from app.edge.observation import Observation
from app.edge.shared_measures import SharedRequests
requests = SharedRequests(create_engine("sqlite://", poolclass=QueuePool))
requests.note(Observation("GET", "/x", "/x", 200, 0.1, 9, None, None, "id"))
"""


@pytest.mark.long
@pytest.mark.parametrize("shared", ["postgresql"], indirect=True)
@pytest.mark.own_database
def test_a_scrape_of_any_worker_shows_all(
    county: County, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, log = free_port(), tmp_path / "log"
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    monkeypatch.setenv("DUBAN_POOL_SIZE", "3")
    with running([DUBAN, "serve", "--port", str(port), "--workers", "2"], port, log):
        until = time.monotonic() + 60
        while log.read_text().count("Application startup complete") < 2:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port}"
        statuses = [httpx.get(address + PATH).status_code for _ in range(40)]
        scrapes = [httpx.get(f"{address}/metrics").text for _ in range(6)]

    assert statuses == [200] * 40
    assert [samples(text, "duban_http_requests_total")["GET", PATH, "200"] for text in scrapes] == [40] * 6
    assert {samples(text, "duban_http_request_seconds_count")[PATH,] for text in scrapes} == {40}
    assert {samples(text, "duban_database_connections_limit")[()] for text in scrapes} == {6}
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total"):
        of_each = [samples(text, name) for text in scrapes]
        assert [len(one) for one in of_each] == [2] * 6
        assert all(value > 0 for one in of_each for value in one.values())


def test_what_a_worker_that_ended_has_counted_stays_and_its_connections_are_gone(tmp_path: Path) -> None:
    environment = os.environ | {FOLDER: str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", ONE_REQUEST], env=environment, check=True)  # noqa: S603
    registry = CollectorRegistry()
    registry.register(Workers(str(tmp_path)))
    text = generate_latest(registry).decode()

    assert samples(text, "duban_http_requests_total") == {("GET", "/x", "200"): 2}
    assert samples(text, "duban_database_connections_limit") == {}
    assert samples(text, "process_resident_memory_bytes") == {}
