"""A body comes whole, in time, and says one thing only."""

import asyncio
from typing import Any

import pytest

from app.config import Settings
from app.edge.addresses import check_address
from app.edge.bodies import IN_MEMORY, Bodies
from app.edge.request_headers import RequestHeaders
from app.errors import DubanError, HeadersTooLarge, InvalidAddress, RequestTimeout, Unavailable, UriTooLong
from tests.client import Client, on_the_loop
from tests.conftest import Api, County

JSON = {"Content-Type": "application/json"}


def post(api: Api, body: bytes, content_type: str = "application/json") -> tuple[int, str, str]:
    answer = api.request("POST", "/checklists", content=body, headers={"Content-Type": content_type})
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("levels", [100, 900, 1_000, 100_000, 170_000])
def test_deep_nesting_is_refused_and_breaks_nothing(county: County, opening: bytes, levels: int) -> None:
    status, code, _ = post(county.as_role("coordinator"), (opening * levels)[: 2**20 - 1])
    closing = b"]" if opening == b"[" else b"}"
    whole = post(county.as_role("coordinator"), opening * min(levels, 1000) + b"1" + closing * min(levels, 1000))

    assert (status, code) == (400, "invalid_json")
    assert whole[0] in (400, 422)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"title": "a", "title": "b"}', "occurs twice"),
        (b'{"year": NaN}', "NaN"),
        (b'{"year": -Infinity}', "Infinity"),
        (b'{"year": ' + b"9" * 5000 + b"}", "digits"),
        ('{"title": "司法"}'.encode("gbk"), "UTF-8"),
        (b'{"title"', "character"),
    ],
)
def test_json_that_says_two_things_or_none_is_refused_with_a_reason(county: County, body: bytes, said: str) -> None:
    status, code, detail = post(county.as_role("coordinator"), body)

    assert (status, code) == (400, "invalid_json")
    assert said in detail


@pytest.mark.parametrize("number", [b"99999999999999999999", b"1e400", b"1.5", b"true"])
def test_a_number_that_is_not_a_year_is_refused(county: County, number: bytes) -> None:
    status, code, detail = post(county.as_role("coordinator"), b'{"year": ' + number + b"}")

    assert (status, code) == (422, "invalid_request")
    assert "body.year" in detail


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_not_called_json_is_refused(county: County, content_type: str) -> None:
    status, code, _ = post(county.as_role("coordinator"), b'{"title": "a"}', content_type)

    assert (status, code) == (415, "unsupported_media_type")


def test_an_empty_body_is_refused(county: County) -> None:
    status, code, _ = post(county.as_role("coordinator"), b"")

    assert (status, code) == (422, "invalid_request")


def settings(**changed: Any) -> Settings:
    return Settings(body_limit=1024, upload_limit=2048, **changed)


def headers(*pairs: tuple[bytes, bytes]) -> RequestHeaders:
    return RequestHeaders(pairs)


FORM = (b"content-type", b"multipart/form-data; boundary=b")


async def read(bodies: Bodies, size: int, receive: Any, *of: tuple[bytes, bytes]) -> bytes:
    """A body of this announced size, as a route that takes files gets it."""
    announced = headers((b"content-length", str(size).encode()), *of)
    async with bodies.read(announced, receive, takes_files=True) as whole:
        parts: list[bytes] = []
        has_more = True
        while has_more:
            message = await whole()
            parts.append(message["body"])
            has_more = message["more_body"]
        return b"".join(parts)


async def silence() -> Any:
    await asyncio.Event().wait()


async def gone() -> Any:
    return {"type": "http.disconnect"}


def test_a_body_that_never_arrives_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RequestTimeout) as given_up:
        asyncio.run(read(Bodies(settings(request_timeout=1)), 10, silence))

    assert given_up.value.status == 408
    assert given_up.value.headers == {"Connection": "close"}


def messages_for(app: Any, path: str, receive: Any, *of: tuple[bytes, bytes], size: int = 10) -> list[Any]:
    """What goes out when a body of some bytes is announced."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "scheme": "http"}
    scope |= {"headers": [(b"content-length", b"%d" % size), *of], "server": ("testserver", 80)}
    on_the_loop(app(scope, receive, send))
    return sent


def bearer(key: str | None) -> tuple[bytes, bytes]:
    return b"authorization", f"Bearer {key}".encode()


def test_a_client_that_goes_away_is_not_answered(county: County) -> None:
    assert messages_for(county.client.app, "/api/v1/checklists", gone, bearer(county.as_role("coordinator").key)) == []


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/api/v1/registers/imports", None, 401),
        ("/api/v1/registers/imports", "duban_aaaa_wrong", 401),
        ("/api/v1/obligations/1/updates", None, 401),
        ("/api/v1/nothing", None, 404),
        ("/nothing", "duban_aaaa_wrong", 404),
        ("/readyz", None, 405),
    ],
)
def test_a_body_is_not_read_before_its_address_and_its_key_are_checked(
    client: Client, path: str, key: str | None, status: int
) -> None:
    sent = messages_for(client.app, path, silence, FORM, *([bearer(key)] if key else []))

    assert sent[0]["status"] == status


@pytest.mark.parametrize(("path", "of"), [("/api/v1/registers/imports", [FORM]), ("/api/v1/checklists", [])])
def test_a_long_body_is_not_read_from_a_key_that_was_revoked(
    county: County, path: str, of: list[tuple[bytes, bytes]]
) -> None:
    clerk = county.another(county.as_role("coordinator"))
    before = clerk.get("/tasks").status_code
    county.as_role("admin").delete(f"/keys/{county.key_id(clerk)}")
    sent = messages_for(county.client.app, path, silence, *of, bearer(clerk.key), size=65_537)

    assert before == 200
    assert sent[0]["status"] == 401


def arriving(size: int) -> Any:
    """A body that comes in pieces."""
    left = size

    async def receive() -> Any:
        nonlocal left
        piece, left = min(left, 60_000), max(left - 60_000, 0)
        return {"type": "http.request", "body": b"a" * piece, "more_body": left > 0}

    return receive


@pytest.mark.parametrize("size", [0, 1, 65_536, 131_072, IN_MEMORY, 3 * IN_MEMORY])
def test_a_long_form_comes_whole_from_the_disk(size: int) -> None:
    bodies = Bodies(Settings(upload_limit=4 * IN_MEMORY))

    assert asyncio.run(read(bodies, size, arriving(size), FORM)) == b"a" * size


@pytest.mark.parametrize("of", [[FORM], []], ids=["forms", "others"])
def test_what_all_bodies_take_together_is_bounded(of: list[tuple[bytes, bytes]]) -> None:
    most = 5 * 2048 if of else 32 * 1024
    bodies = Bodies(settings(request_timeout=1))

    async def crowd() -> list[bytes | BaseException]:
        slow = [asyncio.create_task(read(bodies, 1000, silence, *of)) for _ in range(most // 1000)]
        await asyncio.sleep(0)
        other = [] if of else [FORM]
        at_once = [
            await read(bodies, most % 1000, arriving(most % 1000), *of),
            await read(bodies, 1, arriving(1), *other),
        ]
        with pytest.raises(Unavailable):
            await read(bodies, most % 1000 + 1, arriving(1), *of)
        ended = await asyncio.gather(*slow, return_exceptions=True)
        return [*at_once, *ended, await read(bodies, 1000, arriving(1000), *of)]

    room, other, *ended, later = asyncio.run(crowd())

    assert (room, other, later) == (b"a" * (most % 1000), b"a", b"a" * 1000)
    assert {type(one) for one in ended} == {RequestTimeout}
    assert Unavailable().headers["Retry-After"].isdigit()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"query_string": b"q=" + b"a" * 9000}, UriTooLong),
        ({"path": "/" + "a" * 9000}, UriTooLong),
        ({"headers": [(b"x-long", b"a" * 17_000)]}, HeadersTooLarge),
        ({"headers": [(b"x-many", b"a")] * 101}, HeadersTooLarge),
        ({"query_string": "q=司法".encode("gbk")}, InvalidAddress),
        ({"query_string": b"q=%CB%BE%B7%A8"}, InvalidAddress),
        ({"raw_path": b"/units/%FF"}, InvalidAddress),
    ],
)
def test_an_address_or_headers_beyond_the_limits_are_refused(
    changed: dict[str, Any], refusal: type[DubanError]
) -> None:
    scope: dict[str, Any] = {"path": "/api/v1/checklists", "query_string": b"", "headers": []} | changed

    with pytest.raises(refusal):
        check_address(scope, headers(*scope["headers"]), settings())
