"""A real primary and its streaming standby: what callers see of a failover, and of readers on a standby."""

import logging
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from app.storage import storage_of
from tests.beyond.standbys import Node, both, primary_and_standby
from tests.conftest import DEFAULTS
from tests.serving import serving
from tests.torture.crowd import Crowd, Official, assert_intact
from tests.torture.test_outages import enter

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.long, pytest.mark.usefixtures("postgres")]  # it makes PostgreSQL's programs ready to run
REPORT = {"state": "in_progress", "narrative": "正在推进。"}


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="duban-standby-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def nodes(folder: Path) -> Iterator[tuple[Node, Node]]:
    with primary_and_standby(folder) as nodes:
        nodes[0].execute("CREATE DATABASE duban")
        yield nodes


@pytest.fixture
def place(nodes: tuple[Node, Node], folder: Path) -> Settings:
    url = Settings(database_url=both(*nodes, "duban")).database_url
    return DEFAULTS.model_copy(update={"database_url": url, "storage": str(folder / "files")})


@pytest.fixture
def crowd_of(place: Settings) -> list[Official]:
    return enter(place)


def test_a_killed_primary_is_some_503_and_nothing_acknowledged_is_lost(
    nodes: tuple[Node, Node], place: Settings, crowd_of: list[Official]
) -> None:
    primary, standby = nodes
    with serving(create_app(place)) as address, Crowd(address, crowd_of) as crowd:
        crowd.wait_for(50)
        primary.kill()
        killed = time.monotonic()
        standby.execute("SELECT pg_promote(wait => false)")
        failed = _next(crowd, 503, len(crowd.statuses))
        _next(crowd, 201, failed)
        away = time.monotonic() - killed
        crowd.wait_for(50)
    log.info("failover: %s, first 201 after %.1f s", Counter(crowd.statuses), away)

    assert {*crowd.statuses} == {201, 503}
    assert away < 5
    with closing(Database(place)) as database:
        assert_intact(database, storage_of(place), crowd)


def _next(crowd: Crowd, status: int, begin: int) -> int:
    """Wait for an answer of this status. Returns its place among the answers."""
    until = time.monotonic() + 60
    while status not in crowd.statuses[begin:]:
        assert time.monotonic() < until, crowd.statuses[-20:]
        time.sleep(0.005)
    return crowd.statuses.index(status, begin)


def test_a_reader_on_a_standby_is_as_far_as_what_was_acknowledged(
    nodes: tuple[Node, Node], place: Settings, crowd_of: list[Official]
) -> None:
    primary, standby = nodes
    primary.execute("ALTER SYSTEM SET synchronous_commit = remote_apply")
    primary.execute("SELECT pg_reload_conf()")
    stale, statuses = 0, Counter[int]()
    with (
        serving(create_app(place)) as writer,
        serving(create_app(reader_of(place, standby))) as address,
        httpx.Client(base_url=address, headers={"Authorization": f"Bearer {crowd_of[0].key}"}) as reader,
        Crowd(writer, crowd_of[:1]) as crowd,
    ):
        while len(crowd.acknowledged) < 50:
            wanted = max(crowd.acknowledged, default=0)
            answer = reader.get("/api/v1/updates", params={"limit": 1})
            statuses[answer.status_code] += 1
            stale += wanted > max((one["id"] for one in answer.json()["items"]), default=0)
    log.info("standby: %s, %s stale", statuses, stale)

    assert ({*statuses}, stale) == ({200}, 0)


def test_a_reader_answers_says_how_far_it_is_behind_and_rejects_changes(
    nodes: tuple[Node, Node], place: Settings, crowd_of: list[Official]
) -> None:
    primary, standby = nodes
    primary.execute("ALTER SYSTEM SET synchronous_commit = local")
    primary.execute("SELECT pg_reload_conf()")
    path = f"/api/v1/obligations/{crowd_of[0].obligation_ids[0]}"
    key = {"Authorization": f"Bearer {crowd_of[0].key}"}
    with (
        serving(create_app(place)) as writer,
        serving(create_app(reader_of(place, standby))) as reader,
    ):
        standby.wait_until("SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()")
        time.sleep(1.5)  # it looks once a second
        level = httpx.get(f"{reader}/readyz")
        standby.execute("SELECT pg_wal_replay_pause()")
        posted = httpx.post(f"{writer}{path}/updates", json=REPORT, headers=key)
        time.sleep(2.5)
        behind = httpx.get(f"{reader}/readyz")
        lists = httpx.get(f"{reader}{path}", headers=key)
        rejected = httpx.post(f"{reader}{path}/updates", json=REPORT, headers=key)
        standby.execute("SELECT pg_wal_replay_resume()")
        standby.wait_until("SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()")
        later = httpx.get(f"{reader}{path}", headers=key)

    assert (level.status_code, level.json()["seconds_behind"], level.headers["x-seconds-behind"]) == (200, 0, "0.0")
    assert posted.status_code == 201
    assert (behind.status_code, behind.json()["seconds_behind"] >= 2) == (200, True)
    assert float(lists.headers["x-seconds-behind"]) >= 1
    assert (lists.status_code, lists.json()["state"]) == (200, "not_started")
    assert (rejected.status_code, rejected.json()["code"]) == (503, "server_read_only")
    assert later.json()["state"] == "in_progress"


def reader_of(place: Settings, standby: Node) -> Settings:
    """A server that only reads, on the standby."""
    url = Settings(database_url=standby.url("duban")).database_url
    return place.model_copy(update={"database_url": url, "read_only": True})
