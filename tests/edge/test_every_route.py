"""Whatever is sent to whichever route, no answer is a defect, and every refusal has the one shape."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import cycle
from typing import Any

import pytest
from httpx import Response

from tests.client import Client
from tests.conftest import Api, County
from tests.document import document

DOCUMENT = document()
UNITS = ("白莲乡", "城关镇")
OPERATIONS = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]

NUMBERS = [
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1" + "0" * 400,
    "1e3",
    "٣",
    "１",
    "1.5",
    "+1",
    " 1",
]
TEXTS = ["%00", "%0A", "%F0%9F%90%89", "%ED%A0%80", "%C3%28", "%2F", "..", "a" * 3000, "%25", "'\"--"]
DAYS = [
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-14:00",
    "1e20",
    "99999999999999",
    "-1",
    "2023-02-30",
]
BODIES = [
    b"",
    b"null",
    b"[]",
    b"1",
    b'"text"',
    b"[" * 5000,
    b'{"revision": 99999999999999999999}',
    b'{"revision": NaN}',
    b'{"revision": 1, "revision": 2}',
    b'{"title": "\\u0000", "name": "\\ud800", "reason": "\\u0000", "narrative": "\\ud800"}',
    b"\xff\xfe",
    b'{"from_on": "0001-01-01", "due_on": "9999-12-31", "starts_on": "0001-01-01", "default_due_on": "9999-12-31"}',
    b'{"expires_at": "0001-01-01T00:00:00+14:00", "name": "x", "role": "auditor", "jurisdiction": ""}',
    b'{"expires_at": "9999-12-31T23:59:59-14:00", "name": "x", "role": "auditor", "jurisdiction": ""}',
    b'{"schedule": {"kind": "on", "due_on": "9999-12-31"}, "revision": 1}',
]


def filled(path: str, value: str) -> str:
    """A path template with one value in every place."""
    head, *places = path.split("{")
    return head + "".join(value + place.partition("}")[2] for place in places)


def right(path: str) -> str:
    """A path that leads to something, where the county has it."""
    return filled(path.replace("{stream}", "checklist:1"), "1")


def query_of(method: str, path: str) -> dict[str, str]:
    """The names that a route takes in its query, each with what tells it from others that the same code reads: a choice
    or a yes or no is read before anything else is done, so that its name does not matter."""
    operation: dict[str, Any] = DOCUMENT["paths"][path][method.lower()]
    taken = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {one["name"]: kind_of(one["name"], one["schema"]) for one in taken}


def kind_of(name: str, schema: dict[str, Any]) -> str:
    if "$ref" in schema or "enum" in schema:
        return "one of some words"
    return "yes or no" if schema.get("type") == "boolean" else json.dumps([name, schema], sort_keys=True)


def cursors() -> Iterator[str]:
    afters: list[Any] = [
        [2**63, 2**63],
        ["0001-01-01", "9999-12-31", 1],
        ["9999-12-31", 1, 1],
        [[[]]],
        None,
        [True],
        [1e400],
    ]
    for after in afters:
        yield base64.urlsafe_b64encode(json.dumps({"after": after, "list": ""}).encode()).decode()
    yield base64.urlsafe_b64encode(b"[" * 300).decode()
    yield "%FF"


VALUES = [*NUMBERS, *TEXTS, *DAYS]
VALUES_OF_CURSOR = [*cursors()]


def check(api: Api, method: str, address: str, body: bytes = b"", content_type: str | None = None) -> Response:
    """The answer, which is not a defect."""
    headers = {"Content-Type": content_type} if content_type else {}
    answer = api.request(method, address.removeprefix(api.base), content=body, headers=headers)
    question = f"{method} {address} {body[:100]!r} {content_type}"
    assert answer.status_code < 500, f"{question}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", question
        assert method == "HEAD" or answer.json()["status"] == answer.status_code, question
    return answer


BY_PERSONS = {"/api/v1/waiting-reports/{report_id}/release"}  # no key may, and nothing but the number is looked at
Choose = Callable[[str, str], Api]


@pytest.fixture
def who_may(county: County) -> Choose:
    """`who_may("PUT", path)`: somebody whom no permission stops before the input is looked at."""
    everyone = [*(county.as_role(role, "") for role in ("coordinator", "admin", "auditor")), county.as_unit(*UNITS)]

    @cache
    def choose(method: str, path: str) -> Api:
        for api in everyone:
            if check(api, method, right(path), b"{}", "application/json").status_code != 403:
                return api
        if path in BY_PERSONS:
            return everyone[-1]
        raise AssertionError(f"nobody may {method} {path}")

    return choose


Share = Callable[[Sequence[Any], int], Iterator[Sequence[Any]]]


@pytest.fixture
def shares(county: County, pytestconfig: pytest.Config) -> Share:
    """`shares(VALUES, 3)`: what each of many takes of the values in turn, so that three neighbours take all of them, or
    six if there are more. If tests may not take long twelve do, and they take every other value, and the others on the
    other database."""
    step, most = (1, 6) if pytestconfig.getoption("long") else (2, 12)

    def shared(values: Sequence[Any], number: int) -> Iterator[Sequence[Any]]:
        here, count = values[county.database.is_sqlite % step :: step], min(number, most)
        for place in cycle(range(count)):
            yield here[place::count]

    return shared


def test_no_path_breaks_a_route(who_may: Choose, shares: Share) -> None:
    """Numbers in addresses are read by the same code: the operations below one place of a path share them out."""
    places = [(method, path, path.rpartition("}")[0]) for method, path in OPERATIONS if "{" in path]
    many = Counter(place for _, _, place in places)
    turns = {place: shares(VALUES, number) for place, number in many.items()}
    for method, path, place in places:
        api = who_may(method, path)
        for value in next(turns[place]):
            check(api, method, filled(path, value))


def test_no_query_breaks_a_route(who_may: Choose, shares: Share) -> None:
    """What the same code reads shares out the values."""
    kinds = Counter(kind for method, path in OPERATIONS for kind in query_of(method, path).values())
    turns: dict[str, Iterator[Sequence[str]]] = {}
    for method, path in OPERATIONS:
        names, api = query_of(method, path), who_may(method, path)
        for name, kind in names.items():
            short = "&limit=1" if "limit" in names and name != "limit" else ""  # the filter is tried, not the page
            values = VALUES_OF_CURSOR if name == "cursor" else VALUES
            mine = next(turns.setdefault(kind, shares(values, kinds[kind])))
            for value in mine:
                check(api, method, f"{right(path)}?{name}={value}{short}")

            assert check(api, method, f"{right(path)}?{name}=1&{name}=1").status_code == 422


def test_no_body_breaks_a_route(who_may: Choose, shares: Share) -> None:
    """As JSON all of them, as something else a third of them for each route."""
    types = ("text/plain", "application/x-www-form-urlencoded")
    jsons = shares([(body, "application/json") for body in BODIES], 1)
    others = shares([(body, content_type) for body in BODIES for content_type in types], 3)
    for method, path in OPERATIONS:
        if "requestBody" in DOCUMENT["paths"][path][method.lower()]:
            api = who_may(method, path)
            for body, content_type in (*next(jsons), *next(others)):
                check(api, method, right(path), body, content_type)


def test_every_address_takes_options_and_names_its_methods_when_it_refuses_one(client: Client) -> None:
    for path, item in DOCUMENT["paths"].items():
        methods = {method.upper() for method in item} | {"OPTIONS"}
        methods |= {"HEAD"} if "GET" in methods else set()
        told, refused = (client.request(method, right(path)) for method in ("OPTIONS", "TRACE"))

        assert told.status_code == 204, path
        assert set(told.headers["allow"].split(", ")) == methods, path
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed"), path
        assert set(refused.headers["allow"].split(", ")) == methods, path


def test_head_answers_what_get_answers_without_the_body(who_may: Choose) -> None:
    for method, path in OPERATIONS:
        if method == "GET":
            api = who_may(method, path)
            got, head = (check(api, method, right(path)) for method in ("GET", "HEAD"))

            assert head.status_code == got.status_code, path
            assert head.headers["content-length"] == got.headers["content-length"], path
            assert head.content == b""
