"""Posts on the fast path: the same responses, and nothing acknowledged that is not there."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from httpx import Response
from sqlmodel import col, func, select

from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.main import create_app
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.updates.models import StatusUpdate
from tests.client import Client
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.edge.conftest import Serve
from tests.edge.conftest import serve as serve  # noqa: PLC0414  a fixture
from tests.serving import serving

REPORT = {"state": "in_progress", "percent": 40, "narrative": "已按月公开。"}


@pytest.fixture
def to_the_framework(county: County) -> Callable[[], int]:
    """How many posts have gone on to the framework."""
    fast_path: Any = county.client.app.middleware_stack.app
    behind, posts = fast_path.app, []

    async def counted(scope: Any, *asgi: Any) -> None:
        if scope["method"] == "POST":
            posts.append(scope["path"])
        await behind(scope, *asgi)

    fast_path.app = counted
    return lambda: len(posts)


def shown(answer: Response) -> Any:
    """An answer without what each has of its own."""
    headers = [pair for pair in answer.headers.multi_items() if pair[0] not in ("x-request-id", "content-length")]
    own = rb'"id":[0-9]+|"request_id":"[^"]+"'
    return answer.status_code, headers, re.sub(own, b"", answer.content)


def stored(database: Database) -> int:
    with database.session(writes=False) as session:
        return session.exec(select(func.count(col(StatusUpdate.id)))).one()


def both_paths(county: County, number: int = 1, unit: str = "城关镇") -> list[str]:
    owed = county.obligation(number, unit)
    return [
        f"/obligations/{owed['id']}/updates",
        f"/tasks/{owed['task']['id']}/units/{county.units[unit]}/updates",
    ]


@pytest.mark.parametrize("path", [0, 1])
def test_the_answer_is_the_frameworks(
    county: County, framework: Client, to_the_framework: Callable[[], int], path: int
) -> None:
    unit, where, task = county.as_unit("城关镇"), both_paths(county)[path], county.task(1)
    targets = [{"metric": "个", "comparison": "at_least", "number": 10}]
    county.as_role("coordinator").patch(f"/tasks/{task['id']}", {"targets": targets, "revision": task["revision"]})
    report = REPORT | {
        "evidence": [{"url": "http://a.cn/", "title": "页"}],
        "figures": [{"metric": "个", "number": 1.5}],
    }
    plain, again = unit.post(where, report), unit.post(where, report)
    long_way = Api(framework, unit.key).post(where, report)

    assert to_the_framework() == 0
    assert shown(plain) == shown(again) == shown(long_way)
    assert plain.status_code == 201


def test_every_refusal_is_the_frameworks_and_writes_nothing(
    county: County, framework: Client, database: Database
) -> None:
    unit, office, auditor = county.as_unit("城关镇"), county.as_role("coordinator"), county.as_role("auditor")
    closed, looked_at, withdrawn = (county.obligation(number, "城关镇") for number in (1, 2, 3))
    foreign = county.obligation(1, "马店镇")["id"]
    unit.post(f"/obligations/{closed['id']}/updates", {"state": "completed", "narrative": "已办结。"})
    finding = {"kind": "spot_check", "narrative": "未见。", "due_on": "2024-12-31"}
    assert auditor.post(f"/obligations/{looked_at['id']}/findings", finding).status_code == 201
    assert office.put(f"/tasks/{withdrawn['task']['id']}/withdrawal", {"reason": "合并。"}).status_code == 200
    before = stored(database)
    completed = REPORT | {"state": "completed", "percent": None}
    requested: list[tuple[Api, str, Any]] = [
        (unit, f"/obligations/{closed['id']}/updates", REPORT),
        (unit, f"/obligations/{looked_at['id']}/updates", completed),
        (unit, f"/obligations/{withdrawn['id']}/updates", REPORT),
        (unit, f"/obligations/{foreign}/updates", REPORT),
        (unit, "/obligations/999999/updates", REPORT),
        (unit, f"/tasks/{closed['task']['id']}/units/{county.units['马店镇']}/updates", REPORT),
        (unit, f"/tasks/999999/units/{county.units['城关镇']}/updates", REPORT),
        (unit, f"/obligations/{closed['id']}/updates", REPORT | {"percent": 101}),
        (unit, f"/obligations/{closed['id']}/updates", [REPORT]),
        (office, f"/obligations/{closed['id']}/updates", REPORT),
        (Api(county.client, "duban_0123456789ab_no"), f"/obligations/{closed['id']}/updates", REPORT),
        (county.anonymous(), f"/obligations/{closed['id']}/updates", REPORT),
    ]
    answers = [(api.post(path, body), Api(framework, api.key).post(path, body)) for api, path, body in requested]

    assert [shown(plain) for plain, _ in answers] == [shown(long_way) for _, long_way in answers]
    assert Counter(plain.status_code for plain, _ in answers) == {409: 3, 404: 3, 403: 2, 422: 2, 401: 2}
    assert stored(database) == before


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (b'{"state": "in_progress", "narrative": "a", "narrative": "b"}', {}, "invalid_json"),
        (b'{"state": "in_progress", "percent": NaN, "narrative": "a"}', {}, "invalid_json"),
        (b'{"state": "in_progress", "narrative": "' + b" " * 2_000_000 + b'"}', {}, "body_too_large"),
        (json.dumps(REPORT).encode(), {"X-Long": "x" * 20_000}, "headers_too_large"),
        (json.dumps(REPORT).encode(), {"Idempotency-Key": "a b"}, "invalid_request"),
        (json.dumps(REPORT).encode(), {"Content-Type": "text/plain"}, "unsupported_media_type"),
    ],
)
def test_what_the_gate_refuses_is_refused(
    county: County, framework: Client, database: Database, content: bytes, headers: dict[str, str], code: str
) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    unit.post(path, REPORT)
    sent = {"Authorization": f"Bearer {unit.key}", "Content-Type": "application/json"} | headers
    answers = [one.post(f"/api/v1{path}", content=content, headers=sent) for one in (county.client, framework)]

    assert answers[0].json()["code"] == code
    assert shown(answers[0]) == shown(answers[1])
    assert stored(database) == 1


def test_the_limit_of_requests_is_the_same_on_both_ways(serve: Serve, county: County) -> None:
    unit, path, client = county.as_unit("城关镇"), both_paths(county)[0], serve(rate_limit="3/minute")
    api = Api(client, unit.key)
    api.get("/units")  # the key is looked at once, which costs nothing
    long_way = {"Content-Type": "application/json; charset=utf-8"}
    statuses = [api.post(path, REPORT, headers=long_way if place % 2 else {}).status_code for place in range(5)]

    assert statuses == [201, 201, 201, 429, 429]


def test_what_nobody_foresaw_is_a_problem_and_is_logged_by_its_request_id(
    county: County, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]

    def defect(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.updates.posting.reported", defect)
    answer = unit.post(path, REPORT, headers={"X-Request-ID": "abc-1"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [record.getMessage() for record in caplog.records if record.exc_info] == ["unforeseen"]
    assert stored(database) == 0


@pytest.mark.parametrize("pause", [0, 0.3])
def test_a_body_in_pieces_is_written_once(county: County, settings: Settings, database: Database, pause: float) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    body = json.dumps(REPORT).encode()

    def pieces() -> Iterator[bytes]:
        for place in (slice(0, 20), slice(20, None)):
            time.sleep(pause)
            yield body[place]

    headers = {"Authorization": f"Bearer {unit.key}", "Content-Type": "application/json"}
    with serving(create_app(settings)) as address:
        answer = httpx.post(f"{address}/api/v1{path}", content=pieces(), headers=headers)

    assert (answer.status_code, answer.json()["narrative"]) == (201, REPORT["narrative"])
    assert stored(database) == 1


def test_an_archived_checklist_takes_nothing(county: County, framework: Client, database: Database) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    unit.post(path, REPORT)
    county.as_role("coordinator").put("/checklists/1/archival")

    assert shown(unit.post(path, REPORT)) == shown(Api(framework, unit.key).post(path, REPORT))
    assert unit.post(path, REPORT).json()["code"] == "checklist_archived"
    assert stored(database) == 1


def test_a_key_that_was_just_revoked_or_has_just_expired_writes_nothing(
    county: County, database: Database, now: FakeClock
) -> None:
    admin, path = county.as_role("admin"), both_paths(county)[0]
    wanted = {"role": "reporter", "jurisdiction": COUNTY, "units": [county.units["城关镇"]]}
    made = [
        admin.post("/keys", wanted | {"name": "a", "expires_at": "2023-06-01T12:00:00+08:00"}).json(),
        admin.post("/keys", wanted | {"name": "b"}).json(),
    ]
    expires, revoked = (Api(county.client, one["key"]) for one in made)
    assert [expires.post(path, REPORT).status_code, revoked.post(path, REPORT).status_code] == [201, 201]
    assert admin.delete(f"/keys/{made[1]['id']}").status_code == 200
    now.set("2023-06-01T12:00:00+08:00")

    assert [one.post(path, REPORT).json()["code"] for one in (expires, revoked)] == ["key_expired", "key_revoked"]
    assert stored(database) == 2


@pytest.mark.parametrize("more", [0, 1000])
def test_a_posted_update_is_seven_statements_whatever_a_checklist_contains(
    county: County, database: Database, query_count: Callable[..., Any], more: int
) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    unit.post(path, REPORT)
    with database.session(writes=True) as session:
        period = session.exec(select(Period)).first()
        owed = session.exec(select(Obligation)).first()
        assert period is not None
        assert owed is not None
        for number in range(more):
            another = Period(**period.model_dump(exclude={"id", "key"}), key=f"{number}")
            session.add(another)
            session.flush()
            session.add(Obligation(**owed.model_dump(exclude={"id", "period_id"}), period_id=another.id))

    with query_count(at_most=7) as statements:
        answer = unit.post(path, REPORT | {"percent": 41})

    assert answer.status_code == 201
    assert len(statements) == 7


def test_an_idempotency_key_works_on_either_way(
    county: County, database: Database, to_the_framework: Callable[[], int]
) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    token = {"Idempotency-Key": "8e03978e"}
    first = unit.post(path, REPORT, headers=token)
    passed = to_the_framework()
    again = unit.post(path, REPORT, headers=token)
    other = unit.post(path, REPORT | {"percent": 41}, headers=token)

    assert passed == 0
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert stored(database) == 1


def posted_at_once(address: str, requests: list[tuple[str, str, dict[str, str]]]) -> list[Response]:
    async def send() -> list[Response]:
        limits = httpx.Limits(max_connections=len(requests))
        async with httpx.AsyncClient(base_url=address + "/api/v1", limits=limits, timeout=60) as client:
            sent = [
                client.post(path, json=REPORT, headers={"Authorization": f"Bearer {key}"} | headers)
                for path, key, headers in requests
            ]
            return list(await asyncio.gather(*sent))

    return asyncio.run(send())


def test_the_same_token_at_the_same_moment_is_done_once(county: County, settings: Settings, database: Database) -> None:
    unit, path = county.as_unit("城关镇"), both_paths(county)[0]
    with serving(create_app(settings)) as address:
        answers = posted_at_once(address, [(path, str(unit.key), {"Idempotency-Key": "one"})] * 16)

    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert stored(database) == 1


def test_nobody_of_64_who_post_at_once_on_both_ways_is_refused(
    county: County, settings: Settings, database: Database
) -> None:
    names = ["城关镇", "马店镇", "长集镇", "高塘镇"]
    keys = {name: str(county.as_unit(name).key) for name in names}
    paths = {name: both_paths(county, 1, name) for name in names}
    long_way = {"Content-Type": "application/json; charset=utf-8"}
    requests: list[tuple[str, str, dict[str, str]]] = [
        (paths[name][place % 2], keys[name], long_way if place % 4 == 3 else {})
        for place in range(16)
        for name in names
    ]
    with serving(create_app(settings)) as address:
        answers = posted_at_once(address, requests)

    assert Counter(one.status_code for one in answers) == {201: 64}
    with database.session(writes=False) as session:
        assert {*session.exec(select(StatusUpdate.id)).all()} == {one.json()["id"] for one in answers}
        assert not verify(session).faults
