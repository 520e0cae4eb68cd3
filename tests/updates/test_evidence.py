"""Files beside an update: from its own unit, for whoever may see it, and never other bytes than were sent."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from httpx import Response
from sqlmodel import func, select

from app.config import Settings
from app.errors import StorageUnavailable
from app.journal.verification import verify
from app.main import create_app
from app.storage import storage_of
from app.updates.evidence_queries import damaged_files
from app.updates.models import Evidence
from tests.client import Client
from tests.conftest import Api, County

pytestmark = pytest.mark.long_on_postgresql

REPORT = {"state": "in_progress", "narrative": "正在推进。"}
DONE = {"state": "completed", "narrative": "已公开。"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("城关镇")


@pytest.fixture
def update(county: County, unit: Api) -> Any:
    owed = county.obligation(1, "城关镇")
    return unit.post(f"/obligations/{owed['id']}/updates", REPORT).json()


@pytest.fixture
def stored(settings: Settings) -> Path:
    return Path(settings.storage)


def send(api: Api, update: Any, content: bytes = PDF, name: str = "公开截图.pdf", **options: Any) -> Response:
    form = {"files": {"file": (name, content)}, "data": {"title": "公开页面"}} | options
    return api.request("POST", f"/updates/{update['id']}/evidence", **form)


def place(stored: Path, content: bytes = PDF) -> Path:
    sha256 = hashlib.sha256(content).hexdigest()
    return stored / sha256[:2] / sha256[2:4] / sha256


def rows(county: County) -> int:
    with county.database.session(writes=False) as session:
        return session.exec(select(func.count()).select_from(Evidence)).one()


def test_a_file_is_stored_and_shown_beside_its_update(county: County, unit: Api, update: Any, stored: Path) -> None:
    answer = send(unit, update)
    shown = answer.json()

    assert answer.status_code == 201, answer.text
    assert shown == {
        "id": shown["id"],
        "url": f"/api/v1/evidence/{shown['id']}/file",
        "title": "公开页面",
        "file_name": "公开截图.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert county.as_role("auditor").all("/updates")[0]["evidence"] == [shown]
    assert place(stored).read_bytes() == PDF
    assert [file for file in stored.rglob("*") if file.is_file()] == [place(stored)]


def test_adding_a_file_stands_in_the_checklists_journal(county: County, unit: Api, update: Any) -> None:
    send(unit, update)
    entry = county.as_role("admin").all("/journal/checklist:1", limit=200)[-1]
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert '"verb":"evidence.added"' in entry["envelope"]
    assert "公开截图.pdf" in entry["payload"]
    assert report.faults == []


@pytest.mark.parametrize("role", ["reporter", "coordinator", "auditor", "admin"])
def test_a_file_is_given_as_an_attachment_to_whoever_sees_the_update(
    county: County, unit: Api, update: Any, role: str
) -> None:
    sent = send(unit, update).json()
    answer = (unit if role == "reporter" else county.as_role(role)).get(f"/evidence/{sent['id']}/file")
    disposition = answer.headers["content-disposition"]
    digest = base64.b64encode(hashlib.sha256(PDF).digest()).decode()

    assert (answer.status_code, answer.content) == (200, PDF)
    assert disposition.startswith("attachment; ")
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == "公开截图.pdf"
    assert disposition.isascii()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["cache-control"] == "private, no-cache"


# ranges of a file of 35 bytes, and which bytes are sent
RANGES = [
    ("bytes=0-4", slice(0, 5)),
    ("bytes=30-", slice(30, 35)),
    ("bytes=-6", slice(29, 35)),
    ("bytes=30-999", slice(30, 35)),
]


def test_some_bytes_of_a_file_are_answered_alone(unit: Api, update: Any) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    whole = unit.request("GET", path, headers={"Range": "lines=0-4"})
    several = unit.request("GET", path, headers={"Range": "bytes=0-1,4-5"})
    changed = unit.request("GET", path, headers={"Range": "bytes=0-4", "If-Range": '"other"'})

    assert len(PDF) == 35
    assert [answer.status_code for answer in (whole, several, changed)] == [200, 200, 200]
    assert whole.headers["accept-ranges"] == "bytes"
    for requested, bytes_of in RANGES:
        part = unit.request("GET", path, headers={"Range": requested})

        assert (part.status_code, part.content) == (206, PDF[bytes_of])
        assert part.headers["content-range"] == f"bytes {bytes_of.start}-{bytes_of.stop - 1}/35"
        assert part.headers["repr-digest"] == whole.headers["repr-digest"]


def test_bytes_beyond_the_end_of_a_file_are_416(unit: Api, update: Any) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    answer = unit.request("GET", path, headers={"Range": "bytes=35-"})

    assert (answer.status_code, answer.json()["code"], answer.json()["size"]) == (416, "range_not_satisfiable", 35)
    assert answer.headers["content-range"] == "bytes */35"


def test_a_browser_that_has_the_file_gets_304(unit: Api, update: Any) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    etag = unit.get(path).headers["etag"]

    assert unit.request("GET", path, headers={"If-None-Match": etag}).status_code == 304


def test_another_unit_and_another_county_see_no_file_and_add_none(county: County, unit: Api, update: Any) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    other, neighbour = county.as_unit("河口镇"), county.as_role("auditor", "341523")

    assert {api.get(path).status_code for api in (other, neighbour)} == {404}
    assert county.anonymous().get(path).status_code == 401
    assert send(other, update).json()["code"] == "not_found"
    assert send(county.as_role("coordinator"), update).json()["code"] == "role_not_allowed"
    assert rows(county) == 1


def test_a_link_has_no_file(county: County, unit: Api) -> None:
    owed = county.obligation(2, "城关镇")
    link = {"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}
    posted = unit.post(f"/obligations/{owed['id']}/updates", REPORT | {"evidence": [link]}).json()["evidence"][0]

    assert unit.get(f"/evidence/{posted['id']}/file").json()["code"] == "not_found"
    assert posted == link | dict.fromkeys(("file_name", "media_type", "size", "sha256")) | {"id": posted["id"]}


def test_what_is_not_a_file_of_an_allowed_kind_leaves_nothing(
    county: County, unit: Api, update: Any, stored: Path
) -> None:
    answers = [send(unit, update, b"MZ\x90\0", name) for name in ("程序.exe", "程序.pdf")]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "file_type_not_allowed")] * 2
    assert rows(county) == 0
    assert not stored.exists()


def test_a_name_is_stored_as_it_was_sent_without_its_folders(unit: Api, update: Any) -> None:
    shown = send(unit, update, name="../../etc/公开 截图;'终稿'.pdf").json()
    disposition = unit.get(f"/evidence/{shown['id']}/file").headers["content-disposition"]

    assert shown["file_name"] == "公开 截图;'终稿'.pdf"
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == shown["file_name"]


@pytest.mark.parametrize("name", ["..", "a\u202efdp.exe.pdf", "a\tb.pdf"])
def test_an_empty_or_deceptive_file_name_is_rejected(county: County, unit: Api, update: Any, name: str) -> None:
    # as raw bytes, since clients would escape what they think unfit
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"/updates/{update['id']}/evidence"
    answer = unit.request("POST", path, content=body + PDF + b"\r\n--x--\r\n", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    assert answer.json()["errors"][0]["field"] == "body.file"
    assert rows(county) == 0


def test_an_empty_file_is_refused(unit: Api, update: Any) -> None:
    assert send(unit, update, b"").json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"files": None}, 415, "unsupported_media_type"),
        ({"files": None, "data": None, "json": {}}, 415, "unsupported_media_type"),
        ({"files": {"datei": ("a.pdf", PDF)}}, 422, "invalid_request"),
        ({"data": {"title": "x" * 201}}, 422, "invalid_request"),
        ({"data": {"colour": "red"}}, 422, "invalid_request"),
    ],
)
def test_a_form_of_another_shape_is_refused(
    unit: Api, update: Any, options: dict[str, Any], status: int, code: str
) -> None:
    answer = send(unit, update, **options)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize("boundary", ["", "; boundary=x", "; boundary=" + "x" * 500])
def test_a_broken_form_is_refused_in_words(unit: Api, update: Any, boundary: str) -> None:
    headers = {"Content-Type": f"multipart/form-data{boundary}"}
    answer = unit.request("POST", f"/updates/{update['id']}/evidence", content=b"no form", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_form"), answer.text


def test_a_file_may_be_larger_than_other_bodies_up_to_a_limit_of_its_own(county: County, settings: Settings) -> None:
    small = create_app(settings.model_copy(update={"body_limit": 1024, "upload_limit": 4096}), county.database)
    with Client(small) as client:
        api = Api(client, county.as_unit("城关镇").key)
        owed = county.obligation(1, "城关镇")
        update = api.post(f"/obligations/{owed['id']}/updates", REPORT).json()
        fits = send(api, update, PDF + b"x" * 2000)
        too_large = send(api, update, PDF + b"x" * 4096)
        other = api.post(f"/obligations/{owed['id']}/updates", REPORT | {"next_steps": "x" * 2000})

    assert fits.status_code == 201, fits.text
    assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")
    assert (other.status_code, other.json()["code"]) == (413, "body_too_large")


def test_an_update_has_at_most_twenty_pieces_of_evidence(county: County, unit: Api) -> None:
    owed = county.obligation(2, "城关镇")
    links = [{"url": f"https://www.huoqiu.gov.cn/{number}"} for number in range(19)]
    update = unit.post(f"/obligations/{owed['id']}/updates", REPORT | {"evidence": links}).json()
    answers = [send(unit, update) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == "evidence_full"
    assert rows(county) == 20


def test_an_archived_checklist_takes_no_evidence(county: County, unit: Api, update: Any) -> None:
    county.as_role("coordinator").put("/checklists/1/archival")

    assert send(unit, update).json()["code"] == "checklist_archived"


def test_a_form_sent_twice_with_one_token_makes_one_row(county: County, unit: Api, update: Any) -> None:
    once = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    first, second = (send(unit, update, headers=once) for _ in range(2))
    other = send(unit, update, PDF + b"\n", headers=once)

    assert first.request.headers["content-type"] != second.request.headers["content-type"]  # another boundary
    assert (first.status_code, first.content) == (201, second.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert rows(county) == 1


def test_a_refused_upload_leaves_no_row(
    county: County, unit: Api, update: Any, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = county.as_role("admin").all("/journal/checklist:1", limit=200)

    def broken(*_: Any, **__: Any) -> None:
        raise StorageUnavailable()

    monkeypatch.setattr("app.updates.evidence_actions.record", broken)
    answer = send(unit, update)

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert rows(county) == 0
    assert county.as_role("admin").all("/journal/checklist:1", limit=200) == before
    assert place(stored).exists()  # bytes that no row shows; the same file sent again finds them


def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_no_row(
    county: County, unit: Api, update: Any, stored: Path
) -> None:
    stored.write_bytes(b"a file in its place")
    answer = send(unit, update)

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert rows(county) == 0


@pytest.mark.parametrize("damage", ["altered", "shorter", "missing"])
def test_a_damaged_file_is_never_given_out(
    county: County, unit: Api, update: Any, stored: Path, damage: str, settings: Settings
) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    if damage == "missing":
        place(stored).unlink()
    else:
        place(stored).write_bytes(PDF.replace(b"obj", b"OBJ") if damage == "altered" else PDF[:-1])
    answer = unit.get(path)
    with county.database.session(writes=False) as session:
        faults = list(damaged_files(session, storage_of(settings)))

    assert (answer.status_code, answer.json()["code"]) == (503, "file_damaged")
    assert PDF[:8] not in answer.content
    assert [fault.place for fault in faults] == ["evidence 1"]


def test_a_damaged_file_is_whole_again_when_it_is_sent_again(unit: Api, update: Any, stored: Path) -> None:
    path = f"/evidence/{send(unit, update).json()['id']}/file"
    place(stored).write_bytes(b"something else")
    send(unit, update)

    assert unit.get(path).content == PDF


def redact_last(county: County, stream: str = "checklist:1") -> Response:
    admin = county.as_role("admin")
    seq = admin.all(f"/journal/{stream}", limit=200)[-1]["seq"]
    return admin.put(f"/journal/{stream}/{seq}/redaction", {"reason": "当事人要求删除"})


def test_redaction_erases_a_file_with_its_name(
    county: County, unit: Api, update: Any, stored: Path, settings: Settings
) -> None:
    shown = send(unit, update, name="张三的身份证.pdf").json()
    redacted = redact_last(county)
    left = county.as_role("auditor").all("/updates")[0]["evidence"][0]
    with county.database.session(writes=False) as session:
        faults = [*verify(session).faults, *damaged_files(session, storage_of(settings))]

    assert redacted.status_code == 200, redacted.text
    assert not place(stored).exists()
    assert unit.get(f"/evidence/{shown['id']}/file").status_code == 404
    assert (left["file_name"], left["title"], left["sha256"]) == (None, "", None)
    assert "张三" not in str(county.as_role("admin").all("/journal/checklist:1", limit=200))
    assert faults == []


def test_redaction_leaves_the_bytes_that_other_evidence_shows(county: County, unit: Api, update: Any) -> None:
    first = send(unit, update, name="一.pdf").json()
    send(unit, update, name="二.pdf")
    redact_last(county)

    assert unit.get(f"/evidence/{first['id']}/file").content == PDF


def test_who_filled_in_and_who_approved_are_stored_and_erased(county: County, unit: Api) -> None:
    owed = county.obligation(2, "城关镇")
    signed = REPORT | {"reported_by": "张三", "approved_by": "李四"}
    posted = unit.post(f"/obligations/{owed['id']}/updates", signed).json()
    redact_last(county)
    left = unit.all("/updates")[0]

    assert (posted["reported_by"], posted["approved_by"]) == ("张三", "李四")
    assert (left["reported_by"], left["approved_by"]) == ("", "")
    assert not re.search("张三|李四", str(county.as_role("admin").all("/journal/checklist:1", limit=200)))


def test_without_a_name_it_is_the_key_that_reported(update: Any) -> None:
    assert (update["reported_by"], update["approved_by"]) == ("城关镇", "")


def add_link(api: Api, update: Any) -> Response:
    return api.post(f"/updates/{update['id']}/links", {"url": "https://www.huoqiu.gov.cn/2", "title": "公开页面"})


def test_a_link_is_added_to_a_report_later_and_stands_in_the_journal(county: County, unit: Api, update: Any) -> None:
    added = add_link(unit, update)
    entry = county.as_role("auditor").all("/journal/checklist:1", limit=200)[-1]

    assert (added.status_code, added.json()["url"]) == (201, "https://www.huoqiu.gov.cn/2")
    assert unit.all("/updates")[0]["evidence"] == [added.json()]
    assert '"verb":"evidence.added"' in entry["envelope"]
    assert add_link(county.as_unit("河口镇"), update).json()["code"] == "not_found"
    assert add_link(county.as_role("coordinator"), update).json()["code"] == "role_not_allowed"


def ask_for_review(office: Api) -> None:
    revision = office.get("/checklists/1").json()["revision"]
    office.patch("/checklists/1", {"revision": revision, "asks_for_review": True})


@pytest.mark.parametrize("judgement", ["accepted", "returned"])
def test_nothing_is_added_to_what_was_reviewed(county: County, unit: Api, update: Any, judgement: str) -> None:
    office = county.as_role("coordinator")
    ask_for_review(office)
    claim = unit.post(f"/obligations/{update['obligation_id']}/updates", DONE).json()
    waiting = add_link(unit, claim), send(unit, claim)
    office.post(f"/updates/{claim['id']}/review", {"judgement": judgement, "reason": "说明"})
    refused = add_link(unit, claim), send(unit, claim)

    assert [one.status_code for one in waiting] == [201, 201]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "already_reviewed")] * 2
    assert rows(county) == 2


def test_to_a_claim_that_nobody_reviews_evidence_is_added_after_it_and_to_no_other_report(
    county: County, unit: Api, update: Any
) -> None:
    claim = unit.post(f"/obligations/{update['obligation_id']}/updates", DONE).json()
    added = add_link(unit, claim), send(unit, claim)
    refused = add_link(unit, update), send(unit, update)

    assert [one.status_code for one in added] == [201, 201]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "obligation_closed")] * 2


def test_to_what_was_waived_nothing_is_added(county: County, unit: Api, update: Any) -> None:
    county.as_role("coordinator").post(f"/obligations/{update['obligation_id']}/waiver", {"reason": "撤销"})

    assert add_link(unit, update).json()["code"] == "obligation_closed"
