"""A file that shows why a unit asks for a later day."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from app.config import Settings
from app.journal.verification import verify
from app.migrate import downgrade, upgrade
from tests.conftest import Api, County

pytestmark = pytest.mark.long_on_postgresql

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ASKED = {"reason": "招标延后。", "due_on": "2024-01-31"}


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("城关镇")


@pytest.fixture
def extension(county: County, unit: Api) -> Any:
    return unit.post(f"/obligations/{county.obligation(1, '城关镇')['id']}/extensions", ASKED).json()


def send(api: Api, extension: Any, content: bytes = PDF, **headers: str) -> Response:
    files, path = {"file": ("招标公告.pdf", content)}, f"/extensions/{extension['id']}/evidence"
    return api.request("POST", path, files=files, data={"title": "公告"}, headers=headers)


def listed(api: Api) -> Any:
    (found,) = api.all("/extensions")
    return found["evidence"]


@pytest.mark.parametrize("role", ["reporter", "coordinator", "auditor"])
def test_whoever_sees_the_request_sees_and_reads_its_file(county: County, unit: Api, extension: Any, role: str) -> None:
    sent = send(unit, extension)
    api = unit if role == "reporter" else county.as_role(role)
    answer = api.get(f"/evidence/{sent.json()['id']}/file")

    assert sent.status_code == 201, sent.text
    assert extension["evidence"] == []
    assert listed(api) == [sent.json()]
    assert (answer.status_code, answer.content, sent.json()["sha256"]) == (200, PDF, hashlib.sha256(PDF).hexdigest())


def test_a_file_that_is_sent_twice_is_stored_once(unit: Api, extension: Any) -> None:
    once = {"Idempotency-Key": "5f0f6f9c-6f5b-4a0a-9e45-0e0f1d6b6a11"}
    first, second = (send(unit, extension, PDF, **once) for _ in range(2))

    assert (first.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert len(listed(unit)) == 1


def test_another_unit_sees_no_file_and_adds_none(county: County, unit: Api, extension: Any) -> None:
    other, path = county.as_unit("河口镇"), f"/evidence/{send(unit, extension).json()['id']}/file"

    assert (other.get(path).status_code, send(other, extension).status_code) == (404, 404)
    assert send(county.as_role("coordinator"), extension).json()["code"] == "role_not_allowed"


def test_what_is_decided_takes_no_more_files(county: County, unit: Api, extension: Any) -> None:
    decided = county.as_role("coordinator").put(
        f"/extensions/{extension['id']}/decision", {"decision": "granted", "reason": "跨年项目。"}
    )
    answer = send(unit, extension)

    assert decided.json()["evidence"] == []
    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")


def test_a_request_has_at_most_twenty_files(unit: Api, extension: Any) -> None:
    answers = [send(unit, extension, PDF + b"%" * number) for number in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {201}
    assert (answers[20].status_code, answers[20].json()["code"]) == (409, "evidence_full")


def test_it_stands_in_the_journal_and_is_erased_by_it(
    county: County, unit: Api, extension: Any, settings: Settings
) -> None:
    file = send(unit, extension).json()
    admin = county.as_role("admin")
    entry = admin.all("/journal/checklist:1", limit=200)[-1]
    redacted = admin.put(f"/journal/checklist:1/{entry['seq']}/redaction", {"reason": "当事人要求删除"})
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert (entry["verb"], entry["subject"]) == ("evidence.added", f"obligation:{extension['obligation_id']}")
    assert redacted.status_code == 200
    assert [one["sha256"] for one in listed(unit)] == [None]
    assert unit.get(f"/evidence/{file['id']}/file").status_code == 404
    assert [path for path in Path(settings.storage).rglob("*") if path.is_file()] == []
    assert report.faults == []


@pytest.mark.own_database
def test_the_migrations_go_both_ways_with_a_file(settings: Settings, county: County, unit: Api, extension: Any) -> None:
    file = send(unit, extension).json()
    report = {"state": "in_progress", "narrative": "正在推进。", "evidence": [{"url": "https://www.huoqiu.gov.cn/"}]}
    assert unit.post(f"/obligations/{extension['obligation_id']}/updates", report).status_code == 201
    downgrade(settings, "b8d2c51f7e90")
    upgrade(settings)
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert listed(unit) == [file]
    assert faults == []
