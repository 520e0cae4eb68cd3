"""An import is read once: however often a request or a command looks at it, it reads a cell and a requirement once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.access.actors import OPERATOR
from app.cli import importing
from app.registers.cells import reader as cells
from app.registers.files.reader import read_register
from app.registers.imports.checklist_actions import import_register
from app.registers.requirements import reader as requirements
from tests.cli.conftest import run  # noqa: F401  a fixture
from tests.conftest import COUNTY, Api, County, sample_page
from tests.registers.imports.editions import answered, changed_sections, commit, left, page_of, sent

pytestmark = pytest.mark.long_on_postgresql

PAGE = sample_page(2024, "2024-05-31")
UNKNOWN = PAGE.decode().replace("司法局", "司法行政局").encode()
ROWS = read_register(PAGE).tasks
CELLS = {row.units_text for row in ROWS}
REQUIREMENTS = {row.requirement for row in ROWS}


class Read:
    """How often each text was read since the last `pop`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._texts: dict[str, list[str]] = {"cells": [], "requirements": []}
        for name, module, reader in (("cells", cells, "read_cell"), ("requirements", requirements, "read_requirement")):
            monkeypatch.setattr(module, reader, self._noting(name, getattr(module, reader)))

    def _noting(self, name: str, read: Callable[..., Any]) -> Callable[..., Any]:
        def noting(text: str, *others: Any) -> Any:
            self._texts[name].append(text)
            return read(text, *others)

        return noting

    def pop(self, name: str = "cells") -> Counter[str]:
        counted = Counter(self._texts[name])
        self._texts[name].clear()
        return counted


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    return Read(monkeypatch)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


ONCE = Counter(CELLS)


def test_each_request_reads_a_cell_once(office: Api, read: Read) -> None:
    shown = sent(office, PAGE, leave=False)
    of_file = read.pop()
    office.get(f"/registers/imports/{shown['id']}")
    of_look = read.pop()
    row = next(one["rows"][0] for one in shown["questions"] if one["can_be_taken"])
    answered(office, shown, {"row": row, "take_proposal": True}, {"kind": "no_unit", "leave": True})
    of_answer = read.pop()
    committed = office.post(f"/registers/imports/{shown['id']}/commit?proposals=leave")
    of_commit = read.pop()

    assert committed.status_code == 201, committed.text
    assert (of_file, of_look, of_answer, of_commit) == (ONCE, ONCE, ONCE, ONCE)
    assert set(read.pop("requirements").values()) == {4}  # requests


def test_the_commit_of_an_edition_reads_old_and_new_cells_once(office: Api, read: Read) -> None:
    shown = sent(office, page_of(changed_sections()), leave=False)
    of_file = read.pop()
    shown = left(office, shown)
    read.pop()
    committed = commit(office, shown)
    of_commit = read.pop()

    assert committed.status_code == 201, committed.text
    assert set(of_file.values()) == set(of_commit.values()) == {1}
    assert of_commit.keys() == of_file.keys() > CELLS


def test_an_answer_that_enters_a_spelling_has_the_cells_read_by_the_new_directory(
    county: County, office: Api, read: Read
) -> None:
    shown = sent(office, UNKNOWN)
    read.pop()
    answered(office, shown, {"name": "司法行政局", "alias_of": county.units["司法局"]})
    of_answer = read.pop()
    office.post(f"/registers/imports/{shown['id']}/commit?proposals=leave")

    assert set(of_answer.values()) == {2}  # directories: the one before the answer, and the one after it
    assert set(read.pop().values()) == {1}


def test_a_register_that_is_imported_at_once_is_read_once(county: County, read: Read) -> None:
    with county.database.session(writes=True) as session:
        import_register(session, read_register(PAGE), COUNTY, by=OPERATOR, at=clock.now(), soon=7)

    assert read.pop() == ONCE


@pytest.mark.parametrize("option", ["--yes", "--dry-run", "--take-proposals"])
def test_a_command_reads_a_cell_and_a_requirement_once(
    run: Callable[..., Any],  # noqa: F811
    county: County,
    read: Read,
    tmp_path: Path,
    option: str,
) -> None:
    file = tmp_path / "清单.txt"
    file.write_bytes(PAGE)
    said = run("import", file, option, "--leave", "no_unit")

    assert said.exit_code == 0, said.output
    assert read.pop() == ONCE
    assert read.pop("requirements") == Counter(REQUIREMENTS)


def test_a_command_that_asks_reads_a_cell_once_for_each_directory(
    run: Callable[..., Any],  # noqa: F811
    county: County,
    read: Read,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "at_terminal", lambda: True)
    file = tmp_path / "清单.txt"
    file.write_bytes(UNKNOWN)
    said = run("import", file, input="司法局\ny\n\ny\n")

    assert said.exit_code == 0, said.output
    assert set(read.pop().values()) == {2}
