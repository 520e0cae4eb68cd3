"""What was imported stands in the journal: the file's hash, who sent it, what was answered, what became of it."""

from sqlalchemy import text
from sqlmodel import col, select

from app import clock
from app.journal.models import JournalEntry
from app.operations.upgrading import JOURNALS_IMPORTS, follow_upgrade
from tests.conftest import County
from tests.journal.test_verification import faults, tamper
from tests.oversight.test_erased_words import SHA256, sent
from tests.registers.imports.editions import answered, left

IMPORTED = "the row is not in its journal catalogue:341522"


def test_each_step_of_an_import_is_an_entry_with_the_hash_of_its_file(county: County) -> None:
    office = county.as_role("coordinator")
    shown = sent(office).json()
    number = shown["id"]
    row = next(question["rows"][0] for question in shown["questions"] if question["can_be_taken"])
    left(office, shown)
    answered(office, shown, {"row": row, "take_proposal": True})
    committed = office.post(f"/registers/imports/{number}/commit?proposals=leave")
    entries = [one for one in office.all("/journal/catalogue:341522") if one["subject"] == f"import:{number}"]

    assert committed.status_code == 201, committed.text
    assert [one["verb"] for one in entries] == ["import.begun", *["import.answered"] * 2, "import.committed"]
    assert all(SHA256 in one["payload"] for one in entries)
    assert all("一张表已上线" not in one["payload"] for one in entries)  # of the reading there is a digest
    assert faults(county) == []


def test_a_changed_import_is_found(county: County) -> None:
    number = sent(county.as_role("coordinator")).json()["id"]
    tamper(county, "UPDATE register_import SET reading = :reading", reading='{"title": "another"}')

    assert faults(county) == [f"register_import {number}: the row disagrees with its journal catalogue:341522"]


def test_a_later_upgrade_adopts_no_import_that_was_inserted_past_the_journal(county: County) -> None:
    number = sent(county.as_role("coordinator")).json()["id"]
    copied = "jurisdiction_code, file_name, reading, created_at, answers, sha256"
    tamper(county, f"INSERT INTO register_import ({copied}) SELECT {copied} FROM register_import")  # noqa: S608

    with county.database.session(writes=True) as session:
        follow_upgrade(session, soon=7, at=clock.now(), applied=["4b7d20e6f918"])

    assert faults(county) == [f"register_import {number + 1}: {IMPORTED}"]


def test_what_an_older_version_imported_is_adopted_once_and_verified_from_then_on(county: County) -> None:
    office = county.as_role("coordinator")
    number = sent(office).json()["id"]
    copied = "jurisdiction_code, file_name, reading, created_at, answers, sha256"
    tamper(county, f"INSERT INTO register_import ({copied}) SELECT {copied} FROM register_import")  # noqa: S608
    before = faults(county)
    for _ in range(2):
        with county.database.session(writes=True) as session:
            follow_upgrade(session, soon=7, at=clock.now(), applied=[JOURNALS_IMPORTS])
    with county.database.session(writes=False) as session:
        verbs = col(JournalEntry.envelope).contains('"verb":"import.adopted"')
        adopted = session.exec(select(JournalEntry).where(verbs)).all()
    after = faults(county)
    with county.database.engine.begin() as connection:
        connection.execute(text("UPDATE register_import SET file_name = 'x' WHERE id = :id"), {"id": number + 1})

    assert before == [f"register_import {number + 1}: {IMPORTED}"]
    assert (len(adopted), after) == (1, [])
    assert [fault.partition(":")[0] for fault in faults(county)] == [f"register_import {number + 1}"]
