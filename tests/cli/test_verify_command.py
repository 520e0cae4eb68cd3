"""`duban verify`, as somebody types it who wants to know whether the register is what it was."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.conftest import County
from tests.journal.test_verification import one


def test_verify_says_that_a_database_is_empty(run: Run) -> None:
    assert "the database is empty" in run("verify").stdout


def test_verify_walks_from_the_heads_in_a_file(run: Run, county: County, tmp_path: Path) -> None:
    first = one(county, "SELECT hash FROM journal_entry WHERE stream = 'checklist:1' AND seq = 1")
    file, other = tmp_path / "heads.txt", tmp_path / "other.txt"
    file.write_text(f"checklist:1 1 {first}")
    other.write_text("nothing")

    assert run("verify", "--since", file).exit_code == 0
    assert run("verify", "--since", other).exit_code == 2
