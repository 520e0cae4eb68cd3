"""佐证 of an answer to a finding: links and files, as a report has them."""

import hashlib
from typing import Any

import pytest
from httpx import Response

from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.migrate import downgrade, upgrade
from tests.conftest import Api, County

pytestmark = pytest.mark.long_on_postgresql

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
LINK = {"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}
ANSWER = {"narrative": "已恢复。", "evidence": [LINK]}
FINDING = {"kind": "look_back", "narrative": "页面已无法打开。", "due_on": "2024-02-29"}


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("城关镇")


@pytest.fixture
def finding(county: County) -> int:
    owed = county.obligation(1, "城关镇")["id"]
    return int(county.as_role("auditor").post(f"/obligations/{owed}/findings", FINDING).json()["id"])


def send(api: Api, finding: int, content: bytes = PDF, **options: Any) -> Response:
    form = {"files": {"file": ("截图.pdf", content)}, "data": {"title": "截图"}}
    return api.request("POST", f"/findings/{finding}/evidence", **form, **options)


def test_an_answer_shows_its_links_and_files(county: County, unit: Api, finding: int) -> None:
    first = unit.post(f"/findings/{finding}/answers", ANSWER).json()["answers"]
    unit.post(f"/findings/{finding}/answers", {"narrative": "又补充一页。"})
    sent = send(unit, finding)
    shown = county.as_role("auditor").get(f"/findings/{finding}").json()["answers"]

    assert sent.status_code == 201, sent.text
    assert [{name: one[name] for name in LINK} for one in first[0]["evidence"]] == [LINK]
    assert [one["evidence"] for one in shown] == [first[0]["evidence"], [sent.json()]]
    assert sent.json()["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_a_file_of_an_answer_is_for_whoever_sees_the_finding(county: County, unit: Api, finding: int) -> None:
    unit.post(f"/findings/{finding}/answers", ANSWER)
    path = f"/evidence/{send(unit, finding).json()['id']}/file"
    readers = (unit, county.as_role("auditor"), county.as_role("coordinator"))
    others = (county.as_unit("河口镇"), county.as_role("auditor", "341523"))

    assert {(one.get(path).status_code, one.get(path).content) for one in readers} == {(200, PDF)}
    assert {one.get(path).status_code for one in others} == {404}


def test_what_cannot_bring_a_file_says_why(county: County, unit: Api, finding: int) -> None:
    def refused(answer: Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    before = refused(send(unit, finding))
    unit.post(f"/findings/{finding}/answers", ANSWER | {"evidence": [LINK] * 20})
    empty, full, other = send(unit, finding, b""), send(unit, finding), send(county.as_unit("河口镇"), finding)
    county.as_role("auditor").post(f"/findings/{finding}/closure", {"conclusion": "合格。"})

    assert before == (409, "finding_not_answered")
    assert [refused(one) for one in (empty, full, other)] == [
        (422, "invalid_request"),
        (409, "evidence_full"),
        (404, "not_found"),
    ]
    assert refused(send(county.as_role("coordinator"), finding)) == (403, "role_not_allowed")
    assert refused(send(unit, finding)) == (409, "finding_closed")


def test_a_file_sent_twice_is_taken_once(unit: Api, finding: int) -> None:
    unit.post(f"/findings/{finding}/answers", {"narrative": "已恢复。"})
    once: Any = {"headers": {"Idempotency-Key": "b" * 32}}
    answers = [send(unit, finding, **once).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert unit.get(f"/findings/{finding}").json()["answers"][0]["evidence"] == [answers[0]]


@pytest.mark.own_database
def test_evidence_of_answers_comes_back_with_its_column(
    settings: Settings, county: County, unit: Api, finding: int, database: Database
) -> None:
    unit.post(f"/findings/{finding}/answers", ANSWER)
    send(unit, finding)
    before = unit.get(f"/findings/{finding}").json()
    downgrade(settings, "b8d2c51f7e90")
    upgrade(settings)
    owed = county.obligation(1, "城关镇")["id"]
    unit.post(f"/obligations/{owed}/updates", {"state": "in_progress", "narrative": "推进。", "evidence": [LINK]})

    assert unit.get(f"/findings/{finding}").json() == before
    with database.session(writes=False) as session:
        assert not verify(session).faults
