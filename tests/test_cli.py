"""The command, as a clerk at the server types it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import clock
from app.cli import app
from app.config import Settings, get_settings
from app.database import Database
from app.demo import SAMPLE, prepare_demo
from tests.conftest import County, FakeClock, sample_page


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, [str(word) for word in words])
    get_settings.cache_clear()


def test_a_dry_run_reports_and_writes_nothing(run: object, tmp_path: Path, database: Database) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(sample_page())
    call(run, "units", "import", SAMPLE / "units.csv", "--jurisdiction", "341522")
    dry = call(run, "import", page, "--jurisdiction", "341522", "--dry-run")
    real = call(run, "import", page, "--jurisdiction", "341522")
    again = call(run, "import", page, "--jurisdiction", "341522")

    assert "23 tasks, 116 assignments, 539 obligations" in dry.stdout
    assert dry.stdout.splitlines()[:-1] == real.stdout.splitlines()[:-1]
    assert "unchanged" in again.stdout
    assert call(run, "verify").exit_code == 0


def test_verify_ends_with_one_and_says_where(run: object, county: County) -> None:
    with county.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE obligation SET percent = 99 WHERE id = 5")
    result = call(run, "verify")

    assert result.exit_code == 1
    assert "obligation 5" in result.output


def test_verify_names_a_file_of_evidence_that_is_missing(
    run: object, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_STORAGE", settings.storage)
    unit = county.as_unit("城关镇")
    report = {"state": "in_progress", "narrative": "正在推进。"}
    update = unit.post(f"/obligations/{county.obligation(1, '城关镇')['id']}/updates", report).json()
    unit.request("POST", f"/updates/{update['id']}/evidence", files={"file": ("图.pdf", b"%PDF-1.7")})
    whole = call(run, "verify")
    shutil.rmtree(settings.storage)
    missing = call(run, "verify")

    assert (whole.exit_code, missing.exit_code) == (0, 1)
    assert "evidence 1: its file" in missing.output


def test_a_key_for_an_unknown_unit_is_refused_with_a_sentence(run: object, county: County) -> None:
    result = call(run, "key", "create", "--role", "reporter", "--unit", "航天局")

    assert result.exit_code == 2
    assert "航天局" in result.output


def test_a_cell_is_read_with_the_directory(run: object, county: County) -> None:
    result = call(run, "read-cell", "税务局、经信局等直有关单位", "--json")
    reading = json.loads(result.stdout)

    assert [unit["name"] for unit in reading["units"]] == ["税务局", "经信局", "县直有关单位"]
    assert reading["open"]
    assert (reading["times"], reading["unread"]) == ([], [])


def test_the_demo_has_something_done_late_and_overdue(run: object, database: Database, now: FakeClock) -> None:
    now.set("2026-01-10")
    said = prepare_demo(get_settings(), port=8000, at=clock.now())

    assert said.count("curl -s") == 3
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT state, count(*) FROM obligation GROUP BY state").all()
        states = {row[0]: row[1] for row in rows}
        late = connection.exec_driver_sql("SELECT count(*) FROM obligation WHERE completed_on > due_on").scalar_one()
        overdue = connection.exec_driver_sql(
            "SELECT count(*) FROM obligation WHERE state <> 'completed' AND due_on < '2026-01-10'"
        ).scalar_one()
        reporting = connection.exec_driver_sql(
            "SELECT o.state FROM obligation o JOIN task t ON t.id = o.task_id"
            " JOIN api_key_unit k ON k.unit_id = o.unit_id WHERE t.number = 2"
        ).scalar_one()
    assert reporting == "not_started"  # so that the line that posts an update works
    assert states["completed"] > 50
    assert late > 0
    assert overdue > 0


def test_the_document_is_printed_without_a_database(run: object) -> None:
    said = call(run, "openapi")
    document = json.loads(said.stdout)

    assert said.exit_code == 0
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/tasks" in document["paths"]


def call(run: object, *words: object) -> Result:
    assert callable(run)
    result = run(*words)
    assert isinstance(result, Result)
    return result
