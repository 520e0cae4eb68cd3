"""`verify` finds what was changed behind the journal's back, and says where."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.journal.models import JournalStream
from app.journal.rows import digest
from app.journal.verification import Report, verify
from tests.conftest import County, FakeClock

STREAM = "checklist:1"
ENTRY = "stream = 'checklist:1' AND seq = 5"
EVIDENCE = [{"url": "https://www.huoqiu.gov.cn/1.html", "title": "公开页面"}]


def verified(county: County, known_heads: Mapping[str, str] | None = None) -> Report:
    with county.database.session(writes=False) as session:
        return verify(session, known_heads)


def faults(county: County, known_heads: Mapping[str, str] | None = None) -> list[str]:
    return [str(fault) for fault in verified(county, known_heads).faults]


def tamper(county: County, *statements: str, **values: Any) -> None:
    """Change the database as somebody who has its password."""
    with county.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})


def one(county: County, query: str) -> Any:
    with county.database.engine.begin() as connection:
        return connection.execute(text(query)).scalar_one()


def last_seq(county: County) -> int:
    return int(one(county, "SELECT head_seq FROM journal_stream WHERE name = 'checklist:1'"))


def with_other_byte(content: str, at: int) -> str:
    at %= len(content)
    return content[:at] + ("8" if content[at] != "8" else "9") + content[at + 1 :]


def report(county: County, number: int, unit: str, **body: Any) -> int:
    owed = county.obligation(number, unit)
    answer = county.as_unit(unit).post(f"/obligations/{owed['id']}/updates", {"narrative": "正在推进"} | body)
    assert answer.status_code == 201, answer.text
    return int(owed["id"])


def test_an_untouched_county_verifies_with_no_faults(county: County) -> None:
    seen = verified(county)

    assert (seen.faults, seen.redacted) == ([], [])
    assert seen.entries == one(county, "SELECT count(*) FROM journal_entry")
    assert seen.rows > one(county, "SELECT count(*) FROM obligation")
    assert seen.heads[STREAM].hash == one(county, "SELECT head_hash FROM journal_stream WHERE name = 'checklist:1'")


def test_its_own_heads_verify_again_later(county: County) -> None:
    known = {name: head.hash for name, head in verified(county).heads.items()}
    report(county, 9, "政府办", state="in_progress")

    assert faults(county, known) == []


def test_the_head_of_a_stream_without_an_entry_verifies_again_later(county: County) -> None:
    with county.database.session(writes=True) as session:
        session.add(JournalStream(name="catalogue:341524", jurisdiction_code="341524"))
    heads = verified(county).heads
    with county.database.session(writes=False) as session:
        since = verify(session, since=heads)

    assert faults(county, {name: head.hash for name, head in heads.items()}) == []
    assert since.faults == []


@pytest.mark.parametrize("at", [0, 12, -2])
@pytest.mark.parametrize("column", ["envelope", "hash", "payload", "salt"])
def test_one_changed_byte_of_an_entry_is_found(county: County, column: str, at: int) -> None:
    content = one(county, f"SELECT {column} FROM journal_entry WHERE {ENTRY}")  # noqa: S608
    changed = with_other_byte(content, at)
    tamper(county, f"UPDATE journal_entry SET {column} = :changed WHERE {ENTRY}", changed=changed)  # noqa: S608

    assert any(fault.startswith(f"{STREAM} entry 5: ") for fault in faults(county))


def test_a_changed_byte_in_the_name_of_a_payloads_column_is_found(county: County) -> None:
    """The payload is JSON still; its rows have lost what identifies them."""
    payload = one(county, f"SELECT payload FROM journal_entry WHERE {ENTRY}").replace('"id":', '"ie":')  # noqa: S608
    tamper(county, f"UPDATE journal_entry SET payload = :payload WHERE {ENTRY}", payload=payload)  # noqa: S608

    assert any(fault.startswith(f"{STREAM} entry 5: ") for fault in faults(county))


@pytest.mark.parametrize("payload", ["null", "[]", "7", '{"rows":[]}', '{"rows":{"task":[7]}}'])
def test_a_payload_of_another_shape_is_found(county: County, payload: str) -> None:
    tamper(county, f"UPDATE journal_entry SET payload = :payload WHERE {ENTRY}", payload=payload)  # noqa: S608

    assert any(fault.startswith(f"{STREAM} entry 5: ") for fault in faults(county))


@pytest.mark.parametrize(
    ("column", "moment"), [("recorded_at", "NULL"), ("recorded_at", "from_at"), ("end_recorded_at", "from_at")]
)
def test_another_moment_of_recording_is_found(county: County, column: str, moment: str) -> None:
    tamper(county, f"UPDATE obligation_span SET {column} = {moment} WHERE id = 5")  # noqa: S608

    assert faults(county) == [
        f"obligation_span 5: the row says that it was recorded at another moment than its journal {STREAM}"
    ]


@pytest.mark.parametrize("envelope", ["null", "[]", "{}"])
def test_an_envelope_of_another_shape_with_its_right_hash_is_found(county: County, envelope: str) -> None:
    hashed = digest(envelope)
    tamper(
        county,
        f"UPDATE journal_entry SET envelope = :envelope, hash = :hashed WHERE {ENTRY}",  # noqa: S608
        envelope=envelope,
        hashed=hashed,
    )

    assert any(fault.startswith(f"{STREAM} entry 5: ") for fault in faults(county))


def test_an_erased_payload_that_no_entry_explains_is_found(county: County) -> None:
    tamper(county, f"UPDATE journal_entry SET payload = NULL, salt = NULL WHERE {ENTRY}")  # noqa: S608

    assert any(fault.startswith(f"{STREAM} entry 5: its payload is gone") for fault in faults(county))


def test_a_removed_entry_in_the_middle_is_found(county: County) -> None:
    tamper(county, f"DELETE FROM journal_entry WHERE {ENTRY}")  # noqa: S608

    assert f"{STREAM} entry 6: entry 5 is missing" in faults(county)


def test_a_removed_last_entry_is_found(county: County) -> None:
    last = last_seq(county)
    tamper(county, "DELETE FROM journal_entry WHERE stream = 'checklist:1' AND seq = :last", last=last)

    assert f"{STREAM}: its head says entry {last}, its last entry is {last - 1}" in faults(county)


def test_two_exchanged_entries_are_found(county: County) -> None:
    tamper(
        county,
        "UPDATE journal_entry SET seq = -5 WHERE stream = 'checklist:1' AND seq = 5",
        "UPDATE journal_entry SET seq = 5 WHERE stream = 'checklist:1' AND seq = 6",
        "UPDATE journal_entry SET seq = 6 WHERE stream = 'checklist:1' AND seq = -5",
    )

    assert any(fault.startswith(f"{STREAM} entry 5: ") for fault in faults(county))


def test_a_changed_head_is_found(county: County) -> None:
    changed = with_other_byte(one(county, "SELECT head_hash FROM journal_stream WHERE name = 'checklist:1'"), 3)
    tamper(county, "UPDATE journal_stream SET head_hash = :changed WHERE name = 'checklist:1'", changed=changed)

    (fault,) = faults(county)
    assert fault.startswith(f"{STREAM}: its head says entry ")


@pytest.mark.parametrize(
    "change",
    [
        "state = 'waived', reason = '无'",
        "state = 'completed', completed_on = '2023-06-01'",
        "due_on = '2024-12-31'",
        "percent = 1",
        "reason = '无'",
    ],
)
def test_an_obligation_changed_behind_the_journals_back_is_found(county: County, change: str) -> None:
    owed = county.obligation(9, "政府办")["id"]
    tamper(county, f"UPDATE obligation SET {change} WHERE id = :owed", owed=owed)  # noqa: S608

    assert faults(county) == [f"obligation {owed}: the row disagrees with its journal {STREAM}"]


def test_a_deleted_obligation_is_found(county: County) -> None:
    owed = county.obligation(9, "政府办")["id"]
    span = one(county, f"SELECT id FROM obligation_span WHERE obligation_id = {owed}")  # noqa: S608
    tamper(
        county,
        "DELETE FROM obligation_span WHERE obligation_id = :owed",
        "DELETE FROM obligation WHERE id = :owed",
        owed=owed,
    )

    assert sorted(faults(county)) == [
        f"obligation {owed}: the row that the journal {STREAM} has is missing",
        f"obligation_span {span}: the row that the journal {STREAM} has is missing",
    ]


def test_an_inserted_span_is_found(county: County) -> None:
    owed = county.obligation(9, "政府办")["id"]
    tamper(
        county,
        "INSERT INTO obligation_span (checklist_id, obligation_id, unit_id, state, due_on, from_at, to_at)"
        " SELECT checklist_id, obligation_id, unit_id, 'in_progress', due_on, from_at, from_at"
        " FROM obligation_span WHERE obligation_id = :owed",
        owed=owed,
    )
    span = one(county, "SELECT max(id) FROM obligation_span")

    assert faults(county) == [f"obligation_span {span}: the row is not in its journal {STREAM}"]


def test_an_inserted_link_of_evidence_is_found(county: County) -> None:
    report(county, 9, "政府办", state="in_progress", evidence=EVIDENCE)
    tamper(
        county,
        "INSERT INTO evidence (checklist_id, update_id, url, title)"
        " SELECT checklist_id, id, 'https://www.huoqiu.gov.cn/2.html', '' FROM status_update",
    )
    link = one(county, "SELECT max(id) FROM evidence")

    assert faults(county) == [f"evidence {link}: the row is not in its journal {STREAM}"]


def test_a_changed_report_is_found(county: County) -> None:
    report(county, 9, "政府办", state="in_progress")
    tamper(county, "UPDATE status_update SET narrative = '已完成'")
    update = one(county, "SELECT id FROM status_update")

    assert faults(county) == [f"status_update {update}: the row disagrees with its journal {STREAM}"]


def test_a_cut_tail_is_found_only_with_a_head_that_was_stored_elsewhere(county: County) -> None:
    """Somebody makes the list's last change unhappen: row, entry and head agree with each other again."""
    api = county.as_role("coordinator")
    task = county.task(1)["id"]
    open_list = county.units["县直有关单位"]
    closed = api.put(f"/tasks/{task}/units/{open_list}/closure", {"reason": "无其他单位"})
    reopened = api.delete(f"/tasks/{task}/units/{open_list}/closure")
    known = {STREAM: verified(county).heads[STREAM].hash}
    tail = last_seq(county) - 1  # closing and reopening leave the row as it was
    tamper(
        county,
        "DELETE FROM journal_entry WHERE stream = 'checklist:1' AND seq >= :tail",
        "UPDATE journal_stream SET head_seq = :before, head_hash ="
        " (SELECT hash FROM journal_entry WHERE stream = 'checklist:1' AND seq = :before)"
        " WHERE name = 'checklist:1'",
        tail=tail,
        before=tail - 1,
    )

    assert (closed.status_code, reopened.status_code) == (200, 200)
    assert faults(county) == []
    assert faults(county, known) == [f"{STREAM}: no entry has the hash {known[STREAM]}: its tail was cut or rewritten"]


def test_a_stored_head_of_a_stream_that_is_gone_is_found(county: County) -> None:
    (fault,) = faults(county, {"checklist:99": "0" * 64})

    assert fault.startswith("checklist:99: no entry has the hash ")


def test_everything_is_valid_after_a_whole_story(county: County, now: FakeClock) -> None:
    office, units = county.as_role("coordinator"), county.units
    numbered = {task["number"]: task for task in office.all("/tasks")}
    first, ninth, twelfth = (numbered[number]["id"] for number in (1, 9, 12))
    report(county, 12, "卫健委", state="in_progress", percent=40, evidence=EVIDENCE)
    now.set("2023-06-20")
    owed = report(county, 12, "城关镇", state="completed", evidence=EVIDENCE * 2)
    now.set("2023-07-01")
    open_list = units["县直有关单位"]
    unit = office.get(f"/units/{units['卫健委']}").json()
    answers = [
        office.post(f"/obligations/{owed}/reopening", {"reason": "抽查不合格"}),
        office.delete(f"/tasks/{twelfth}/units/{units['卫健委']}", reason="职能划转"),
        office.put(f"/tasks/{twelfth}/units/{units['卫健委']}", {"role": "lead"}),
        office.put(f"/tasks/{first}/units/{units['司法局']}", {"role": "responsible", "named_under": open_list}),
        office.put(f"/tasks/{first}/units/{open_list}/closure", {"reason": "无其他单位"}),
        office.patch(f"/tasks/{twelfth}", {"revision": 1, "schedule": {"kind": "on", "due_on": "2023-09-30"}}),
        office.put(f"/tasks/{ninth}/withdrawal", {"reason": "任务取消"}),
        office.patch(f"/units/{unit['id']}", {"revision": unit["revision"], "name": "卫生健康委员会"}),
        office.put(f"/units/{units['各乡镇人民政府']}/members/{units['残联']}", {}),
        office.delete(f"/units/{units['各乡镇人民政府']}/members/{units['河口镇']}"),
    ]

    assert [answer.text for answer in answers if not answer.is_success] == []
    assert verified(county).faults == []


@pytest.mark.parametrize("change", ["jurisdiction_code = '341523'", "head_at = '2023-06-01 02:00:00.000000'"])
def test_a_changed_row_of_a_stream_is_found(county: County, change: str) -> None:
    with county.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE journal_stream SET {change} WHERE name = 'checklist:1'")  # noqa: S608
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert [fault.place for fault in faults] == ["checklist:1"]
