"""The command, as a clerk at the server types it."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from app import clock
from app.cli.demo import SAMPLE, prepare_demo
from app.config import Settings, get_settings
from app.database.engine import Database
from tests.cli.conftest import Run
from tests.conftest import County, FakeClock, sample_page

pytestmark = pytest.mark.long_on_postgresql


def test_a_dry_run_reports_and_writes_nothing(run: Run, tmp_path: Path, database: Database) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(sample_page())
    run("units", "import", SAMPLE / "units.csv", "--jurisdiction", "341522")
    dry = run("import", page, "--jurisdiction", "341522", "--dry-run")
    real = run("import", page, "--jurisdiction", "341522", "--yes")
    again = run("import", page, "--jurisdiction", "341522", "--yes")

    assert "23 tasks, 116 assignments, 539 obligations" in dry.stdout
    assert dry.stdout.splitlines()[:-1] == real.stdout.splitlines()[:-1]
    assert "unchanged" in again.stdout
    assert run("verify").exit_code == 0


def test_verify_ends_with_one_and_says_where(run: Run, county: County) -> None:
    with county.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE obligation SET percent = 99 WHERE id = 5")
    result = run("verify")

    assert result.exit_code == 1
    assert "obligation 5" in result.output


def test_verify_names_a_file_of_evidence_that_is_missing(
    run: Run, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_STORAGE", settings.storage)
    unit = county.as_unit("城关镇")
    report = {"state": "in_progress", "narrative": "正在推进。"}
    update = unit.post(f"/obligations/{county.obligation(1, '城关镇')['id']}/updates", report).json()
    unit.request("POST", f"/updates/{update['id']}/evidence", files={"file": ("图.pdf", b"%PDF-1.7")})
    whole = run("verify")
    shutil.rmtree(settings.storage)
    missing = run("verify")

    assert (whole.exit_code, missing.exit_code) == (0, 1)
    assert "evidence 1: its file" in missing.output


def test_a_key_for_an_unknown_unit_is_refused_with_a_sentence(run: Run, county: County) -> None:
    result = run("key", "create", "--role", "reporter", "--unit", "航天局")

    assert result.exit_code == 2
    assert "航天局" in result.output


def test_a_cell_is_read_with_the_directory(run: Run, county: County) -> None:
    result = run("read-cell", "税务局、经信局等直有关单位", "--json")
    reading = json.loads(result.stdout)

    assert [unit["name"] for unit in reading["units"]] == ["税务局", "经信局", "县直有关单位"]
    assert reading["open"]
    assert (reading["times"], reading["unread"]) == ([], [])


def test_a_person_behind_a_unit_is_shown_apart(run: Run, county: County) -> None:
    result = run("read-cell", "税务局（张某）")

    assert "person: 张某" in result.stdout
    assert "税务局  [responsible]  税务局" in result.stdout


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a demo leaves its keys."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_demo_shown_again_makes_no_new_keys(run: Run, elsewhere: Path, database: Database) -> None:
    first, second = (run("demo", "--no-serve").stdout for _ in range(2))
    keys = run("key", "list").stdout.splitlines()

    assert first == second
    assert len(keys) == 1 + 4
    assert (elsewhere / "demo.keys").stat().st_mode & 0o077 == 0


def test_the_demo_takes_no_database_of_others(run: Run, elsewhere: Path, county: County) -> None:
    result = run("demo", "--no-serve")

    assert result.exit_code == 1
    assert "this database is in use; give the demo an empty one by DUBAN_DATABASE_URL" in result.output


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_said_before_anything_else(run: Run, elsewhere: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(command, "--port", port)

    assert result.exit_code == 1
    assert result.output == (
        f"port {port} of 127.0.0.1 cannot be used (Address already in use); give another: --port {port + 1}, "
        f"or make demo PORT={port + 1}\n"
    )
    assert not (elsewhere / "demo.keys").exists()


def test_the_demo_has_something_done_late_and_overdue(
    run: Run, elsewhere: Path, database: Database, now: FakeClock
) -> None:
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


def test_the_document_is_printed_without_a_database(run: Run) -> None:
    said = run("openapi")
    document = json.loads(said.stdout)

    assert said.exit_code == 0
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/tasks" in document["paths"]


def test_the_command_says_its_version(run: Run) -> None:
    assert run("--version").stdout == "duban 0.1.0\n"


def test_keys_are_listed_with_where_they_stand_and_never_whole(run: Run, county: County, now: FakeClock) -> None:
    key = run("key", "create", "--role", "auditor", "--jurisdiction", "341522", "--days", "10").stdout.strip()
    last = run("key", "list", "--role", "auditor").stdout.splitlines()[-1].split("\t")
    revoked = run("key", "revoke", last[0])
    now.set("2023-07-01")
    after = run("key", "list").stdout

    assert last[1:] == [key.split("_")[1], "auditor", "341522", "until 2023-06-12T00:00:00+08:00", "auditor"]
    assert revoked.exit_code == 0
    assert f"{last[0]}\t{last[1]}\tauditor\t341522\trevoked 2023-06-01\tauditor\n" in after
    assert key not in after


def test_a_role_that_no_key_has_is_not_offered(run: Run, county: County) -> None:
    refused = run("key", "create", "--role", "anonymous")

    assert refused.exit_code == 2
    assert "'reporter', 'coordinator', 'auditor', 'admin'" in refused.output
    assert "anonymous|" not in run("key", "create", "--help").output


def test_an_exported_directory_is_the_one_that_was_imported(run: Run, county: County, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(run("units", "export").stdout, "utf-8")
    again = run("units", "import", file, "--jurisdiction", "341522")

    assert set((SAMPLE / "units.csv").read_text("utf-8").split()) <= set(file.read_text("utf-8").split())
    assert "entered 0 units\nchanged 0," in again.stdout
    assert "\ttownship\t城关镇人民政府\t城关镇\n" in run("units", "list").stdout


def test_help_breaks_no_word(run: Run) -> None:
    """A table of two narrow columns broke `coor-dinator`."""
    narrow = run("key", "create", "--help", terminal_width=80).output

    assert "reporter|coordinator|auditor|admin" in narrow
