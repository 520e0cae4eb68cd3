"""The entries of the journal about one subject, with old and new values side by side."""

from typing import Any

from sqlmodel import col, select

from app.journal.models import JournalEntry
from app.journal.subjects import SubjectIn
from tests.conftest import Api, County, FakeClock
from tests.obligations.test_open_indexes import plan


def about(api: Api, subject: str) -> list[Any]:
    return api.all("/journal", subject=subject, limit=200)


def values(entry: Any, table: str) -> dict[str, tuple[Any, Any]]:
    (row,) = (one for one in entry["changes"] if one["table"] == table)
    return {one["name"]: (one["old"], one["new"]) for one in row["values"]}


def reported_on(county: County, now: FakeClock) -> str:
    """Reported, completed and reopened. Returns the subject."""
    unit, office = county.as_unit("司法局"), county.as_role("coordinator")
    owed = unit.all("/obligations", limit=200)[0]["id"]
    unit.post(f"/obligations/{owed}/updates", {"state": "in_progress", "percent": 40, "narrative": "在办。"})
    now.set("2023-06-02")
    unit.post(f"/obligations/{owed}/updates", {"state": "completed", "narrative": "已办。"})
    now.set("2023-06-03")
    office.post(f"/obligations/{owed}/reopening", {"reason": "抽查未见。"})
    return f"obligation:{owed}"


def test_old_and_new_values_stand_side_by_side(county: County, now: FakeClock) -> None:
    subject = reported_on(county, now)
    reported, completed, reopened = about(county.as_role("auditor"), subject)

    assert [one["verb"] for one in (reported, completed, reopened)] == [
        "update.posted",
        "update.posted",
        "obligation.reopened",
    ]
    assert values(reported, "obligation")["state"] == ("not_started", "in_progress")  # as its import recorded it
    assert values(completed, "obligation")["percent"] == (40, 100)
    assert values(completed, "obligation")["completed_on"] == (None, "2023-06-02")
    assert values(reopened, "obligation")["state"] == ("completed", "in_progress")
    assert values(reopened, "obligation")["completed_on"] == ("2023-06-02", None)
    assert reopened["facts"] == {"reason": "抽查未见。"}
    assert "checklist_id" not in values(reopened, "obligation")


def test_what_an_entry_made_has_no_old_values(county: County, now: FakeClock) -> None:
    reported = about(county.as_role("auditor"), reported_on(county, now))[0]
    made = {one["table"]: one["is_new"] for one in reported["changes"]}

    assert made["status_update"]
    assert not made["obligation"]
    assert values(reported, "status_update")["narrative"] == (None, "在办。")


def test_entries_of_several_streams_come_in_the_order_of_their_moments(county: County, now: FakeClock) -> None:
    office, auditor = county.as_role("coordinator"), county.as_role("auditor")
    now.set("2023-06-02")
    office.patch("/checklists/1", {"revision": 2, "yellow_days": 5})
    now.set("2023-06-04")
    office.delete("/checklists/1/publication")
    entries = about(auditor, "checklist:1")

    assert [one["stream"] for one in entries[-3:]] == ["checklist:1", "catalogue:341522", "catalogue:341522"]
    assert [one["at"] for one in entries] == sorted(one["at"] for one in entries)
    assert [one["hash"] for one in auditor.all("/journal", subject="checklist:1", limit=1)] == [
        one["hash"] for one in entries
    ]
    assert values(entries[-2], "checklist")["yellow_days"] == (7, 5)
    assert values(entries[-1], "checklist")["audience"] == ("public", None)


def test_what_was_redacted_shows_no_values(county: County, now: FakeClock) -> None:
    subject, admin = reported_on(county, now), county.as_role("admin")
    first = about(admin, subject)[0]
    admin.put(f"/journal/{first['stream']}/{first['seq']}/redaction", {"reason": "当事人要求删除"})
    shown = about(admin, subject)

    assert (shown[0]["changes"], shown[0]["facts"]) == (None, None)
    assert values(shown[1], "obligation")["percent"][1] == 100


def test_only_streams_that_one_reads_are_looked_through(county: County, now: FakeClock) -> None:
    subject = reported_on(county, now)

    assert about(county.as_role("coordinator", "341523"), subject) == []
    assert about(county.as_role("coordinator"), "key:1") == []
    assert about(county.as_role("admin"), "key:1")


def test_what_names_no_subject_is_refused(county: County) -> None:
    answer = county.as_role("auditor").get("/journal", subject="obligation 64")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.subject")


def test_they_are_found_by_their_index(county: County) -> None:
    found = select(JournalEntry.seq).where(SubjectIn(col(JournalEntry.envelope)) == "obligation:64")
    how = plan(county.database.engine, found)

    assert any("ix_journal_entry_subject" in line for line in how), how
