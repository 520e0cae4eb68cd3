"""Erasing an entry of the journal, with what people wrote in its rows."""

from typing import Any

import pytest
from sqlmodel import func, select

from app.access.actors import OPERATOR
from app.checklists.models import Checklist
from app.journal.verification import verify
from app.tasks.actions import renumber_tasks
from app.updates.models import StatusUpdate
from tests.client import Client
from tests.conftest import Api, County, FakeClock
from tests.oversight.everything import places_of

NUMBER = "340111198001011234"
ONCE = {"Idempotency-Key": "5d1c9a52-6a0e-4f0c-b0f2-1a2f6d1c0b11"}
ASKED = {"reason": "当事人要求删除"}
REPORT = {
    "state": "in_progress",
    "narrative": f"张三（{NUMBER}）已报到。\n次日起办理。",
    "next_steps": f"联系 {NUMBER}",
    "reported_by": f"张三 {NUMBER}",
    "approved_by": f"李四 {NUMBER}",
    "evidence": [{"url": f"https://example.gov.cn/{NUMBER}", "title": f"证明 {NUMBER}"}],
}


def last(api: Api, stream: str = "checklist:1") -> Any:
    return api.all(f"/journal/{stream}", limit=200)[-1]


def redacted(api: Api, stream: str = "checklist:1") -> Any:
    """Erase the last entry of a stream. Answers it as it was."""
    entry = last(api, stream)
    answer = api.put(f"/journal/{stream}/{entry['seq']}/redaction", ASKED)
    assert answer.status_code == 200, answer.text
    return entry


def test_an_erased_payload_is_gone_and_the_chain_is_still_valid(county: County) -> None:
    owed = county.obligation(1, "城关镇")
    posted = {"state": "completed", "narrative": "张三的电话是 13800000000"}
    county.as_unit("城关镇").post(f"/obligations/{owed['id']}/updates", posted)
    admin = county.as_role("admin")
    entry = admin.all("/journal/checklist:1", limit=200)[-1]
    path = f"/journal/checklist:1/{entry['seq']}/redaction"
    first = admin.put(path, {"reason": "当事人要求删除"})
    again = admin.put(path, {"reason": "又点了一次"})
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "13800000000" not in str(admin.all("/journal/checklist:1", limit=200))
    assert "13800000000" not in str(admin.all("/updates"))
    assert report.faults == []
    assert report.redacted == [f"checklist:1 entry {entry['seq']}"]


def test_the_record_of_a_redaction_may_be_redacted_too(county: County) -> None:
    admin = county.as_role("admin")
    admin.put("/journal/checklist:1/1/redaction", {"reason": "张三要求删除"})
    record = admin.all("/journal/checklist:1", limit=200)[-1]
    admin.put(f"/journal/checklist:1/{record['seq']}/redaction", {"reason": "理由中有姓名"})
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert "张三" not in str(admin.all("/journal/checklist:1", limit=200))
    assert report.faults == []
    assert report.redacted == ["checklist:1 entry 1", f"checklist:1 entry {record['seq']}"]


@pytest.mark.parametrize("is_fast", [True, False], ids=["fast path", "framework"])
def test_an_erased_answer_is_not_replayed_and_nothing_is_done_twice(
    county: County, framework: Client, is_fast: bool
) -> None:
    headers = ONCE
    key, path = county.as_unit("城关镇").key, f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"
    unit = Api(county.client if is_fast else framework, key)
    first = unit.post(path, REPORT, headers=headers)
    replayed = unit.post(path, REPORT, headers=headers)
    redacted(county.as_role("admin"))
    again = unit.post(path, REPORT, headers=headers)
    chinese = unit.post(path, REPORT, headers=headers | {"Accept-Language": "zh"})
    other = unit.post(path, REPORT | {"narrative": "另一件事。"}, headers=headers)
    with county.database.session(writes=False) as session:
        updates = session.exec(select(func.count()).select_from(StatusUpdate)).one()

    assert (first.status_code, replayed.content) == (201, first.content)
    assert (again.status_code, again.json()["code"]) == (410, "answer_redacted")
    assert again.headers["content-type"] == "application/problem+json"
    assert "已经办理" in chinese.json()["title"]
    assert NUMBER not in again.text + chinese.text
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert updates == 1
    assert places_of(county.database, NUMBER) == set()


def test_responses_that_do_not_contain_what_was_erased_are_still_replayed(county: County) -> None:
    unit, other = county.as_unit("城关镇"), {"Idempotency-Key": "other"}
    path, elsewhere = (f"/obligations/{county.obligation(number, '城关镇')['id']}/updates" for number in (1, 2))
    plain = {"state": "in_progress", "narrative": "已完成信息梳理。"}
    stored = unit.post(elsewhere, plain, headers=other)
    unit.post(path, REPORT, headers=ONCE)
    redacted(county.as_role("admin"))
    again = unit.post(elsewhere, plain, headers=other)

    assert (again.status_code, again.content) == (201, stored.content)
    assert again.headers["idempotency-replayed"] == "true"


def test_a_long_text_is_found_in_a_stored_response_too(county: County) -> None:
    """SQLite takes patterns of 50,000 bytes at most."""
    unit, path = county.as_unit("城关镇"), f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"
    long = {"state": "in_progress", "narrative": f"{NUMBER}\n" + "长" * 19_000}
    unit.post(path, long, headers=ONCE)
    redacted(county.as_role("admin"))

    assert unit.post(path, long, headers=ONCE).json()["code"] == "answer_redacted"
    assert places_of(county.database, NUMBER) == set()


def test_every_text_that_an_entry_recorded_is_erased(county: County) -> None:
    """Reasons, names, titles and contacts, each in an entry of its own; nothing of them is left anywhere."""
    admin, office, unit = county.as_role("admin"), county.as_role("coordinator"), county.as_unit("城关镇")
    first, second, third = (county.obligation(number, "城关镇")["id"] for number in (1, 2, 3))
    reason = {"reason": f"涉及 {NUMBER}"}
    finding = {"kind": "spot_check", "narrative": f"{NUMBER} 未见", "due_on": "2023-12-31"}
    texts = {"requirement": f"为 {NUMBER} 办理", "units_text": f"司法局（{NUMBER}）", "summary": f"{NUMBER} 已办"}
    contact = {"name": f"张三{NUMBER}", "position": NUMBER, "phone": NUMBER}
    key = {"name": f"张三 {NUMBER}", "role": "auditor", "jurisdiction": "341522"}
    after = {"kind": "after_event", "days": 3, "unit": "working_days", "event": "文件印发"}
    revision = office.get("/tasks/6").json()["revision"]
    assert office.patch("/tasks/6", {"revision": revision, "schedule": after}).status_code == 200
    changes: list[tuple[str, Api, str, str, Any]] = [
        ("checklist:1", unit, "POST", f"/obligations/{first}/updates", REPORT),
        ("checklist:1", unit, "POST", f"/obligations/{first}/extensions", reason | {"due_on": "2024-03-31"}),
        ("checklist:1", office, "PUT", "/extensions/1/decision", {"decision": "refused"} | reason),
        ("checklist:1", office, "POST", f"/obligations/{second}/waiver", reason),
        ("checklist:1", office, "POST", f"/obligations/{second}/reopening", reason),
        ("checklist:1", county.as_role("auditor"), "POST", f"/obligations/{third}/findings", finding),
        ("checklist:1", unit, "POST", "/findings/1/answers", {"narrative": f"{NUMBER} 已改"}),
        ("checklist:1", county.as_role("auditor"), "POST", "/findings/1/closure", {"conclusion": f"{NUMBER} 合格"}),
        ("checklist:1", office, "PATCH", "/tasks/3", {"revision": office.get("/tasks/3").json()["revision"]} | texts),
        ("checklist:1", office, "PUT", "/tasks/4/withdrawal", reason),
        ("checklist:1", office, "POST", "/tasks/6/events", {"happened_on": "2023-05-30", "title": f"印发 {NUMBER}"}),
        ("directory:341522", unit, "POST", f"/units/{county.units['城关镇']}/contacts", contact),
        ("access:341522", admin, "POST", "/keys", key),
    ]
    seqs = []
    for stream, api, method, path, body in changes:
        headers = {"Idempotency-Key": path} if method == "POST" else {}
        answer = api.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        seqs.append((stream, last(admin, stream)["seq"]))
    before = places_of(county.database, NUMBER)
    for stream, seq in seqs:
        answer = admin.put(f"/journal/{stream}/{seq}/redaction", ASKED)
        assert answer.status_code == 200, answer.text
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert len(before) > 20, before
    assert places_of(county.database, NUMBER) == set()
    assert {*report.redacted} == {f"{stream} entry {seq}" for stream, seq in seqs}
    assert report.faults == []


def test_an_entry_of_many_tasks_does_not_lose_all_their_texts(county: County, now: FakeClock) -> None:
    """Their requirements are printed for everyone; words in one of them are erased by themselves."""
    admin = county.as_role("admin")
    before = admin.all("/tasks")
    with county.database.session(writes=True) as session:
        checklist = session.get_one(Checklist, 1)
        numbers = {one["id"]: 24 - one["number"] for one in before}
        renumber_tasks(session, checklist, numbers, by=OPERATOR, at=now.moment)
    entry = last(admin)
    answer = admin.put(f"/journal/checklist:1/{entry['seq']}/redaction", ASKED)

    assert entry["verb"] == "tasks.renumbered"
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "path.seq")
    assert {one["requirement"] for one in admin.all("/tasks")} == {one["requirement"] for one in before}
    assert last(admin)["seq"] == entry["seq"]
