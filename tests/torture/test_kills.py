"""kill -9 of the server, at random moments, while units report."""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from app.config import Settings, variable_of
from app.database.engine import Database
from app.storage import storage_of
from tests.conftest import County
from tests.serving import free_port
from tests.torture.crowd import Crowd, Official, assert_intact

pytestmark = pytest.mark.long_on_postgresql

log = logging.getLogger(__name__)
UNITS = ["城关镇", "马店镇", "长集镇", "高塘镇", "龙潭镇", "司法局"]


def officials(county: County) -> list[Official]:
    office = county.as_role("coordinator")
    owed = {name: [one["id"] for one in office.all("/obligations", unit=county.units[name])] for name in UNITS}
    return [Official(str(county.as_unit(name).key), owed[name]) for name in UNITS]


def serve(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).parent / "duban"), "serve", "--port", str(port)]
    told = {"database_url", "prepared_statements", "schema_", "storage"}
    environment = os.environ | {
        variable_of(name): str(value) for name, value in settings.model_dump(include=told).items()
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    until = time.monotonic() + 120  # on a busy machine too
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended by itself"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return process
        except httpx.TransportError:
            time.sleep(0.02)
    process.kill()
    process.wait()
    raise AssertionError("the server does not come up")


def test_whatever_was_acknowledged_survives_a_killed_server(
    county: County, database: Database, settings: Settings, pytestconfig: pytest.Config
) -> None:
    port = free_port()
    server = serve(settings, port)
    try:
        with Crowd(f"http://127.0.0.1:{port}", officials(county)) as crowd:
            for _ in range(pytestconfig.getoption("kills")):
                crowd.wait_for(1)
                time.sleep(random.uniform(0, 0.3))  # noqa: S311
                server.send_signal(signal.SIGKILL)
                server.wait()
                server = serve(settings, port)
            crowd.wait_for(1)
    finally:
        server.kill()
        server.wait()

    assert len(crowd.acknowledged) > pytestconfig.getoption("kills")
    log.info("%s reports, %s files; %s", len(crowd.acknowledged), len(crowd.files), Counter(crowd.statuses))
    assert_intact(database, storage_of(settings), crowd)
