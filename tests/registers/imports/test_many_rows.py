"""A long register goes in by a few statements for many rows, and is journaled task by task all the same."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app import clock
from app.access.actors import OPERATOR
from app.database.engine import Database
from app.journal.verification import verify
from app.registers.files.reader import read_register
from app.registers.imports import checklist_actions
from app.registers.imports.checklist_actions import ImportReport, enter_register, import_register
from app.registers.imports.full_reading import read_fully
from app.registers.imports.known_units import known_units
from tests.conftest import COUNTY, County, enter_county, sample_page
from tests.registers.imports.editions import page_of, sent

UNITS = "司法局牵头,各乡镇人民政府,财政局配合"


def page(rows: int) -> bytes:
    return page_of([("一、甲", [[f"做好第{number}件事。", UNITS, ""] for number in range(rows)])], title="2023年清单")


def imported(database: Database, data: bytes) -> ImportReport:
    with database.session(writes=True) as session:
        return import_register(session, read_register(data), COUNTY, by=OPERATOR, at=clock.now(), soon=7)


def test_a_commit_takes_a_few_statements(county: County, query_count: Callable[..., Any]) -> None:
    office = county.as_role("coordinator")
    shown = sent(office, sample_page(2024, "2024-05-31"))
    with query_count(at_most=60) as statements:
        committed = office.post(f"/registers/imports/{shown['id']}/commit?proposals=leave")

    assert committed.json()["obligations"] == 539
    assert statements


@pytest.mark.parametrize("rows", [3, 90])
def test_one_more_row_needs_no_further_statement(database: Database, rows: int) -> None:
    with database.session(writes=True) as session:
        enter_county(session, at=clock.now())
    statements: list[str] = []
    database.watchers.append(lambda text, *_: statements.append(text))
    report = imported(database, page(rows))

    assert (report.tasks, report.assignments, report.obligations) == (rows, 3 * rows, 32 * rows)
    assert len(statements) <= 36 + 2 * (32 * rows // 1000)  # obligations and spans, each by the thousand


def test_each_entry_has_the_rows_of_its_own_task(county: County) -> None:
    report = imported(county.database, page(7))
    entries = county.as_role("auditor").all(f"/journal/checklist:{report.checklist_id}")
    created = [one for one in entries if one["verb"] == "task.created"]
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert [one["verb"] for one in entries] == ["section.created"] + ["task.created"] * 7
    assert faults == []
    for entry in created:
        rows, task = json.loads(entry["payload"])["rows"], int(entry["subject"].removeprefix("task:"))
        counted = {table: len(some) for table, some in rows.items()}
        assert counted == {"task": 1, "period": 1, "assignment": 3, "obligation": 32, "obligation_span": 32}
        assert {one["task_id"] for table in ("period", "assignment", "obligation") for one in rows[table]} == {task}
        assert {one["obligation_id"] for one in rows["obligation_span"]} == {one["id"] for one in rows["obligation"]}


def test_rows_are_written_in_batches_and_progress_is_shown(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checklist_actions, "ROWS_AT_ONCE", 10)
    told: list[int] = []
    with county.database.session(writes=True) as session:
        units = known_units(session, COUNTY)
        full = read_fully(read_register(sample_page(2024, "2024-05-31")), units.directory, units.spelt, otherwise=2024)
        at = clock.now()
        report = enter_register(session, full, units, COUNTY, by=OPERATOR, at=at, soon=7, entered=told.append)

    assert told == [10, 10, 3]
    assert (report.sections, report.tasks, report.assignments, report.obligations) == (10, 23, 116, 539)
