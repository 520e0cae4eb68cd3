"""PgBouncer before PostgreSQL, giving each transaction any of its connections."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from app.cli import app
from app.config import Settings, get_settings
from app.database.engine import Database
from app.main import create_app
from app.storage import storage_of
from tests.beyond.programs import program, running
from tests.conftest import DEFAULTS, County
from tests.databases import new_database
from tests.serving import free_port, serving
from tests.torture.crowd import Crowd, assert_intact
from tests.torture.test_kills import officials

INI = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
query_wait_timeout = 10
"""


@pytest.fixture(scope="module")
def pooler(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a PgBouncer with three connections for each database."""
    command, folder, listen = program("pgbouncer"), tmp_path_factory.mktemp("pgbouncer"), free_port()
    with psycopg.connect(postgres) as connection:
        at = connection.info
        (folder / "pgbouncer.ini").write_text(INI.format(host=at.host, port=at.port, user=at.user, listen=listen))
        as_owner = ["-u", Path(at.host).owner()] if os.getuid() == 0 else []  # it does not run as root
    with running([command, *as_owner, str(folder / "pgbouncer.ini")], listen, folder / "log"):
        yield listen


def through(pooler: int, url: str, settings: Settings = DEFAULTS) -> Settings:
    address = f"postgresql+psycopg://anybody@127.0.0.1:{pooler}/{make_url(url).database}"
    return settings.model_copy(update={"database_url": address, "prepared_statements": False})


@pytest.mark.long
@pytest.mark.parametrize("shared", ["postgresql"], indirect=True)
@pytest.mark.own_database
def test_units_report_and_read_through_a_pooler(
    pooler: int, county: County, settings: Settings, database: Database
) -> None:
    pooled, crowd_of = through(pooler, settings.database_url, settings), officials(county)
    auditor = {"Authorization": f"Bearer {county.as_role('auditor').key}"}
    with (
        serving(create_app(pooled)) as first,
        serving(create_app(pooled)) as second,
        httpx.Client(headers=auditor, base_url=second) as reader,
        Crowd(first, crowd_of) as crowd,
    ):
        while len(crowd.acknowledged) < 60:
            last = max([0, *crowd.acknowledged])
            read = reader.get("/api/v1/updates")
            assert (crowd.surprises, read.status_code) == ([], 200)
            assert [last] <= [one["id"] for one in read.json()["items"][:1]] or not last

    assert {*crowd.statuses} == {201}
    assert_intact(database, storage_of(pooled), crowd)


def test_limits_apply_through_a_pooler(pooler: int, postgres: str) -> None:
    database = Database(through(pooler, postgres), seconds=0.5)
    with closing(database), pytest.raises(OperationalError, match="statement timeout"):  # noqa: SIM117
        with database.session(writes=False) as session:
            session.execute(text("SELECT pg_sleep(5)"))


@pytest.mark.long
def test_commands_run_through_a_pooler_and_a_backup_says_that_it_cannot(
    pooler: int, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", through(pooler, new_database(postgres, "pooled")).database_url)
    monkeypatch.setenv("DUBAN_PREPARED_STATEMENTS", "off")
    said = []
    for words in (["migrate"], ["migrate", "--check"], ["verify"], ["backup", str(tmp_path / "backup")]):
        get_settings.cache_clear()
        said.append(CliRunner().invoke(app, words))

    assert [one.exit_code for one in said] == [0, 0, 0, 2], [one.output for one in said]
    assert "give the address of PostgreSQL itself" in said[-1].output
