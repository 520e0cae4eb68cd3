"""One line for a request, with what an operator needs and nothing that must stay secret."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.edge.access_log import JsonLines
from tests.conftest import Api, County

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines that were logged until now. Each is JSON, or this fails."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n") if line and '"httpx"' not in line]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_one_line_that_names_its_key_as_the_journal_does(county: County, lines: Lines) -> None:
    api = county.as_role("auditor")
    answer = api.get("/tasks/1")
    [line] = lines()

    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 200)
    assert (line["path"], line["route"]) == ("/api/v1/tasks/1", "/api/v1/tasks/{task_id}")
    assert line["key"] == f"key:{county.key_id(api)}"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["bytes"] == int(answer.headers["content-length"])  # what went out, packed or not
    assert {"time", "duration_ms", "client"} <= line.keys()


@pytest.mark.parametrize("status", [200, 401, 404])
def test_no_line_shows_a_key(county: County, lines: Lines, status: int) -> None:
    key = county.as_role("auditor").key
    assert key is not None
    secret = key.split("_", 2)[2]  # which may contain the mark itself
    path, key = {200: ("/tasks", key), 401: ("/tasks", key + "x"), 404: (f"/{key}", key)}[status]
    answer = Api(county.client, key).request("GET", path, params={} if status == 200 else {"q": key})
    text = json.dumps(lines())

    assert answer.status_code == status
    assert f'"status": {status}' in text
    assert secret not in text


@pytest.mark.parametrize(
    "token", ["duban_zzz_s3cret", "s3cret", "duban_s3cret", "Basic s3cret", "s3cret\u00e9".encode()]
)
def test_no_line_shows_a_malformed_token(county: County, lines: Lines, token: str | bytes) -> None:
    value = token if isinstance(token, bytes) else token.encode()
    answer = county.client.get("/api/v1/tasks", headers=[(b"authorization", b"Bearer " + value)])
    logged = lines()

    assert answer.status_code == 401
    assert logged
    assert "s3cret" not in json.dumps(logged)


@pytest.mark.parametrize(
    "path", ["/a%0A%7B%22event%22:%22forged%22%7D", "/a%0D%0Ab", "/a%E2%80%A8b", "/a%C2%85b", "/a%1B%5B31m"]
)
def test_a_line_break_in_the_path_stays_in_its_line(county: County, lines: Lines, path: str) -> None:
    county.client.get(path)
    [line] = lines()

    assert line["event"] == "request"
    assert line["path"].startswith("/a")


@pytest.mark.parametrize("given", [b"a\tb", b"a b", b"x" * 65, b"\xe7\xba\xa2", b'{"a":1}'])
def test_a_request_id_that_is_not_a_short_token_is_replaced(county: County, lines: Lines, given: bytes) -> None:
    answer = county.client.get("/healthz", headers=[(b"x-request-id", given)])
    ids = {line.get("request_id") for line in lines() if line["event"] == "request"}

    assert ids == {answer.headers["x-request-id"]}
    assert given.decode("latin-1") not in answer.headers["x-request-id"]


def test_a_defect_is_logged_with_its_traceback_and_the_requests_id(
    county: County, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.checklists.queries.list_checklists", lambda *_: 1 / 0)
    answer = county.anonymous().get("/checklists")
    defect, request = lines()

    assert answer.status_code == 500
    assert "ZeroDivisionError" in defect["exception"]
    assert defect["level"] == "error"
    assert defect["request_id"] == request["request_id"] == answer.json()["request_id"]
