"""A cached response is the response that the caller would get now; or it is not used."""

import gzip
from datetime import date, datetime
from typing import Any

import pytest
from httpx import Response

from app.access.actions import create_key
from app.access.actors import OPERATOR
from app.access.caching import Basis
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.config import Settings
from app.fastpath.cache import Answer, AnswerCache, Question
from app.main import create_app
from tests.client import Client, on_the_loop
from tests.conftest import Api, County, FakeClock
from tests.edge.conftest import Serve
from tests.edge.conftest import serve as serve  # noqa: PLC0414  a fixture

REPORT = {"state": "completed", "narrative": "已办结。"}


class Seen:
    """How many requests are not answered from memory."""

    def __init__(self, client: Client) -> None:
        fast_path: Any = client.app.middleware_stack.app
        self.fast_path = fast_path
        self.count = 0
        behind, make = fast_path.app, fast_path.reads.make

        async def counted(*asgi: Any) -> None:
            self.count += 1
            await behind(*asgi)

        async def made(*args: Any) -> Any:
            answer = await make(*args)
            self.count += answer is not None  # else the framework comes next
            return answer

        fast_path.app, fast_path.reads.make = counted, made


@pytest.fixture
def behind(county: County) -> Seen:
    return Seen(county.client)


def without_id(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("role", ["anonymous", "auditor"])
@pytest.mark.parametrize("path", ["/tasks", "/tasks?checklist=1&limit=5", "/checklists/1", "/units"])
def test_the_same_question_is_answered_again_from_memory(county: County, behind: Seen, role: str, path: str) -> None:
    api = county.anonymous() if role == "anonymous" else county.as_role(role)
    first = api.request("GET", path)
    passed = behind.count
    second = api.request("GET", path)

    assert behind.count == passed
    assert (second.status_code, second.content, without_id(second)) == (200, first.content, without_id(first))
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


def test_the_order_of_parameters_makes_no_other_question(county: County, behind: Seen) -> None:
    county.anonymous().request("GET", "/tasks?checklist=1&limit=5")
    passed = behind.count
    county.anonymous().request("GET", "/tasks?limit=5&checklist=1")

    assert behind.count == passed


def test_a_change_through_another_process_shows_in_the_next_answer(county: County, settings: Settings) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    with Client(create_app(settings)) as client:
        other = Api(client, unit.key)
        before = [api.get(f"/obligations/{owed}").json()["state"] for api in (unit, other, unit, other)]
        unit.post(f"/obligations/{owed}/updates", REPORT)
        after = [api.get(f"/obligations/{owed}").json()["state"] for api in (other, unit)]

    assert before == ["not_started"] * 4
    assert after == ["completed"] * 2


def test_a_change_in_another_checklist_leaves_a_response_cached(county: County, behind: Seen) -> None:
    office, unit, owed = county.as_role("coordinator"), county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    other = office.post("/checklists", {"jurisdiction": "341522", "title": "另一清单", "year": 2023}).json()["id"]
    office.get(f"/checklists/{other}")
    unit.post(f"/obligations/{owed}/updates", REPORT)
    passed = behind.count
    office.get(f"/checklists/{other}")

    assert behind.count == passed


def test_who_sees_otherwise_is_answered_otherwise(county: County) -> None:
    county.as_role("coordinator").put("/checklists/1/publication", {"audience": "units"})
    apis = [county.anonymous(), county.as_role("auditor"), county.anonymous(), county.as_unit("城关镇")]

    numbers = [len(api.get("/tasks").json()["items"]) for api in apis]

    assert numbers[0] == numbers[2] == 0
    assert numbers[1] == numbers[3] > 0


def test_keys_that_see_the_same_share_an_answer(county: County, behind: Seen) -> None:
    first = county.as_unit("城关镇")
    second = county.another(first)
    first.get("/units")  # each key is looked at once
    second.get("/units")
    first.get("/tasks")
    passed = behind.count
    second.get("/tasks")

    assert behind.count == passed


def test_a_revoked_key_is_rejected_whatever_is_cached(county: County) -> None:
    api, admin = county.as_role("auditor"), county.as_role("admin")
    answers = [api.get("/tasks").status_code for _ in range(3)]
    admin.delete(f"/keys/{county.key_id(api)}")

    assert answers == [200, 200, 200]
    assert api.get("/tasks").status_code == 401


def test_an_expired_key_is_rejected_whatever_is_cached(county: County, now: FakeClock) -> None:
    until = datetime.fromisoformat("2023-06-01T10:00:00+08:00")
    wanted = KeyCreate(name="短期", role=ActorRole.AUDITOR, jurisdiction="341522", expires_at=until)
    with county.database.session(writes=True) as session:
        api = Api(county.client, create_key(session, wanted, by=OPERATOR, at=now.moment).key)
    now.set("2023-06-01T09:59:59+08:00")
    answers = [api.get("/tasks").status_code for _ in range(3)]
    now.set("2023-06-01T10:00:00+08:00")

    assert answers == [200, 200, 200]
    assert api.get("/tasks").json()["code"] == "key_expired"


def test_another_day_or_language_is_another_question(county: County, now: FakeClock) -> None:
    languages = [
        county.anonymous().request("GET", "/vocabulary", headers={"Accept-Language": language}).text
        for language in ("zh", "en", "zh")
    ]
    before = county.anonymous().get("/tasks").headers["etag"]
    now.set("2023-06-02")

    assert languages[0] == languages[2] != languages[1]
    assert county.anonymous().get("/tasks").headers["etag"] != before


@pytest.mark.parametrize(("accepted", "packed"), [("gzip", True), ("gzip;q=0", False), ("br", False), ("*", True)])
def test_gzip_is_for_who_accepts_it_and_made_once(county: County, behind: Seen, accepted: str, packed: bool) -> None:
    county.anonymous().get("/tasks")
    [cached] = behind.fast_path.cache._answers.values()
    with county.client.stream("GET", "/api/v1/tasks", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    first = cached.packed
    county.client.get("/api/v1/tasks", headers={"Accept-Encoding": accepted})

    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert (gzip.decompress(raw) if packed else raw) == cached.body
    assert int(answer.headers["content-length"]) == len(raw)
    assert cached.packed is first
    assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_names_the_length_that_get_sends_or_none(county: County, behind: Seen, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    before = county.client.head("/api/v1/tasks", headers=headers)
    got = county.client.get("/api/v1/tasks", headers=headers)
    seen = behind.count
    head = county.client.head("/api/v1/tasks", headers=headers)

    assert before.headers.get("content-length") in (None, got.headers["content-length"])
    assert (head.content, without_id(head)) == (b"", without_id(got))
    assert behind.count == seen


def test_errors_and_files_are_not_cached(county: County, behind: Seen) -> None:
    office = county.as_role("coordinator")
    paths = ["/tasks/999", "/tasks?cursor=x", "/checklists/1/register?format=csv", "/journal/access:341522"]
    for path in paths:
        office.request("GET", path)
    passed = behind.count
    for path in paths:
        office.request("GET", path)

    assert behind.count == passed + len(paths)


def test_a_cached_response_counts_against_the_limit_of_requests(serve: Serve, county: County) -> None:
    client = serve(rate_limit_anonymous="3/minute")
    statuses = [client.get("/api/v1/tasks").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_a_cached_response_is_logged_and_measured_as_any_other(
    county: County, monkeypatch: pytest.MonkeyPatch, behind: Seen
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(county.client.app.middleware_stack, "observers", (seen.append,))
    api = county.as_role("auditor")
    api.get("/tasks")
    answer = api.get("/tasks")
    first, one = seen

    assert (one.method, one.path, one.template, one.status) == ("GET", "/api/v1/tasks", "/api/v1/tasks", 200)
    assert (one.bytes, one.request_id) == (int(answer.headers["content-length"]), answer.headers["x-request-id"])
    assert one.key_id == first.key_id is not None


def test_a_request_id_that_was_sent_comes_back(county: County) -> None:
    county.anonymous().get("/tasks")
    ids = [
        county.anonymous().request("GET", "/tasks", headers={"X-Request-ID": given}).headers["x-request-id"]
        for given in ("abc-1", "a b")
    ]

    assert ids[0] == "abc-1"
    assert ids[1] != "a b"


def test_headers_that_are_too_large_are_rejected_whatever_is_cached(county: County) -> None:
    county.anonymous().get("/tasks")

    assert county.anonymous().request("GET", "/tasks", headers={"X-Long": "x" * 20_000}).status_code == 431


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"query_string": b"q=" + b"a" * 9000}, 414, b"uri_too_long"),
        ({"query_string": "q=司法".encode("gbk")}, 400, b"invalid_address"),
        ({"query_string": b"q=%CB%BE%B7%A8"}, 400, b"invalid_address"),
        ({"headers": [(b"x-many", b"a")] * 101}, 431, b"headers_too_large"),
        ({"headers": [(b"authorization", b"Bearer x")] * 2}, 401, b"invalid_key"),
    ],
)
def test_what_the_gate_refuses_is_refused_of_marked_lists_too(
    county: County, changed: dict[str, Any], status: int, code: bytes
) -> None:
    county.anonymous().get("/tasks")
    plain = {"type": "http", "method": "GET", "path": "/api/v1/tasks", "query_string": b"", "headers": []}
    scope = plain | {"scheme": "http", "root_path": "", "client": ("testclient", 50000)} | changed
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    on_the_loop(county.client.app(scope, receive, send))
    answered, body = sent[0]["status"], sent[1]["body"]

    assert answered == status
    assert b'"' + code + b'"' in body


def test_each_allowed_page_gets_its_own_origin(serve: Serve, county: County) -> None:
    client = serve(cors_origins="https://a.example,https://b.example")
    origins = ["https://a.example", "https://b.example", "https://c.example"] * 2
    told = [
        client.get("/api/v1/tasks", headers={"Origin": origin}).headers.get("access-control-allow-origin")
        for origin in origins
    ]

    assert told == ["https://a.example", "https://b.example", None] * 2


def test_without_the_database_nothing_is_answered_from_memory(
    county: County, monkeypatch: pytest.MonkeyPatch, behind: Seen
) -> None:
    county.anonymous().get("/tasks")

    async def none(_: str) -> None:
        return None

    monkeypatch.setattr(behind.fast_path.checks, "heads", none)
    passed = behind.count
    county.anonymous().get("/tasks")

    assert behind.count == passed + 1


NOBODY = ("anonymous", "", (), 0)
BASIS = Basis(NOBODY, None, "1@")


def question(number: int) -> Question:
    return Question(f"/{number}", b"", NOBODY, "en", date(2023, 6, 1))


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    cache, body = AnswerCache(1024 * 1024), b"x" * 50_000
    for number in range(100):
        cache.store(question(number), Answer.of(body, [(b"etag", b"x")], BASIS))
        cache.find(question(0))

    assert cache._answers.currsize <= 1024 * 1024
    assert cache.find(question(0)) is not None
    assert cache.find(question(1)) is None


def test_no_answer_takes_more_than_an_eighth() -> None:
    cache = AnswerCache(1024 * 1024)
    cache.store(question(1), Answer.of(b"x" * 140_000, [(b"etag", b"x")], BASIS))

    assert cache.find(question(1)) is None


def test_without_memory_nothing_is_cached(serve: Serve, county: County) -> None:
    client = serve(answer_cache_mb=0)
    client.get("/api/v1/tasks")
    seen = Seen(client)
    answer = client.get("/api/v1/tasks")

    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers
    assert seen.count == 1
