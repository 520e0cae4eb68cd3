"""Two counties as two schemas of one PostgreSQL database, one process each (DUBAN_SCHEMA)."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlmodel import SQLModel
from typer.testing import CliRunner, Result

from app.cli import app
from app.config import Settings, get_settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import downgrade, upgrade
from app.storage import storage_of
from tests.beyond.test_pooler import pooler, through
from tests.client import Client
from tests.conftest import DEFAULT_NOW, DEFAULTS, Api, County, enter_county, enter_register
from tests.county import enter_keys, units_of
from tests.databases import new_database, programs
from tests.serving import free_port
from tests.shared import Shared
from tests.torture.crowd import Crowd, assert_intact
from tests.torture.test_kills import officials, serve

__all__ = ["pooler"]
log = logging.getLogger(__name__)
SCHEMAS = ("huoqiu", "jinzhai")
REPORT = {"state": "in_progress", "narrative": "正在推进。"}
Run = Callable[..., Result]
pytestmark = pytest.mark.long  # to migrate a schema takes seconds


@pytest.fixture
def region(postgres: str, tmp_path: Path) -> str:
    """A database with two counties that know of nobody but themselves."""
    url = new_database(postgres, f"region_{tmp_path.name}")
    for schema in SCHEMAS:
        place = settings_of(url, schema)
        upgrade(place)
        with closing(Database(place)) as database, database.session(writes=True) as session:
            enter_county(session, at=DEFAULT_NOW)
            enter_register(session, at=DEFAULT_NOW)
    return url


def settings_of(url: str, schema: str) -> Settings:
    known = Settings(database_url=url, schema_=schema)
    return DEFAULTS.model_copy(update={"database_url": known.database_url, "schema_": known.schema_})


@pytest.fixture
def counties(region: str, tmp_path: Path) -> Iterator[list[County]]:
    """Both counties, each served by an app of its own."""
    with ExitStack() as stack:
        yield [_served(settings_of(region, schema), stack) for schema in SCHEMAS]


def _served(place: Settings, stack: ExitStack) -> County:
    client = stack.enter_context(Client(create_app(place)))
    database = stack.enter_context(closing(Database(place, seconds=place.request_timeout)))
    with database.session(writes=True) as session:
        return County(database, client, 1, units_of(session), enter_keys(session, at=DEFAULT_NOW))


@pytest.fixture
def run(region: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Run a command for the first county."""
    monkeypatch.setenv("PATH", str(programs()), prepend=":")
    monkeypatch.setenv("DUBAN_DATABASE_URL", region)
    monkeypatch.setenv("DUBAN_SCHEMA", SCHEMAS[0])
    monkeypatch.setenv("DUBAN_STORAGE", str(tmp_path / "files"))

    def run(*words: object, expect: int = 0) -> Result:
        get_settings.cache_clear()
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == expect, done.output
        return done

    yield run
    get_settings.cache_clear()


def contents(url: str, schema: str) -> dict[str, object]:
    """What a schema has: its rows, numbers, columns and indexes."""
    tables = [*SQLModel.metadata.tables, "alembic_version"]
    rows = "SELECT md5(coalesce(string_agg(md5(one::text), '' ORDER BY md5(one::text)), '')) FROM {} one"
    catalogue = {
        "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s",
        "columns": "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = %s",
        "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = %s",
    }
    with psycopg.connect(url) as connection:
        found: dict[str, object] = {
            table: connection.execute(sql.SQL(rows).format(sql.Identifier(schema, table))).fetchone()
            for table in tables
        }
        for name, query in catalogue.items():
            found[name] = sorted(connection.execute(query, [schema]).fetchall())
    return found


def test_what_one_county_writes_no_other_sees(counties: list[County], region: str) -> None:
    huoqiu, jinzhai = counties
    owed = huoqiu.obligation(1, "城关镇")["id"]
    before = contents(region, "jinzhai")
    posted = huoqiu.as_unit("城关镇").post(f"/obligations/{owed}/updates", REPORT)
    as_stranger = Api(jinzhai.client, huoqiu.as_role("coordinator").key).get("/updates")
    seen = [len(county.as_role("auditor").all("/updates")) for county in counties]
    with psycopg.connect(region) as connection:
        across = connection.execute("""SELECT conname FROM pg_constraint
            JOIN pg_class it ON it.oid = conrelid JOIN pg_class other ON other.oid = confrelid
            WHERE it.relnamespace <> other.relnamespace""").fetchall()
        shared = connection.execute("""SELECT objid::regclass FROM pg_depend
            JOIN pg_class number ON number.oid = objid AND number.relkind = 'S' JOIN pg_class it ON it.oid = refobjid
            WHERE number.relnamespace <> it.relnamespace""").fetchall()
        outside = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()

    assert (posted.status_code, seen) == (201, [1, 0])
    assert as_stranger.status_code == 401
    assert contents(region, "jinzhai") == before
    assert (across, shared, outside) == ([], [], [])


def test_commands_of_one_county_leave_the_other_as_it_was(
    sqlite: Shared, region: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, other = (contents(region, schema) for schema in SCHEMAS)
    sqlite.templates.restore("county")
    run("verify")
    run("backup", tmp_path / "backup")
    run("drill")
    with psycopg.connect(region) as connection:
        connection.execute("DROP SCHEMA huoqiu CASCADE")
    restored = run("restore", tmp_path / "backup")

    assert "0 faults" in restored.stdout
    assert contents(region, "huoqiu") == before
    assert contents(region, "jinzhai") == other

    downgrade(settings_of(region, "huoqiu"), "-1")
    run("migrate")
    run("verify")
    assert contents(region, "jinzhai") == other

    monkeypatch.setenv("DUBAN_SCHEMA", "moved")
    run("migrate")
    run("move", sqlite.url, region)
    run("restore", tmp_path / "backup", expect=2)

    assert contents(region, "huoqiu")["task"] == before["task"]
    assert contents(region, "jinzhai") == other


@pytest.mark.parametrize("is_pooled", [False, True], ids=["direct", "pooled"])
def test_two_counties_under_load_and_a_kill_do_not_mix(
    counties: list[County], region: str, is_pooled: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    to = through(request.getfixturevalue("pooler"), region) if is_pooled else settings_of(region, "")
    places = [to.model_copy(update={"schema_": schema, "storage": str(tmp_path / schema)}) for schema in SCHEMAS]
    servers = [serve(place, port) for place, port in zip(places, ports, strict=True)]
    try:
        crowds = [
            Crowd(f"http://127.0.0.1:{port}", officials(county)[:1])
            for port, county in zip(ports, counties, strict=True)
        ]
        with crowds[0]:
            with crowds[1]:
                for crowd in crowds:
                    crowd.wait_for(20)
                servers[0].kill()
                servers[0].wait()
                crowds[1].wait_for(20)
            servers[0] = serve(places[0], ports[0])
            crowds[0].wait_for(20)
    finally:
        for server in servers:
            server.kill()
            server.wait()

    log.info("%s: %s", "pooled" if is_pooled else "direct", [Counter(crowd.statuses) for crowd in crowds])
    for place, county, crowd in zip(places, counties, crowds, strict=True):
        assert_intact(county.database, storage_of(place), crowd)
