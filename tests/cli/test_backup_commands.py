"""Backups: made while units report, restored elsewhere, refused where one byte is another."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, inspect, text

from app.config import Settings, get_settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import newest_revision
from tests.cli.conftest import Run
from tests.client import Client
from tests.conftest import DEFAULT_NOW, DEFAULTS, Api, County
from tests.databases import new_database, programs
from tests.edge.test_metrics import BEARER, TOKEN, samples

PDF = b"%PDF-1.7\n" + b"0" * 500
Place = Callable[[], Settings]


@pytest.fixture
def backed_up(county: County, settings: Settings, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A county with one report and its file, and its backup."""
    monkeypatch.setenv("PATH", str(programs()), prepend=":")
    monkeypatch.setenv("DUBAN_STORAGE", settings.storage)
    get_settings.cache_clear()
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    report = unit.post(f"/obligations/{owed}/updates", {"state": "in_progress", "narrative": "正在推进。"}).json()
    sent = unit.request("POST", f"/updates/{report['id']}/evidence", files={"file": ("图.pdf", PDF)})
    assert sent.status_code == 201, sent.text
    made = run("backup", tmp_path / "backups" / "monday")
    assert made.exit_code == 0, made.output
    return tmp_path / "backups" / "monday"


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Turns the commands to an empty database and an empty folder."""

    def turn() -> Settings:
        if database.is_sqlite:
            url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
        else:
            url = new_database(request.getfixturevalue("postgres"), f"elsewhere_{tmp_path.name}")
        storage = str(tmp_path / "elsewhere")
        monkeypatch.setenv("DUBAN_DATABASE_URL", url)
        monkeypatch.setenv("DUBAN_STORAGE", storage)
        get_settings.cache_clear()
        return DEFAULTS.model_copy(update={"database_url": url, "storage": storage})

    return turn


def tables(settings: Settings) -> list[str]:
    engine = create_engine(settings.database_url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_a_backup_answers_the_same_elsewhere(county: County, backed_up: Path, run: Run, elsewhere: Place) -> None:
    auditor = county.as_role("auditor")
    paths = ("/overdue", "/updates", "/journal")
    before = [auditor.get(path).content for path in paths]
    place = elsewhere()
    said = run("restore", backed_up)
    with Client(create_app(place)) as client:
        again = Api(client, auditor.key)
        after, file = [again.get(path).content for path in paths], again.get("/evidence/1/file")

    assert said.exit_code == 0, said.output
    assert "1 files, 0 faults" in said.stdout
    assert after == before
    assert (file.status_code, file.content) == (200, PDF)


def test_a_restored_county_is_not_restored_once_more(backed_up: Path, run: Run, elsewhere: Place) -> None:
    elsewhere()
    run("restore", backed_up)
    again = run("restore", backed_up)

    assert again.exit_code == 2
    assert "the database has tables" in again.stderr


@pytest.mark.parametrize("part", ["manifest.json", "database.*", "files/*/*/*"])
def test_a_backup_with_one_byte_changed_is_refused(backed_up: Path, run: Run, elsewhere: Place, part: str) -> None:
    place, (file,) = elsewhere(), backed_up.glob(part)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    said = run("restore", backed_up)

    assert said.exit_code == 2, said.output
    assert any(word in said.stderr for word in ("altered", "cannot be read"))
    assert tables(place) == []


def test_a_drill_leaves_nothing_behind(
    backed_up: Path, county: County, database_url: str, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "drill"
    folder.mkdir()
    said = run("drill", "--folder", folder)

    assert said.exit_code == 0, said.output
    assert "1 files, 0 faults" in said.stdout
    assert [*folder.iterdir()] == []
    if not county.database.is_sqlite:
        with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'duban_drill%'").fetchall()
        assert found == []


def test_a_backup_and_a_drill_that_succeed_show_in_the_metrics(
    backed_up: Path, settings: Settings, database: Database, run: Run
) -> None:
    run("drill")
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}), database)
    with Client(app) as client:
        told = samples(client.get("/metrics", headers=BEARER).text, "duban_backup_last_success_seconds")

    assert told == {("backup",): DEFAULT_NOW.timestamp(), ("drill",): DEFAULT_NOW.timestamp()}


def test_a_backup_that_fails_leaves_no_folder(
    backed_up: Path, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(settings.storage)
    target = backed_up.with_name("tuesday")
    said = run("backup", target)

    assert said.exit_code == 2
    assert "the stored file is missing" in said.stderr
    assert [one.name for one in target.parent.iterdir()] == ["monday"]


def test_a_backup_replaces_no_other(backed_up: Path, run: Run) -> None:
    said = run("backup", backed_up)

    assert (said.exit_code, "is there already" in said.stderr) == (2, True)


def test_a_database_of_another_version_is_not_backed_up(backed_up: Path, database: Database, run: Run) -> None:
    with database.session(writes=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    said = run("backup", backed_up.with_name("tuesday"))
    with database.session(writes=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest_revision()})

    assert said.exit_code == 2
    assert "the database is at version another" in said.stderr
