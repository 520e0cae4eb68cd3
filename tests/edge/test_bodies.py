"""A body comes whole, in time, and says one thing only."""

import asyncio
from typing import Any

import pytest

from app.edge.addresses import Addresses
from app.edge.bodies import Bodies
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


class Sent:
    """What a layer sends when it is asked by itself."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def __call__(self, message: Any) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        status: int = self.messages[0]["status"]
        return status


async def _unreached(*_: Any) -> Any:
    raise AssertionError("the application is not asked")


def scope(**changed: Any) -> dict[str, Any]:
    path = "/api/v1/checklists"
    plain = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [], "scheme": "http"}
    return plain | {"server": ("testserver", 80)} | changed


def test_a_body_that_never_arrives_is_given_up() -> None:
    sent = Sent()

    async def silence() -> Any:
        await asyncio.Event().wait()

    layer = Bodies(_unreached, limit=1000, upload_limit=2000, seconds=0.01)
    asyncio.run(layer(scope(headers=[(b"content-length", b"10")]), silence, sent))
    headers = dict(sent.messages[0]["headers"])

    assert sent.status == 408
    assert b'"request_timeout"' in sent.messages[1]["body"]
    assert headers[b"connection"] == b"close"


def test_a_client_that_goes_away_is_not_answered() -> None:
    sent = Sent()

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    layer = Bodies(_unreached, limit=1000, upload_limit=2000, seconds=10)
    asyncio.run(layer(scope(headers=[(b"content-length", b"10")]), gone, sent))

    assert sent.messages == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"query_string": b"q=" + b"a" * 9000}, 414, b"uri_too_long"),
        ({"path": "/" + "a" * 9000}, 414, b"uri_too_long"),
        ({"headers": [(b"x-long", b"a" * 17_000)]}, 431, b"headers_too_large"),
        ({"headers": [(b"x-many", b"a")] * 101}, 431, b"headers_too_large"),
        ({"query_string": "q=司法".encode("gbk")}, 400, b"invalid_address"),
        ({"query_string": b"q=%CB%BE%B7%A8"}, 400, b"invalid_address"),
        ({"raw_path": b"/units/%FF"}, 400, b"invalid_address"),
    ],
)
def test_an_address_or_headers_beyond_the_limits_are_refused(changed: dict[str, Any], status: int, code: bytes) -> None:
    sent = Sent()
    layer = Addresses(_unreached, uri_limit=8192, header_limit=16384)
    asyncio.run(layer(scope(**changed), _unreached, sent))

    assert sent.status == status
    assert b'"' + code + b'"' in sent.messages[1]["body"]
