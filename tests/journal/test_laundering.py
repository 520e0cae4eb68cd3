"""What was changed outside the journal shows for good: the next ordinary change of the same row does not hide it."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import app
from app import clock
from app.checklists.models import Checklist
from app.database.engine import Database
from app.journal.recorder import lock, record
from app.journal.rows import REDACTED, canonical, digest, journaled_tables, table_of
from app.obligations.models import Obligation
from tests.conftest import County
from tests.journal.test_verification import faults, one, report, tamper, verified

pytestmark = pytest.mark.long_on_postgresql

NUMBER = "340111198001011234"
CHANGED = "the row was changed outside its journal"


def faulty(county: County, prefix: str) -> set[str]:
    """The rows of which verification says that their history was altered."""
    return {fault.partition(":")[0] for fault in faults(county) if prefix in fault}


def post(county: County) -> int:
    return report(county, 9, "政府办", state="in_progress")


def last_day(county: County) -> Callable[[], Any]:
    owed = county.obligation(9, "政府办")["id"]
    tamper(county, "UPDATE obligation SET due_on = '2024-06-30' WHERE id = :owed", owed=owed)
    return lambda: post(county)


def span(county: County) -> Callable[[], Any]:
    owed = county.obligation(9, "政府办")["id"]
    tamper(county, "UPDATE obligation_span SET due_on = '2024-06-30' WHERE obligation_id = :owed", owed=owed)
    return lambda: post(county)


def requirement(county: County) -> Callable[[], Any]:
    task = county.task(9)
    tamper(county, "UPDATE task SET requirement = '全部免办' WHERE id = :task", task=task["id"])
    body = {"revision": task["revision"], "requirement": "按时办结"}
    return lambda: county.as_role("coordinator").patch(f"/tasks/{task['id']}", body)


def raised_key(county: County) -> Callable[[], Any]:
    key = county.key_id(county.another(county.as_unit("城关镇")))
    tamper(county, "UPDATE api_key SET role = 'admin' WHERE id = :key", key=key)
    return lambda: county.as_role("admin").delete(f"/keys/{key}")


def redacted_report(county: County) -> Callable[[], Any]:
    post(county)
    entry = one(county, "SELECT head_seq FROM journal_stream WHERE name = 'checklist:1'")
    tamper(county, "UPDATE status_update SET narrative = '已完成'")
    path = f"/journal/checklist:1/{entry}/redaction"
    return lambda: county.as_role("admin").put(path, {"reason": "本人要求"})


def inserted_alias(county: County) -> Callable[[], Any]:
    unit = county.units["城关镇"]
    tamper(
        county,
        "INSERT INTO unit_alias (jurisdiction_code, unit_id, name, is_own_name)"
        " SELECT jurisdiction_code, id, '城关', FALSE FROM unit WHERE id = :unit",
        unit=unit,
    )
    return lambda: county.as_role("coordinator").delete(f"/units/{unit}/aliases/城关")


@pytest.mark.parametrize("tampering", [last_day, span, requirement, raised_key, redacted_report])
def test_a_tampered_row_shows_before_and_after_its_next_change(
    county: County, tampering: Callable[[County], Callable[[], Any]]
) -> None:
    change = tampering(county)
    before = faulty(county, "the row disagrees with its journal")
    answer = change()
    after = faulty(county, CHANGED)

    assert getattr(answer, "is_success", True), answer.text
    assert len(before) == 1
    assert after == before
    assert faulty(county, "disagrees") == set()  # the row is as its last entry says, and what came before stands


def test_nothing_in_the_database_confirms_a_guess_of_what_was_erased(county: County) -> None:
    """The words left the row by an ordinary change, which has a digest of what the row contained before."""
    office, task = county.as_role("coordinator"), county.task(9)
    path = f"/tasks/{task['id']}"
    for revision, words in enumerate((f"联系 {NUMBER}", f"联系张三 {NUMBER}", "按时办结"), task["revision"]):
        office.patch(path, {"revision": revision, "requirement": words})
    guesses = images_with(county.database, NUMBER)
    answer = county.as_role("admin").put("/redaction", {"words": NUMBER, "reason": "本人要求"})

    assert answer.status_code == 200, answer.text
    assert len(guesses) == 2
    assert confirmed(guesses, all_texts(county.database)) == set()
    assert verified(county).faults == []


def test_a_guess_of_what_stands_is_confirmed(county: County) -> None:
    """So the test above can fail."""
    office, task = county.as_role("coordinator"), county.task(9)
    for revision, words in enumerate((f"联系张三 {NUMBER}", "按时办结"), task["revision"]):
        office.patch(f"/tasks/{task['id']}", {"revision": revision, "requirement": words})

    assert len(confirmed(images_with(county.database, NUMBER), all_texts(county.database))) == 1


def images_with(database: Database, words: str) -> set[str]:
    """The images in the journal that contain certain words, as somebody could guess them who knows the rest."""
    with database.engine.connect() as connection:
        payloads = connection.execute(text("SELECT payload FROM journal_entry")).scalars().all()
    rows = [one for payload in payloads for images in json.loads(payload)["rows"].values() for one in images]
    return {canonical(image) for image in rows if words in canonical(image)}


def all_texts(database: Database) -> list[str]:
    """All that the journal says."""
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT envelope, hash, salt, payload, images_before FROM journal_entry")).all()
    return [cell for row in rows for cell in row if cell is not None]


def confirmed(guesses: set[str], texts: list[str]) -> set[str]:
    """The guesses whose digest, plain or with any salt that is there, stands anywhere."""
    said = "\n".join(texts)
    salts = {"", *re.findall(r"\b[0-9a-f]{32}\b", said)}
    digests = {*re.findall(r"\b[0-9a-f]{64}\b", said)}
    return {
        guess
        for guess in guesses
        for salt in salts
        if {digest(salt + guess), digest(salt + digest(guess)), digest(salt + payload_with(guess))} & digests
    }


def payload_with(guess: str) -> str:
    return canonical({"facts": {}, "rows": {"task": [json.loads(guess)]}})


def as_before_digests(database: Database) -> None:
    """Chain the entries of all streams anew, as an older version wrote them."""
    with database.engine.begin() as connection:
        streams = connection.execute(text("SELECT name FROM journal_stream")).scalars().all()
        for stream in streams:
            last = "0" * 64
            query = text("SELECT seq, envelope FROM journal_entry WHERE stream = :stream ORDER BY seq")
            for seq, envelope in connection.execute(query, {"stream": stream}).all():
                members = json.loads(envelope) | {"prev_hash": last}
                members.pop("images_before_hash", None)
                chained = canonical(members)
                last = digest(chained)
                connection.execute(
                    text(
                        "UPDATE journal_entry SET envelope = :envelope, hash = :hash, images_before = NULL"
                        " WHERE stream = :stream AND seq = :seq"
                    ),
                    {"envelope": chained, "hash": last, "stream": stream, "seq": seq},
                )
            head = text("UPDATE journal_stream SET head_hash = :hash WHERE name = :stream")
            connection.execute(head, {"hash": last, "stream": stream})


def test_what_an_older_version_wrote_verifies_as_it_did_and_is_checked_from_now_on(county: County) -> None:
    owed = post(county)
    as_before_digests(county.database)
    untouched = faults(county)
    post(county)
    continued = faults(county)
    tamper(county, "UPDATE obligation SET due_on = '2024-06-30' WHERE id = :owed", owed=owed)
    post(county)

    assert (untouched, continued) == ([], [])
    assert faulty(county, CHANGED) == {f"obligation {owed}"}


def test_an_inserted_row_shows_after_its_next_change(county: County) -> None:
    change = inserted_alias(county)
    before = faulty(county, "the row is not in its journal")
    answer = change()

    assert answer.is_success, answer.text
    assert len(before) == 1
    assert faulty(county, "the row was not in its journal") == before


def test_digests_of_images_that_are_taken_away_are_found(county: County) -> None:
    post(county)
    last = "stream = 'checklist:1' AND seq = (SELECT head_seq FROM journal_stream WHERE name = 'checklist:1')"
    tamper(county, f"UPDATE journal_entry SET images_before = NULL WHERE {last}")  # noqa: S608

    (fault,) = faults(county)
    assert "what it said of its rows before is gone" in fault


def test_a_deleted_row_shows_after_its_entry_was_redacted(county: County) -> None:
    change = redacted_report(county)
    tamper(county, "DELETE FROM status_update")
    before = faulty(county, "is missing")
    answer = change()

    assert answer.is_success, answer.text
    assert len(before) == 1
    assert faulty(county, CHANGED) == before


def foreign(county: County) -> set[str]:
    """The columns that verification says were changed by another verb than their own."""
    return {fault.partition(" changed its ")[2].partition(",")[0] for fault in faults(county)} - {""}


def record_as(county: County, verb: str, **changed: Any) -> None:
    """Record an obligation with other values, past the recorder's own check."""
    with county.database.session(writes=True) as session, pytest.MonkeyPatch.context() as patched:
        patched.setattr("app.journal.before._require_own", lambda *_: None)
        obligation = session.get_one(Obligation, 5)
        stream = session.get_one(Checklist, 1).stream
        moment = lock(session, clock.now(), stream)
        session.refresh(obligation)
        for name, value in changed.items():
            setattr(obligation, name, value)
        record(session, stream, by="key:1", verb=verb, subject="obligation:5", at=moment, rows=[obligation])


def test_a_verb_changes_its_own_columns_only(county: County) -> None:
    record_as(county, "task.changed", due_on=date(2024, 6, 30))
    own = faults(county)
    record_as(county, "update.posted", first_due_on=date(2024, 6, 30), percent=7)
    last_day = foreign(county)
    record_as(county, "row.touched", reached=[{"metric": "个", "number": 1}])
    by_unknown = foreign(county)

    assert own == []
    assert last_day == {"first_due_on"}
    assert by_unknown == {"first_due_on", "reached"}


def test_of_an_older_entry_what_no_verb_changes_is_checked(county: County) -> None:
    record_as(county, "task.suspended", percent=7, unit_id=county.units["各乡镇人民政府"])
    now = foreign(county)
    as_before_digests(county.database)

    assert now == {"percent", "unit_id"}
    assert foreign(county) == {"unit_id"}


def test_nothing_is_recorded_that_changes_what_its_verb_does_not(county: County) -> None:
    undeclared = pytest.raises(LookupError, match=r"task.suspended changes \['percent'\]")
    with undeclared, county.database.session(writes=True) as session:
        stream = session.get_one(Checklist, 1).stream
        moment = lock(session, clock.now(), stream)
        obligation = session.get_one(Obligation, 5)
        obligation.percent = 7
        record(session, stream, by="key:1", verb="task.suspended", subject="task:1", at=moment, rows=[obligation])


def test_every_verb_and_column_that_a_table_declares_is_one() -> None:
    sources = {path: path.read_text("utf-8") for path in Path(app.__path__[0]).rglob("*.py")}
    acting = "".join(text for path, text in sources.items() if not re.search(r"models|verbs", path.name))
    for model in journaled_tables():
        declared = frozenset[str]().union(*model.journal_changes.values())
        unknown = [verb for verb in model.journal_changes.keys() - {REDACTED} if f'"{verb}"' not in acting]
        unknown = [verb for verb in unknown if f'f"{verb.partition(".")[0]}.{{' not in acting]  # f"checklist.{step}"

        assert declared <= {column.key for column in table_of(model).columns}, model
        assert unknown == [], model
