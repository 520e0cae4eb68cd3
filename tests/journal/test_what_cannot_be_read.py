"""Verification fails on no content of a database: it names what is wrong, and goes on."""

import pytest

from app import clock
from app.database.engine import Database
from app.journal.heads import heads_of, text_of
from app.journal.verification import verify
from tests.conftest import County
from tests.journal.test_verification import faults, report, tamper, verified


@pytest.mark.own_database
def test_a_word_that_is_not_a_member_is_named_and_verification_goes_on(county: County) -> None:
    if county.database.is_sqlite:
        unchecked = "PRAGMA ignore_check_constraints=ON"
    else:
        unchecked = "ALTER TABLE obligation DROP CONSTRAINT ck_obligation_state"
    tamper(
        county,
        unchecked,
        "UPDATE obligation SET state = 'forgotten' WHERE id = 5",
        "UPDATE unit SET name = '无名' WHERE id = 7",
    )

    assert faults(county) == [
        "obligation 5: its state is not a value of its column",
        "obligation 5: the row disagrees with its journal checklist:1",
        "unit 7: the row disagrees with its journal directory:341522",
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("obligation SET due_on = '31 June' WHERE id = 5", "obligation 5: its due_on is not a value of its column"),
        ("task SET targets = '[{' WHERE id = 5", "task 5: its targets is not a value of its column"),
        ("task SET targets = '[NaN]' WHERE id = 5", "task 5: its targets is not a value of its column"),
        ("obligation SET percent = 9e999 WHERE id = 5", "obligation 5: its percent is not a value of its column"),
        ("task SET requirement = X'00FF' WHERE id = 5", "task 5: its requirement is not a value of its column"),
        (
            "obligation SET percent = 'half' WHERE id = 5",
            "obligation 5: the row disagrees with its journal checklist:1",
        ),
        ("journal_stream SET head_at = 'noon' WHERE name = 'checklist:1'", "checklist:1: its head has another moment"),
        ("journal_entry SET payload = X'00FF' WHERE seq = 2", "checklist:1 entry 2: its payload is not the one"),
        ("journal_entry SET envelope = X'00FF' WHERE seq = 2", "checklist:1 entry 2: its envelope is not the one"),
    ],
)
@pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
def test_what_is_not_a_value_at_all_is_named(county: County, change: str, named: str) -> None:
    """SQLite stores anything in any column."""
    tamper(county, "PRAGMA ignore_check_constraints=ON", f"UPDATE {change}", "PRAGMA ignore_check_constraints=OFF")

    assert any(fault.startswith(named) for fault in faults(county)), faults(county)


def test_an_empty_database_is_said_to_be_empty(database: Database) -> None:
    with database.session(writes=False) as session:
        assert verify(session).saw_nothing


def test_a_stream_stays_in_its_jurisdiction_also_when_its_head_says_another(county: County) -> None:
    tamper(county, "UPDATE journal_stream SET jurisdiction_code = '341523' WHERE name = 'checklist:1'")
    report(county, 9, "政府办", state="in_progress")
    tamper(county, "UPDATE journal_stream SET jurisdiction_code = '341522' WHERE name = 'checklist:1'")

    (fault,) = faults(county)
    assert fault.startswith("checklist:1: it was begun for jurisdiction '341522'")


def since(county: County, stored: list[str]) -> list[str]:
    with county.database.session(writes=False) as session:
        return [str(fault) for fault in verify(session, since=heads_of(stored)).faults]


def test_a_walk_from_a_stored_head_sees_what_came_after(county: County) -> None:
    stored = text_of(verified(county).heads, clock.now(), None).splitlines()
    owed = report(county, 9, "政府办", state="in_progress")
    with county.database.session(writes=False) as session:
        seen = verify(session, since=heads_of(stored))
    tamper(county, "UPDATE obligation SET percent = 1 WHERE id = :owed", owed=owed)
    report(county, 9, "政府办", state="in_progress")

    assert (seen.entries, seen.faults) == (2, [])  # the key of who reports, and the report
    (fault,) = since(county, stored)
    assert fault.startswith(f"obligation {owed}: the row was changed outside its journal checklist:1 before entry ")


def test_a_stored_head_that_is_gone_or_different_is_named(county: County) -> None:
    stored = text_of(verified(county).heads, clock.now(), None).splitlines()
    head = verified(county).heads["checklist:1"]
    longer = [line.replace(f"checklist:1 {head.seq} ", f"checklist:1 {head.seq + 1} ") for line in stored]
    other = [line.replace(head.hash, "0" * 64) for line in stored]

    assert since(county, longer) == [f"checklist:1: entry {head.seq + 1} is gone: its tail was cut"]
    assert since(county, other) == [f"checklist:1 entry {head.seq}: it is not the entry whose hash was stored"]
    assert since(county, [*stored, f"checklist:9 7 {head.hash}"]) == [
        "checklist:9: the stream is gone; it had 7 entries"
    ]
