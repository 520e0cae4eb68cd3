"""`duban calendar import`, as an operator types it once a year."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.config import get_settings
from tests.workdays import notices

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, [str(word) for word in words])
    get_settings.cache_clear()


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_a_notice_is_entered_once_and_publishes_its_year(run: Run, tmp_path: Path, kind: str) -> None:
    file = written(tmp_path, f"2027.{kind}", notices.as_csv() if kind == "csv" else notices.as_ics())
    dry = run("calendar", "import", file, "--dry-run").stdout
    real = run("calendar", "import", file).stdout
    again = run("calendar", "import", file).stdout

    assert "entered 32 days, changed 0" in dry
    assert dry.splitlines() == [*real.splitlines(), "dry run: nothing was written"]
    assert "2027 is published from now on" in real
    assert "entered 0 days, changed 0\nunchanged 32, days that count otherwise than before 0" in again
    assert run("verify").exit_code == 0


def test_a_correction_names_the_days_that_it_changed(run: Run, tmp_path: Path) -> None:
    run("calendar", "import", written(tmp_path, "a.csv", notices.as_csv()))
    corrected = written(tmp_path, "b.csv", "day,is_working,name\n2027-02-20,休,春节\n2027-02-21,班,春节\n")
    said = run("calendar", "import", corrected).stdout

    assert "entered 1 days, changed 1" in said
    assert "changed 2027-02-20" in said
    assert "otherwise than before 2" in said
    assert run("verify").exit_code == 0


def test_a_part_of_a_notice_says_how_to_declare_it_whole(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "part.csv", "day,is_working,name\n2027-01-01,休,元旦\n")
    part = run("calendar", "import", file).stdout
    whole = run("calendar", "import", file, "--complete-year", "2027").stdout

    assert "2027 is still not published" in part
    assert "--complete-year 2027" in part
    assert "2027 is published from now on" in whole
    assert "still not" not in whole


def test_one_bad_line_stops_the_whole_file(run: Run, tmp_path: Path) -> None:
    bad = run("calendar", "import", written(tmp_path, "bad.csv", notices.as_csv() + "2027-12-32,休,\n"))
    good = run("calendar", "import", written(tmp_path, "good.csv", notices.as_csv()))

    assert bad.exit_code == 1
    assert "unreadable_calendar" in bad.output
    assert "line 34" in bad.output
    assert "entered 32 days" in good.stdout
