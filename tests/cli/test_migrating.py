"""`duban migrate`: one at a time, in bounded time, and it says what it would do."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner, Result

from app import migrate
from app.cli import app
from app.cli.serving import _say_if_of_another_version
from app.config import Settings, get_settings
from app.database.engine import Database
from app.migrate import alembic_config, downgrade, newest_revision, steps, upgrade

DUBAN = Path(sys.executable).parent / "duban"
LANDED = "3c5e9d17a840"  # the last migration that states nothing of itself
Migrate = Callable[..., Result]


@pytest.fixture
def duban_migrate(bare_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Migrate:
    monkeypatch.setenv("DUBAN_DATABASE_URL", bare_database_url)
    get_settings.cache_clear()
    return lambda *words: CliRunner().invoke(app, ["migrate", *words])


def test_two_at_once_make_the_tables_once(postgres_only: Settings) -> None:
    both = [
        subprocess.Popen(  # noqa: S603  our own command
            [DUBAN, "migrate"],
            env=os.environ | {"DUBAN_DATABASE_URL": postgres_only.database_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert "Traceback" not in "".join(said)
    assert not steps(postgres_only)


def test_a_check_says_what_would_be_done_and_does_nothing(duban_migrate: Migrate, bare_database_url: str) -> None:
    before = [duban_migrate("--check") for _ in range(2)]
    upgrade(Settings(database_url=bare_database_url))
    after = duban_migrate("--check")

    assert [one.exit_code for one in before] == [1, 1]
    assert f"{LANDED}  keep the words of last days: 完成时限 of a task" in before[1].output
    assert (after.exit_code, after.output.strip()) == (0, "0 steps to do")


def test_a_database_of_another_version_is_one_sentence(
    duban_migrate: Migrate, bare_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=bare_database_url)
    _say_if_of_another_version(settings)
    upgrade(settings)
    _say_if_of_another_version(settings)
    with closing(Database(settings)) as database, database.session(writes=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'fedcba987654'"))
    _say_if_of_another_version(settings)
    refused = [duban_migrate(*words) for words in ([], ["--check"])]

    assert [record.getMessage() for record in caplog.records if record.name == "app.cli.serving"] == [
        "the database has no tables yet; run `duban migrate`",
        f"the database is at version fedcba987654 and not at {newest_revision()}; run `duban migrate`",
    ]
    for one in refused:
        assert one.exit_code == 2
        assert re.fullmatch(r"the database is at version fedcba987654, which .* does not know; .*", one.output.strip())


def test_a_migration_gives_up_a_table_that_is_in_use(postgres_only: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", 0.2)
    upgrade(postgres_only)
    downgrade(postgres_only, "e93b71d04c58")
    with closing(Database(postgres_only)) as database, database.session(writes=False) as session:
        session.execute(text("SELECT count(*) FROM task"))
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(postgres_only)
    upgrade(postgres_only)


@pytest.fixture
def postgres_only(bare_database_url: str) -> Settings:
    if bare_database_url.startswith("sqlite"):
        pytest.skip("SQLite locks the whole file, and waits as any command does")
    return Settings(database_url=bare_database_url)


def test_every_migration_from_now_on_states_what_it_blocks_and_for_how_long() -> None:
    script = ScriptDirectory.from_config(alembic_config(Settings()))
    newer = [vars(one.module) for one in script.iterate_revisions("head", LANDED)]

    assert [one["revision"] for one in newer if not one.get("blocks") or not 0 < one.get("lock_timeout", 0) <= 60] == []
    assert newest_revision() == script.get_current_head()
