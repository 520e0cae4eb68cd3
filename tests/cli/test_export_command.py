"""A register on its way out at the command line: what is written is what the API answers."""

import csv
from pathlib import Path
from typing import BinaryIO

import pytest

from app.errors import Unavailable
from app.registers.exports.formats import WRITERS, FileFormat
from app.registers.exports.table import OutTable
from tests.cli.conftest import Run
from tests.conftest import County, FakeClock

FORMS = ["html", "csv", "json"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("kind", "options"), [("register", []), ("working-register", ["--working"])])
def test_the_file_is_what_the_api_answers(
    run: Run, county: County, tmp_path: Path, form: str, kind: str, options: list[str]
) -> None:
    file = tmp_path / f"清单.{form}"
    said = run("export", 1, file, *options)

    assert said.exit_code == 0, said.output
    assert file.read_bytes() == county.as_role("admin").get(f"/checklists/1/{kind}", format=form).content


@pytest.mark.parametrize(("form", "leading"), [("xlsx", b"PK"), ("docx", b"PK")])
def test_the_ending_says_the_form(run: Run, county: County, tmp_path: Path, form: str, leading: bytes) -> None:
    file = tmp_path / f"清单.{form.upper()}"

    assert run("export", 1, file).exit_code == 0
    assert file.read_bytes().startswith(leading)


def test_a_name_without_a_known_ending_needs_a_form(run: Run, county: County, tmp_path: Path) -> None:
    refused = run("export", 1, tmp_path / "清单.pdf")
    named = run("export", 1, tmp_path / "清单.out", "--format", "csv")

    assert (refused.exit_code, named.exit_code) == (2, 0)
    assert "xlsx, docx, html, csv, json" in refused.output


def test_it_is_as_of_a_day(run: Run, county: County, tmp_path: Path, now: FakeClock) -> None:
    now.set("2024-01-05")
    file = tmp_path / "台账.csv"
    run("export", 1, file, "--working", "--as-of", "2023-12-30")
    future = run("export", 1, tmp_path / "later.csv", "--as-of", "2024-02-01")
    lines = list(csv.reader(file.read_text("utf-8-sig").splitlines()))

    assert lines[1][0] == "2023年度台账 发布时间:2023-05-31 截至2023-12-30，按2024-01-05所知"
    assert future.exit_code == 1
    assert future.stderr.startswith("as_of_in_future: ")


def test_what_is_there_is_not_written_over_without_force(run: Run, county: County, tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text("kept")
    refused = run("export", 1, file)
    stored = file.read_text("utf-8-sig")
    forced = run("export", 1, file, "--force")

    assert (refused.exit_code, stored, forced.exit_code) == (1, "kept", 0)
    assert "--force" in refused.stderr
    assert "工作要求" in file.read_text("utf-8-sig")


def test_an_export_that_fails_leaves_what_was_there(
    run: Run, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: OutTable, file: BinaryIO) -> None:
        file.write(b"half")
        raise Unavailable()

    monkeypatch.setitem(WRITERS, FileFormat.CSV, broken)
    file = tmp_path / "清单.csv"
    file.write_text("kept")
    said = run("export", 1, file, "--force")

    assert said.exit_code == 1
    assert [one.name for one in tmp_path.iterdir() if not one.name.startswith("duban.db")] == ["清单.csv"]
    assert file.read_text() == "kept"


def test_it_goes_to_standard_output(run: Run, county: County) -> None:
    said = run("export", 1, "-", "--format", "json")
    unnamed = run("export", 1, "-")

    assert said.stdout_bytes == county.as_role("admin").get("/checklists/1/register", format="json").content
    assert unnamed.exit_code == 2


def test_a_checklist_that_is_not_there_is_refused(run: Run, county: County, tmp_path: Path) -> None:
    said = run("export", 9, tmp_path / "清单.csv")

    assert said.exit_code == 1
    assert said.stderr.startswith("not_found: ")
    assert not (tmp_path / "清单.csv").exists()


def test_a_folder_that_is_not_there_is_refused(run: Run, county: County, tmp_path: Path) -> None:
    assert run("export", 1, tmp_path / "nowhere" / "清单.csv").exit_code == 2
