"""What waits for its release is seen inside the unit only, and a person can be erased from it."""

import json
from typing import Any

import pytest

from app import clock
from app.journal.verification import verify
from app.notices.jobs import plan
from tests.access.permission_table import TABLE
from tests.conftest import COUNTY, County, FakeClock
from tests.updates.releases.conftest import UNIT, People, done

pytestmark = pytest.mark.long_on_postgresql

WORDS = "内部未签发之语"
REPORT = {"state": "completed", "narrative": WORDS, "evidence": [{"url": "https://example.com/1", "title": WORDS}]}
PDF = {"file": ("佐证.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}


@pytest.fixture
def waiting(people: People, owed: str) -> Any:
    people.enter("张三", releases=False)
    people.enter("李四")
    return done(people["张三"].post(f"{owed}/updates", REPORT))


NAMES = {word.partition("}")[0] for line in TABLE.splitlines() for word in line.split("{")[1:]}


def lists(county: County, owed: str) -> list[str]:
    """Every address that reads, of one row where it needs one, without what the journal is read by."""
    rows = {"checklist_id": 1, "task_id": 1, "obligation_id": owed.rpartition("/")[2], "unit_id": county.units[UNIT]}
    rows |= {"section_id": 1, "code": "341522"}
    paths = [line.split()[1] for line in TABLE.splitlines() if line.startswith("GET ") and "/journal" not in line]
    found = [path.format(**rows) for path in paths if all(f"{{{name}}}" not in path or name in rows for name in NAMES)]
    return [f"{path}?format=json" if path.endswith("register") else path for path in found]


def test_the_office_reads_nowhere_what_waits(people: People, waiting: Any, owed: str) -> None:
    office = people.county.as_role("coordinator")
    paths = lists(people.county, owed)
    seen = [path for path in paths if WORDS in office.request("GET", path).text]

    assert len(paths) > 40
    assert seen == []
    assert [
        WORDS in people["张三"].get(path).text for path in ("/waiting-reports", f"{owed}/timeline", "/me/feed")
    ] == [True] * 3


def test_no_receiver_is_sent_what_waits(people: People, waiting: Any) -> None:
    hook = {"jurisdiction": COUNTY, "name": "平台", "channel": "webhook", "address": "http://127.0.0.1:9/"}
    office = people.county.as_role("coordinator")
    subscribed = done(office.post("/subscriptions", hook))["id"]
    done(people["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    plan(people.county.database, clock.now, lambda: False)
    verbs = {one["seq"]: one["verb"] for one in office.all("/journal/checklist:1")}
    deliveries = office.all(f"/subscriptions/{subscribed}/deliveries")
    sent = [verbs[one["seq"]] for one in deliveries if one["stream"] == "checklist:1"]

    assert [verb for verb in sent if verb.startswith(("report.", "update."))] == ["update.posted"]


def test_who_may_do_what_with_a_report_that_waits(people: People, waiting: Any) -> None:
    county = people.county
    people.enter("王五", unit="河口镇")
    admin = county.as_role("admin", "341523")
    office = {"issuer": None, "subject": "外", "name": "外", "role": "coordinator", "jurisdiction": "341523"}
    done(admin.post("/persons", office))
    callers = [people["张三"], people["李四"], people["王五"], people["外"], county.as_unit(UNIT)]
    path, why = f"/waiting-reports/{waiting['id']}", {"reason": "数据有误。"}
    seen = [len(api.all("/waiting-reports")) for api in callers]
    filed = [api.post(f"{path}/evidence", files=PDF).status_code for api in callers]
    released = [api.put(f"{path}/release").status_code for api in callers if api is not callers[1]]
    withdrawn = [api.put(f"{path}/withdrawal", why).status_code for api in callers[2:]]

    assert seen == [1, 1, 0, 0, 1]
    assert filed == [201, 201, 404, 403, 201]
    assert released == [403, 404, 403, 403]
    assert withdrawn == [404, 403, 200]


def test_evidence_goes_with_the_report_and_stays_inside_until_then(people: People, waiting: Any) -> None:
    path = f"/waiting-reports/{waiting['id']}"
    once = {"Idempotency-Key": "once"}
    file, again = (done(people["张三"].post(f"{path}/evidence", files=PDF, headers=once)) for _ in range(2))
    readers = [people["李四"], people.county.as_role("coordinator")]
    address = f"/evidence/{file['id']}/file"
    before = [api.get(address).status_code for api in readers]
    released = done(people["李四"].put(f"{path}/release"))
    after = [api.get(address).status_code for api in readers]
    late = people["张三"].post(f"{path}/evidence", files=PDF)

    assert again == file
    assert (before, after) == ([200, 404], [200, 200])
    assert [one["file_name"] for one in released["evidence"]] == [None, "佐证.pdf"]
    assert late.json()["code"] == "not_waiting"


def test_the_unit_sees_both_days_and_whom_it_waits_for(people: People, waiting: Any, owed: str, now: FakeClock) -> None:
    todo = [people[who].get("/me/todo").json()["unit"]["to_release"] for who in ("张三", "李四")]
    now.set("2023-06-05")
    done(people["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    told = [(one["verb"], one["at"][:10]) for one in people["张三"].all(f"{owed}/timeline")]
    to_office = [one["verb"] for one in people.county.as_role("coordinator").all(f"{owed}/timeline")]

    assert [one["count"] for one in todo] == [0, 1]
    assert todo[1]["path"].lower() == "/api/v1/waiting-reports?to_release=true"
    assert told[-3:] == [
        ("report.written", "2023-06-01"),
        ("update.posted", "2023-06-05"),
        ("report.released", "2023-06-05"),
    ]
    assert [verb for verb in to_office if verb.startswith(("report.", "update."))] == ["update.posted"]


def test_the_journal_names_nobody_and_a_person_is_erased_everywhere(people: People, waiting: Any, owed: str) -> None:
    admin, auditor = people.county.as_role("admin"), people.county.as_role("auditor")
    done(people["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    entries = [one for one in auditor.all("/journal/checklist:1") if one["verb"].startswith(("report.", "update."))]
    text = json.dumps(entries, ensure_ascii=False)
    for name, subject in people.ids.items():
        people.end(name)
        for entry in admin.all("/journal/access:341522"):
            if entry["subject"] == f"person:{subject}":
                done(admin.put(f"/journal/access:341522/{entry['seq']}/redaction", {"reason": "当事人要求删除"}))
    (update,) = people.county.as_unit(UNIT).all(f"{owed}/updates")

    assert [one["who"] for one in entries] == [f"person:{people.ids[who]}" for who in ("张三", "李四", "李四")]
    assert (f"person:{people.ids['张三']}" in text, "张三" in text, "李四" in text) == (True, False, False)
    assert (update["reported_by"], update["approved_by"]) == ("[redacted]", "[redacted]")


def test_erased_words_of_a_report_that_waited_are_gone_and_the_chain_verifies(people: People, waiting: Any) -> None:
    done(people["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    erased = done(people.county.as_role("admin").put("/redaction", {"words": WORDS, "reason": "当事人要求删除"}))
    with people.county.database.session(writes=False) as session:
        verified = verify(session)

    assert {"waiting_report 1", "status_update 1"} <= {*erased["rows"]}
    assert WORDS not in people["张三"].get("/waiting-reports").text + people["张三"].get("/updates").text
    assert verified.faults == []
