"""Idempotency-Key: what is sent twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlmodel import func, select

from app.access.caching import store_nowhere
from app.access.idempotency import OnceDep
from app.access.models import StoredResponse
from app.access.routing import api_router
from app.config import Settings
from app.database.session import READING_ENDPOINTS
from app.main import create_app
from app.pages.forms import PostedDep
from app.pages.imports.deps import SentOnPage
from app.pages.routing import page_router
from app.registers.imports.deps import SentRegisterDep
from app.updates.models import StatusUpdate
from tests.conftest import Api, County, FakeClock, sample_page
from tests.document import described
from tests.serving import serving

REPORT = {"state": "in_progress", "narrative": "正在推进。"}
FINDING = {"kind": "spot_check", "narrative": "未见公开。", "due_on": "2023-12-31"}
UNKNOWN = sample_page(2025, "2025-05-31").decode().replace("司法局", "司法行政局").encode()
MEANING = {"answers": [{"name": "司法行政局", "new_unit": {"kind": "department"}}, {"kind": "no_unit", "leave": True}]}
PERSON = {
    "issuer": "https://sso.huoqiu.gov.cn",
    "subject": "f3a1",
    "name": "张三",
    "role": "auditor",
    "jurisdiction": "341522",
}
RULE = {
    "issuer": "https://sso.huoqiu.gov.cn",
    "claim": "groups",
    "value": "auditors",
    "role": "auditor",
    "jurisdiction": "341522",
}
ONCE = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def place(county: County) -> str:
    return f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"


def rows(county: County, table: Any) -> int:
    with county.database.session(writes=False) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_request_sent_twice_is_done_once_and_answered_alike(county: County, place: str) -> None:
    api = county.as_unit("城关镇")

    first, second = (api.post(place, REPORT, headers=ONCE) for _ in range(2))

    assert (first.status_code, first.content) == (201, second.content)
    assert second.status_code == 201
    assert (first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"]) == (None, "true")
    assert rows(county, StatusUpdate) == 1


def test_without_the_header_it_is_done_twice(county: County, place: str) -> None:
    api = county.as_unit("城关镇")

    first, second = (api.post(place, REPORT) for _ in range(2))

    assert first.json()["id"] != second.json()["id"]


def test_another_body_with_the_same_token_is_refused(county: County, place: str) -> None:
    api = county.as_unit("城关镇")
    api.post(place, REPORT, headers=ONCE)

    answer = api.post(place, REPORT | {"narrative": "另一件事。"}, headers=ONCE)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert rows(county, StatusUpdate) == 1


def test_what_was_rejected_is_not_stored(county: County, place: str) -> None:
    api = county.as_unit("城关镇")
    refused = api.post(place, {"state": "in_progress"}, headers=ONCE)

    answer = api.post(place, REPORT, headers=ONCE)

    assert (refused.status_code, answer.status_code) == (422, 201)


def test_a_refusal_by_a_rule_is_not_stored_either(county: County, place: str) -> None:
    api = county.as_unit("城关镇")
    api.post(place, REPORT | {"state": "completed"})

    refused = [api.post(place, REPORT, headers=ONCE).json()["code"] for _ in range(2)]

    assert refused == ["obligation_closed"] * 2
    assert rows(county, StoredResponse) == 0


def test_two_holders_may_use_the_same_token(county: County, place: str) -> None:
    mine = county.as_unit("城关镇")
    other = county.another(mine)

    answers = [api.post(place, REPORT, headers=ONCE).json()["id"] for api in (mine, other)]

    assert len({*answers}) == 2


def test_the_same_token_at_another_address_is_another_request(county: County, place: str) -> None:
    api = county.as_unit("城关镇")
    elsewhere = f"/obligations/{county.obligation(2, '城关镇')['id']}/updates"

    answers = [api.post(path, REPORT, headers=ONCE).json()["id"] for path in (place, elsewhere)]

    assert len({*answers}) == 2


def test_after_a_day_the_token_is_free_again(county: County, place: str, now: FakeClock) -> None:
    api = county.as_unit("城关镇")
    api.post(place, REPORT, headers=ONCE)
    now.set("2023-06-02T08:59:59")
    within = api.post(place, REPORT, headers=ONCE)
    now.set("2023-06-02T09:00:00")

    after = api.post(place, REPORT | {"narrative": "次日。"}, headers=ONCE)

    assert (within.headers["idempotency-replayed"], after.status_code) == ("true", 201)
    assert after.json()["narrative"] == "次日。"
    assert api.post(place, REPORT | {"narrative": "次日。"}, headers=ONCE).headers["idempotency-replayed"] == "true"


def test_answers_past_their_day_are_cleared_away(county: County, place: str, now: FakeClock) -> None:
    api = county.as_unit("城关镇")
    for number in range(3):
        api.post(place, REPORT, headers={"Idempotency-Key": f"old-{number}"})
    now.set("2023-06-03")

    api.post(place, REPORT, headers=ONCE)

    assert rows(county, StoredResponse) == 1


def test_a_revoked_key_gets_no_cached_response(county: County, place: str) -> None:
    api = county.as_unit("城关镇")
    api.post(place, REPORT, headers=ONCE)
    county.as_role("admin").delete(f"/keys/{county.key_id(api)}")

    assert api.post(place, REPORT, headers=ONCE).json()["code"] == "key_revoked"


@pytest.mark.parametrize("token", ["", "x" * 256, "with space", "带中文".encode()])
def test_a_token_that_cannot_be_one_is_refused(county: County, place: str, token: str | bytes) -> None:
    answer = county.as_unit("城关镇").post(place, REPORT, headers={"Idempotency-Key": token})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "header.Idempotency-Key"), answer.text


def test_a_secret_is_never_stored(county: County) -> None:
    wanted = {"name": "督查", "role": "auditor", "jurisdiction": "341522"}

    first, second = (county.as_role("admin").post("/keys", wanted) for _ in range(2))
    api = county.as_role("admin")
    first, second = (api.post("/keys", wanted, headers=ONCE) for _ in range(2))

    assert Api(county.client, first.json()["key"]).get("/obligations").status_code == 200
    assert second.json() == first.json() | {"key": None}
    with county.database.session(writes=False) as session:
        stored = session.exec(select(StoredResponse)).one()
    assert first.json()["key"].split("_", 2)[2] not in str(stored.body)  # a secret may have that letter itself


def test_twenty_at_once_make_one_row_and_get_one_answer(county: County, place: str, settings: Settings) -> None:
    key = county.as_unit("城关镇").key
    with serving(create_app(settings)) as address, httpx.Client(base_url=address, timeout=60) as client:

        def send(_: int) -> tuple[int, bytes]:
            answer = client.post(f"/api/v1{place}", json=REPORT, headers={"Authorization": f"Bearer {key}", **ONCE})
            return answer.status_code, answer.content

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(send, range(20)))

    assert {status for status, _ in answers} == {201}
    assert len({content for _, content in answers}) == 1
    assert rows(county, StatusUpdate) == 1


def posting_routes(app: FastAPI) -> list[APIRoute]:
    """Those that write. A POST that only reads its body may be sent as often as one likes."""
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    posting = [route for route in routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())]
    return [route for route in posting if route.endpoint not in READING_ENDPOINTS]


POSTING = [route for route in posting_routes(described()) if route.path.startswith("/api/")]
FORMS_OF_PAGES = [route for route in posting_routes(described()) if route not in POSTING]


@pytest.mark.parametrize("route", POSTING, ids=lambda route: route.name)
def test_every_post_takes_the_token_first(route: APIRoute) -> None:
    """First, since its row comes first in the order of locks. What all routes ask before takes none, nor does
    the reading of a file."""
    take = OnceDep.__metadata__[0].dependency  # type: ignore[attr-defined]
    before: Any = SentRegisterDep
    of_all = [one.dependency for one in api_router(tags=[]).dependencies]
    of_all += [store_nowhere, before.__metadata__[0].dependency]
    calls = [one.call for one in route.dependant.dependencies if one.call not in of_all]

    assert calls[0] is take


def test_every_form_of_a_page_takes_its_token_before_it_locks_a_row() -> None:
    asked: list[Any] = [PostedDep, SentOnPage]
    take, before = (one.__metadata__[0].dependency for one in asked)
    of_all = [one.dependency for one in page_router().dependencies]
    first = {
        route.name: next((one.call for one in route.dependant.dependencies if one.call not in (*of_all, before)), None)
        for route in FORMS_OF_PAGES
    }

    assert {name for name, call in first.items() if call is not take} == {"sign_in_with_key", "sign_out"}


def claim(county: County, unit: str) -> int:
    """An update of a unit that claims completion of the first task. Returns its id."""
    place = f"/obligations/{county.obligation(1, unit)['id']}/updates"
    return int(county.as_unit(unit).post(place, REPORT | {"state": "completed"}).json()["id"])


def begun(api: Api, page: bytes, **headers: str) -> httpx.Response:
    form = {"jurisdiction": "341522"}
    answer = api.request("POST", "/registers/imports", files={"file": ("清单.txt", page)}, data=form, headers=headers)
    assert isinstance(answer, httpx.Response)
    return answer


# which the tests of evidence, of extension files, of waiting reports and of imports send twice
FORMS = {"add_evidence", "add_finding_evidence", "add_evidence_to_report", "add_extension_evidence", "begin_import"}


def test_every_post_stores_its_response(county: County) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    owed, done = county.obligation(1, "城关镇")["id"], county.obligation(2, "城关镇")["id"]
    again = county.obligation(2, "河口镇")["id"]
    unit.post(f"/obligations/{done}/updates", REPORT | {"state": "completed"})
    county.as_unit("河口镇").post(f"/obligations/{again}/updates", REPORT | {"state": "completed"})
    checklist = {"jurisdiction": "341522", "title": "新清单", "year": 2023}
    after = {"kind": "after_event", "days": 3, "unit": "working_days", "event": "文件印发"}
    office.patch("/tasks/3", {"revision": office.get("/tasks/3").json()["revision"], "schedule": after})
    office.patch("/checklists/1", {"revision": office.get("/checklists/1").json()["revision"], "asks_for_review": True})
    auditor, claims = county.as_role("auditor"), [claim(county, name) for name in ("长集镇", "马店镇")]
    waived = [county.obligation(1, name)["id"] for name in ("高塘镇", "龙潭镇", "周集镇")]
    found = auditor.post(f"/obligations/{done}/findings", FINDING).json()["id"]
    hook = {"jurisdiction": "341522", "name": "平台", "channel": "webhook", "address": "http://127.0.0.1:9/"}
    subscribed = office.post("/subscriptions", hook).json()["id"]
    urging = {"items": [{"obligation_id": owed}], "words": "请报送", "answer_by": "2024-03-31"}
    urged = office.post("/urgings", urging).json()["items"][0]["id"]
    read = begun(office, UNKNOWN).json()["id"]
    other = county.as_unit("岔路镇")
    others = [one["id"] for one in other.all("/obligations", checklist=1)[:2]]
    later = other.post(f"/obligations/{others[0]}/extensions", {"reason": "延后", "due_on": "2024-03-31"}).json()["id"]
    answered = auditor.post(f"/obligations/{others[1]}/findings", FINDING).json()["id"]
    other.post(f"/findings/{answered}/answers", {"narrative": "已改"})
    many = [{"obligation_id": owed, **REPORT}, {"obligation_id": county.obligation(4, "城关镇")["id"], **REPORT}]
    asked = {
        "create_checklist": (office, "/checklists", checklist),
        "create_section": (office, "/checklists/1/sections", {"title": "新内容"}),
        "create_task": (office, "/tasks", {"checklist_id": 1, "section_id": 1, "requirement": "新任务"}),
        "create_unit": (office, "/units", {"jurisdiction": "341522", "kind": "department", "name": "县新局"}),
        "add_alias": (office, "/units/1/aliases", {"name": "又一名"}),
        "reopen_obligation": (office, f"/obligations/{again}/reopening", {"reason": "复核"}),
        "enter_event": (office, "/tasks/3/events", {"happened_on": "2023-05-30", "title": "印发"}),
        "ask_for_extension": (unit, f"/obligations/{owed}/extensions", {"reason": "延后", "due_on": "2024-03-31"}),
        "post_update": (unit, f"/obligations/{owed}/updates", REPORT),
        "post_task_update": (unit, f"/tasks/1/units/{county.units['城关镇']}/updates", REPORT),
        "post_updates": (unit, "/updates", {"items": many}),
        "acknowledge_obligations": (unit, "/receipts", {"items": [{"obligation_id": owed}]}),
        "add_link": (county.as_unit("马店镇"), f"/updates/{claims[1]}/links", {"url": "https://example.com/"}),
        "decide_extensions": (
            office,
            "/extension-decisions",
            {"items": [{"extension_id": later, "decision": "granted", "reason": "跨年"}]},
        ),
        "close_findings": (auditor, "/finding-closures", {"items": [{"finding_id": answered, "conclusion": "合格"}]}),
        "create_tasks": (office, "/checklists/1/tasks", {"items": [{"section_id": 1, "requirement": "又一任务"}]}),
        "waive_obligation": (office, f"/obligations/{waived[0]}/waiver", {"reason": "撤销"}),
        "waive_obligations": (office, "/waivers", {"items": [{"obligation_id": waived[1], "reason": "撤销"}]}),
        "assign_units": (office, "/assignments", {"items": [{"task_id": 5, "unit_id": county.units["城关镇"]}]}),
        "review_update": (office, f"/updates/{claims[0]}/review", {"judgement": "returned", "reason": "补充佐证"}),
        "review_updates": (office, "/reviews", {"items": [{"update_id": claims[1], "judgement": "accepted"}]}),
        "open_finding": (auditor, f"/obligations/{owed}/findings", FINDING),
        "open_findings": (auditor, "/findings", {"items": [{"obligation_id": waived[2], **FINDING}]}),
        "extend_finding": (auditor, f"/findings/{found}/extension", {"due_on": "2024-01-31", "reason": "未改全"}),
        "answer_finding": (unit, f"/findings/{found}/answers", {"narrative": "已改"}),
        "close_finding": (auditor, f"/findings/{found}/closure", {"conclusion": "合格"}),
        "subscribe": (office, "/subscriptions", hook | {"name": "另一平台"}),
        "rotate_secret": (office, f"/subscriptions/{subscribed}/secret", None),
        "redeliver": (office, f"/subscriptions/{subscribed}/deliveries/1/redelivery", None),
        "replay": (office, f"/subscriptions/{subscribed}/replay", {"stream": "checklist:1", "after": 0}),
        "make_calendar_token": (unit, f"/units/{county.units['城关镇']}/calendar-tokens", None),
        "urge": (office, "/urgings", urging),
        "answer_urging": (unit, f"/urgings/{urged}/answer", {"answer": "本周报送"}),
        "add_contact": (unit, f"/units/{county.units['城关镇']}/contacts", {"name": "张三"}),
        "answer_import": (office, f"/registers/imports/{read}/answers", MEANING),
        "commit_import": (office, f"/registers/imports/{read}/commit?proposals=leave", None),
        "create_person": (county.as_role("admin"), "/persons", PERSON),
        "create_claim_rule": (county.as_role("admin"), "/claim-rules", RULE),
        "create_key": (county.as_role("admin"), "/keys", {"name": "查", "role": "auditor", "jurisdiction": "341522"}),
    }

    assert asked.keys() | FORMS == {route.name for route in POSTING}
    for name, (api, path, body) in asked.items():
        first, second = (api.post(path, body, headers=ONCE) for _ in range(2))
        assert (first.status_code, second.status_code, name) == (201, 201, name), (first.text, second.text)
        assert second.headers["idempotency-replayed"] == "true"
