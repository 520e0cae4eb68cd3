"""A body comes whole, in time, and says one thing only."""

import asyncio
from typing import Any

import pytest

from app.config import Settings
from app.edge.addresses import check_address
from app.edge.bodies import read_body
from app.edge.request_headers import RequestHeaders
from app.errors import DubanError, HeadersTooLarge, InvalidAddress, RequestTimeout, UriTooLong
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
        (b'{"title": "a", "title": "b"}', "stands twice"),
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
def test_a_number_that_is_no_year_is_refused(county: County, number: bytes) -> None:
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


async def silence() -> Any:
    await asyncio.Event().wait()


async def gone() -> Any:
    return {"type": "http.disconnect"}


def test_a_body_that_never_arrives_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RequestTimeout) as given_up:
        asyncio.run(read_body(headers((b"content-length", b"10")), silence, settings(request_timeout=1)))

    assert given_up.value.status == 408
    assert given_up.value.headers == {"Connection": "close"}


def test_a_client_that_goes_away_is_not_answered(client: Client) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/checklists", "query_string": b"", "scheme": "http"}
    scope |= {"headers": [(b"content-length", b"10")], "server": ("testserver", 80)}
    on_the_loop(client.app(scope, gone, send))

    assert sent == []


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
