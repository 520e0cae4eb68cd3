"""`duban import` of files that do not say which column is which, their title or their year."""

from pathlib import Path
from typing import Any

import pytest

from app.cli import importing
from tests.cli.conftest import Run
from tests.conftest import County
from tests.registers.files.drawn_tables import WRITERS

pytestmark = pytest.mark.long_on_postgresql

ROWS = """号头|怎么做|怎样算好|牵头方|到哪天
1|把三条断头路全部打通|通车并且验收合格|司法局|10月底前
2|为老旧小区加装电梯十部|电梯全部交付使用|财政局|11月底前
"""
COLUMNS = "requirement=2,requirement=3,units=4,due=5,number=1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "表.csv"
    path.write_bytes(WRITERS["csv"](ROWS))
    return path


def imported(county: County) -> list[Any]:
    found = county.as_role("coordinator").all("/checklists")
    return [(one["title"], one["year"]) for one in found if one["id"] != 1]


def test_a_script_reads_which_options_say_what_the_file_does_not(run: Run, county: County, file: Path) -> None:
    said = run("import", file, "--yes")

    assert said.exit_code == 1
    assert "怎样算好" in said.stdout
    assert all(option in said.stderr for option in ("--columns requirement=", "--title", "--year"))
    assert imported(county) == []


def test_a_script_says_it_by_options(run: Run, county: County, file: Path) -> None:
    said = run("import", file, "--columns", COLUMNS, "--title", "城市管理清单", "--year", 2026, "--yes")

    assert said.exit_code == 0, said.output
    assert imported(county) == [("城市管理清单", 2026)]


def test_somebody_at_a_terminal_is_asked(run: Run, county: County, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "at_terminal", lambda: True)
    typed = f"怎么做=2\nrequirement=9\n{COLUMNS}\n城市管理清单\n明年\n2026\nn\ny\n"
    said = run("import", file, input=typed)

    assert said.exit_code == 0, said.output
    assert "明年: no year from" in said.output
    assert imported(county) == [("城市管理清单", 2026)]


@pytest.mark.parametrize("columns", ["requirement", "units=3", "requirement=2,units=2"])
def test_columns_that_cannot_be_are_refused(run: Run, county: County, file: Path, columns: str) -> None:
    said = run("import", file, "--columns", columns)

    assert said.exit_code == 2
    assert "column" in said.output
