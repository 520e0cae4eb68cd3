"""Erasing words, such as an ID number, wherever they stand: in one request, which says where they stood."""

import hashlib
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import text

from app.config import Settings
from app.journal.verification import verify
from app.migrate import downgrade, upgrade
from app.oversight import journal_actions
from app.storage import storage_of
from app.updates.evidence_queries import damaged_files
from tests.conftest import COUNTY, Api, County, FakeClock, enter_county, sample_page
from tests.oversight.everything import places_of
from tests.registers.imports.editions import left
from tests.shared import Shared

pytestmark = pytest.mark.long_on_postgresql

NUMBER = "340111198001011234"
ASKED = {"words": NUMBER, "reason": "当事人要求删除"}
PATH = "/redaction"
PAGE = sample_page(2024, "2024-05-31").replace("一张表已上线".encode(), f"一张表已上线（张三，{NUMBER}）".encode())
SHA256 = hashlib.sha256(PAGE).hexdigest()
PDF = b"%PDF-1.7\n" + b"0" * 500


def sent(api: Api, name: str = "清单.txt", jurisdiction: str = COUNTY, page: bytes = PAGE) -> Response:
    headers, files = {"Idempotency-Key": hashlib.sha256(name.encode()).hexdigest()}, {"file": (name, page)}
    form = {"jurisdiction": jurisdiction}
    answer: Response = api.request("POST", "/registers/imports", files=files, data=form, headers=headers)
    return answer


@pytest.fixture
def filled(county: County, shared: Shared, settings: Settings) -> County:
    """A county in which one number stands in many places."""
    shared.once("erased_words", Path(settings.storage), lambda: fill(county))
    return county


def fill(county: County) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    owed = [county.obligation(number, "城关镇")["id"] for number in (1, 2)]
    report = {
        "state": "in_progress",
        "narrative": f"张三（{NUMBER}）已报到，随后办理。",
        "figures": [{"metric": f"人（{NUMBER}）", "number": 3}],
        "evidence": [{"url": "https://example.gov.cn/1", "title": f"证明 {NUMBER}"}],
    }
    task = office.get(f"/tasks/{office.get(f'/obligations/{owed[0]}').json()['task']['id']}").json()
    targets = [{"metric": f"人（{NUMBER}）", "comparison": "at_least", "number": 3}]
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "targets": targets})
    posted = unit.post(f"/obligations/{owed[0]}/updates", report, headers={"Idempotency-Key": "report"})
    file = {"file": (f"{NUMBER}.pdf", PDF)}
    put = unit.request("POST", f"/updates/{posted.json()['id']}/evidence", files=file)
    waived = office.post(f"/obligations/{owed[1]}/waiver", {"reason": f"{NUMBER} 已调离"})
    revision = office.get("/checklists/1").json()["revision"]
    renamed = office.patch("/checklists/1", {"revision": revision, "title": f"清单（{NUMBER}）"})
    committed = sent(office)
    left(office, committed.json())
    done = office.post(f"/registers/imports/{committed.json()['id']}/commit?proposals=leave")
    waiting = sent(office, f"{NUMBER}.txt")
    answers = [posted, put, waived, renamed, committed, done, waiting]
    assert {answer.status_code for answer in answers} == {200, 201}, [answer.text[:300] for answer in answers]


def test_one_request_erases_a_number_everywhere_and_says_where_it_stood(filled: County, settings: Settings) -> None:
    admin = filled.as_role("admin")
    before = places_of(filled.database, NUMBER)
    answer = admin.put(PATH, ASKED)
    erased = answer.json()
    with filled.database.session(writes=False) as session:
        report = verify(session)
        faults = [*report.faults, *damaged_files(session, storage_of(settings))]

    assert answer.status_code == 200, answer.text
    assert len(before) >= 10, before
    assert places_of(filled.database, NUMBER) == set()
    assert faults == []
    assert {*erased["entries"]} == {*report.redacted}
    assert {one.rpartition(" ")[0] for one in erased["rows"]} == {
        "checklist",
        "evidence",
        "obligation",
        "status_update",
        "task",
    }
    assert {one["place"]: one["sha256"] for one in erased["files"]} == {
        "evidence 2": hashlib.sha256(PDF).hexdigest(),
        "register_import 1": SHA256,
        "register_import 2": SHA256,
    }
    assert (erased["answers"], erased["dry_run"]) == (3, False)


def test_the_rest_of_a_text_stays(filled: County) -> None:
    admin = filled.as_role("admin")
    admin.put(PATH, ASKED)
    update = admin.all("/updates")[0]
    summaries = {task["summary"] for task in admin.all("/tasks")}

    assert update["narrative"] == "张三（[redacted]）已报到，随后办理。"
    assert update["figures"] == [{"metric": "人（[redacted]）", "number": 3}]
    assert [one["url"] for one in update["evidence"]] == ["https://redacted.invalid/"] * 2
    assert admin.get("/checklists/1").json()["title"] == "清单（[redacted]）"
    assert "一张表已上线（张三，[redacted]）并更新三次,收到企业疑问四十一件,全部答复。" in summaries


def test_erased_files_are_gone_whole_and_their_hashes_stay(filled: County, settings: Settings) -> None:
    admin, office = filled.as_role("admin"), filled.as_role("coordinator")
    admin.put(PATH, ASKED)
    refused = [
        office.get("/registers/imports/1"),
        office.get("/registers/imports/2"),
        office.post("/registers/imports/2/answers", {"answers": [{"row": 1, "take_proposal": True}]}),
        office.post("/registers/imports/2/commit?proposals=leave"),
    ]
    chinese = office.request("GET", "/registers/imports/2", headers={"Accept-Language": "zh"})
    listed = office.all("/registers/imports")
    entries = [one for one in admin.all("/journal/catalogue:341522", limit=200) if one["verb"] == "file.redacted"]

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(410, "import_redacted")}
    assert {answer.json()["sha256"] for answer in refused} == {SHA256}
    assert "已整体删除" in chinese.json()["title"]
    assert {(one["file_name"], one["title"]) for one in listed} == {("[redacted]", "[redacted]")}
    assert [one["subject"] for one in entries] == ["register_import:1", "register_import:2"]
    assert all(SHA256 in one["payload"] and "当事人要求删除" in one["payload"] for one in entries)
    assert not [*Path(settings.storage).rglob(hashlib.sha256(PDF).hexdigest())]


def test_what_was_sent_is_neither_replayed_nor_done_twice(filled: County) -> None:
    admin, office = filled.as_role("admin"), filled.as_role("coordinator")
    again = sent(office, "另一份.txt")
    admin.put(PATH, ASKED)
    replayed = sent(office, "另一份.txt")

    assert again.status_code == 201
    assert (replayed.status_code, replayed.json()["code"]) == (410, "answer_redacted")
    assert len(office.all("/registers/imports")) == 3


def test_a_rehearsal_says_the_same_and_erases_nothing(filled: County, settings: Settings) -> None:
    admin = filled.as_role("admin")
    before = places_of(filled.database, NUMBER)
    rehearsed = admin.put(PATH, ASKED | {"dry_run": True}).json()
    after = places_of(filled.database, NUMBER)
    stored = [*Path(settings.storage).rglob(hashlib.sha256(PDF).hexdigest())]
    erased = admin.put(PATH, ASKED).json()

    assert after == before
    assert stored
    assert rehearsed == erased | {"dry_run": True}


def test_erasing_again_finds_nothing_and_writes_nothing(filled: County) -> None:
    admin = filled.as_role("admin")
    admin.put(PATH, ASKED)
    heads = admin.all("/journal")
    again = admin.put(PATH, ASKED).json()

    assert again == {"entries": [], "rows": [], "files": [], "answers": 0, "dry_run": False}
    assert admin.all("/journal") == heads


def test_nothing_outside_the_scope_of_the_key_is_erased(filled: County, now: FakeClock) -> None:
    neighbour = "341523"
    with filled.database.session(writes=True) as session:
        enter_county(session, neighbour, at=now.moment)
    office = filled.as_role("coordinator", neighbour)
    theirs = sent(office, "邻县.txt", neighbour).json()["id"]
    made = office.post("/checklists", {"jurisdiction": neighbour, "title": f"邻县 {NUMBER}", "year": 2024})
    filled.as_role("admin").put(PATH, ASKED)

    assert office.get(f"/registers/imports/{theirs}").status_code == 200
    assert office.get(f"/checklists/{made.json()['id']}").json()["title"] == f"邻县 {NUMBER}"
    assert filled.as_role("admin", "3415").put(PATH, ASKED).json()["rows"] == [f"checklist {made.json()['id']}"]
    assert places_of(filled.database, NUMBER) == set()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"words": "1", "reason": "删除"}, "body.words"),
        ({"words": NUMBER, "reason": f"删除 {NUMBER}"}, "body.reason"),
        ({"words": NUMBER}, "body.reason"),
        ({"words": "公开", "reason": "误填"}, "body.words"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    filled: County, monkeypatch: pytest.MonkeyPatch, body: dict[str, str], field: str
) -> None:
    monkeypatch.setattr(journal_actions, "MOST_ENTRIES", 12)  # the sample has fewer than a county's 500
    admin = filled.as_role("admin")
    heads = admin.all("/journal")
    answer = admin.put(PATH, body)

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field]), answer.text
    assert admin.all("/journal") == heads


@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_only_an_admin_erases_words(county: County, role: str) -> None:
    assert county.as_role(role).put(PATH, ASKED).json()["code"] == "role_not_allowed"


@pytest.mark.parametrize("words", ['他说"是"', "甲\\乙", "100%_", "x' OR '1'='1", "李四🐉"])
def test_words_of_any_kind_are_found_and_no_others(county: County, words: str) -> None:
    unit = county.as_unit("城关镇")
    paths = [f"/obligations/{county.obligation(number, '城关镇')['id']}/updates" for number in (1, 2)]
    for number, (path, narrative) in enumerate(zip(paths, [f"见{words}。", "见100元，xx，甲乙。"], strict=True)):
        unit.post(path, {"state": "in_progress", "narrative": narrative}, headers={"Idempotency-Key": str(number)})
    sent(county.as_role("coordinator"), page=sample_page(2024).replace("一张表".encode(), words.encode()))
    erased = county.as_role("admin").put(PATH, {"words": words, "reason": "误填"}).json()

    assert erased["rows"] == ["status_update 1"]
    assert [one["place"] for one in erased["files"]] == ["register_import 1"]
    assert erased["answers"] == 2
    assert places_of(county.database, words) == set()


@pytest.mark.own_database
def test_an_import_from_before_hashes_were_stored_is_erased_too(settings: Settings, filled: County) -> None:
    downgrade(settings, "8c41e7d0a9b3")
    upgrade(settings)
    with filled.database.engine.connect() as connection:
        assert connection.execute(text("SELECT sha256 FROM register_import")).all() == [(None,)] * 2
    erased = filled.as_role("admin").put(PATH, ASKED).json()
    office = filled.as_role("coordinator")

    hashes = {one["place"]: one["sha256"] for one in erased["files"] if one["place"].startswith("register_import")}
    assert len(hashes) == 2
    assert office.get("/registers/imports/1").json()["sha256"] == hashes["register_import 1"]
    assert places_of(filled.database, NUMBER) == set()
