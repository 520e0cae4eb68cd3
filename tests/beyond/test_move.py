"""`duban move`: from SQLite to PostgreSQL, every row as it is, all or none."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlmodel import SQLModel
from typer.testing import CliRunner, Result

from app.cli import app
from app.config import Settings
from app.main import create_app
from app.migrate import upgrade
from tests.client import Client
from tests.conftest import DEFAULTS, Api, County
from tests.databases import new_database

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
REPORT = {"state": "in_progress", "narrative": "已召开 50% 的会议。\t\\N\n“引号”"}


@pytest.fixture(scope="module")
def migrated(postgres: str) -> str:
    url = new_database(postgres, "moved")
    upgrade(Settings(database_url=url))
    return url


@pytest.fixture
def target(migrated: str) -> Iterator[str]:
    """An empty migrated PostgreSQL database."""
    yield migrated
    tables = sql.SQL(", ").join(map(sql.Identifier, SQLModel.metadata.tables))
    with psycopg.connect(migrated) as connection:
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))


def moved(source: str, target: str) -> Result:
    return CliRunner().invoke(app, ["move", source, target])


def is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM journal_stream, jurisdiction, unit").fetchall() == []


def test_a_moved_county_answers_the_same_and_goes_on(county: County, database_url: str, target: str) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    unit.post(f"/obligations/{owed}/updates", REPORT)
    with county.database.session(writes=True) as session:
        session.execute(text("UPDATE sqlite_sequence SET seq = 1000 WHERE name = 'status_update'"))  # they are gone
    auditor = county.as_role("auditor")
    paths = ("/overdue", "/updates", "/journal", "/tasks", f"/obligations/{owed}/timeline")
    before = [auditor.get(path).content for path in paths]
    said = moved(database_url, target)
    place = DEFAULTS.model_copy(update={"database_url": Settings(database_url=target).database_url})
    with Client(create_app(place)) as client:
        after = [Api(client, auditor.key).get(path).content for path in paths]
        next_one = Api(client, unit.key).post(f"/obligations/{owed}/updates", REPORT)
    again = moved(database_url, target)

    assert said.exit_code == 0, said.output
    assert "0 faults, the same heads" in said.stdout
    assert after == before
    assert (next_one.status_code, next_one.json()["id"]) == (201, 1001)
    assert (again.exit_code, "into an empty database only" in again.stderr) == (2, True)


def test_a_row_that_cannot_be_moved_leaves_the_target_empty(county: County, database_url: str, target: str) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    county.as_unit("城关镇").post(f"/obligations/{owed}/updates", REPORT)
    for sets in ("narrative = 'a' || char(0)", "narrative = 'a', posted_at = 'soon'", "obligation_id = 999999"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection, connection:
            connection.execute(f"UPDATE status_update SET {sets}")  # noqa: S608
        failed = moved(database_url, target)

        assert (failed.exit_code, "cannot take a row" in failed.stderr) == (2, True), failed.output
        assert is_empty(target)


def test_a_fault_of_the_source_is_moved_and_named(county: County, database_url: str, target: str) -> None:
    with county.database.session(writes=True) as session:
        session.execute(text("UPDATE task SET requirement = '另一项' WHERE id = 1"))
    said = moved(database_url, target)

    assert said.exit_code == 1, said.output
    assert "DOES NOT HOLD, nor in the source" in said.stderr
    assert not is_empty(target)


def test_a_county_moves_between_databases_of_this_version_only(
    county: County, database_url: str, postgres: str, tmp_path: Path
) -> None:
    bare, none = new_database(postgres, "bare_target"), f"sqlite:///{tmp_path / 'none.db'}"
    said = [
        moved(*places) for places in ((database_url, bare), (bare, database_url), (none, bare), ("oracle://", bare))
    ]

    assert [one.exit_code for one in said] == [2, 2, 2, 2]
    for one, words in zip(
        said,
        (
            "target: the database has no tables yet; run `duban migrate`",
            "a county moves from SQLite to PostgreSQL",
            f"there is no database {tmp_path / 'none.db'}",
            "oracle:// is not supported",
        ),
        strict=True,
    ):
        assert words in one.stderr
    assert not (tmp_path / "none.db").exists()
