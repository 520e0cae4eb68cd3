from app.journal.verification import verify
from tests.conftest import County


def test_an_erased_payload_is_gone_and_the_chain_still_holds(county: County) -> None:
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
