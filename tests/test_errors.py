"""Every refusal has the same shape and a code of its own. The server's page /problems lists the codes."""

from collections import Counter

import pytest
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from app import models as _all_tables  # noqa: F401
from app.errors import CONSTRAINT_ERRORS, DubanError, every_error
from tests.client import Client
from tests.conftest import County

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "instance", "request_id"}
MISSING = 999_999_999


def test_every_error_has_a_code_of_its_own() -> None:
    codes = Counter(error.code for error in every_error() if error is not DubanError)

    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("name", CONSTRAINT_ERRORS)
def test_every_constraint_with_an_answer_stands_in_the_schema(name: str) -> None:
    tables = SQLModel.metadata.tables.values()
    rules = [rule for table in tables for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    indexes: list[Index] = [index for table in tables for index in table.indexes if index.unique]

    assert name in {rule.name for rule in rules} | {index.name for index in indexes}


# status, code, as whom, method, path, JSON body or raw bytes
REFUSALS = [
    (400, "invalid_json", "coordinator", "POST", "/checklists", b'{"title": '),
    (401, "missing_key", "anonymous", "GET", "/keys", None),
    (403, "role_not_allowed", "auditor", "POST", "/checklists", {}),
    (404, "not_found", "coordinator", "GET", f"/tasks/{MISSING}", None),
    (404, "no_such_route", "anonymous", "GET", "/nothing/here", None),
    (405, "method_not_allowed", "anonymous", "DELETE", "/checklists", None),
    (409, "stale_revision", "coordinator", "PATCH", "/checklists/1", {"revision": 999, "title": "另一个标题"}),
    (413, "body_too_large", "coordinator", "POST", "/checklists", b'"' + b"x" * 2_000_000 + b'"'),
    (415, "unsupported_media_type", "coordinator", "POST", "/registers/readings", None),
    (422, "invalid_request", "coordinator", "POST", "/checklists", {"title": "", "colour": "red"}),
    (422, "invalid_request", "anonymous", "GET", "/tasks/first", None),
    (422, "invalid_cursor", "anonymous", "GET", "/checklists?cursor=nonsense", None),
]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_without_the_content_type_of_json_is_rejected_with_it(county: County, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = county.as_role("coordinator").request("POST", "/checklists", content=b'{"year": 2023}', headers=headers)

    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() >= MEMBERS
    assert answer.json()["code"] == "unsupported_media_type"
    assert answer.json()["accepted"] == ["application/json"]
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(("status", "code", "role", "method", "path", "body"), REFUSALS)
def test_every_refusal_is_a_whole_problem_document(
    county: County, status: int, code: str, role: str, method: str, path: str, body: object
) -> None:
    api = county.anonymous() if role == "anonymous" else county.as_role(role)
    if isinstance(body, bytes):
        answer = api.request(method, path, content=body, headers={"Content-Type": "application/json"})
    else:
        answer = api.request(method, path, json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["code"] == code
    assert problem.keys() >= MEMBERS
    assert problem["type"] == f"/problems/{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == "/api/v1" + path.partition("?")[0]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_body_whose_length_nobody_stated_is_refused_as_it_grows_too_large(county: County) -> None:
    parts = iter([b"x" * 500_000] * 4)
    headers = {"Content-Type": "application/json"}
    answer = county.as_role("coordinator").request("POST", "/checklists", content=parts, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() >= MEMBERS


def test_an_invalid_request_names_each_wrong_field(county: County) -> None:
    answer = county.as_role("coordinator").post("/checklists", {"title": "", "colour": "red"})
    fields = [error["field"] for error in answer.json()["errors"]]

    assert answer.status_code == 422
    assert {"body.title", "body.year", "body.colour"} <= set(fields)
    assert all(error["detail"] for error in answer.json()["errors"])


def test_a_refusal_for_want_of_a_key_says_how_to_send_one(county: County) -> None:
    answer = county.anonymous().get("/keys")

    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_method_is_rejected_with_the_allowed_ones(county: County) -> None:
    answer = county.anonymous().delete("/checklists")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_an_unknown_address_outside_the_api_is_a_problem_document_too(client: Client) -> None:
    answer = client.get("/nowhere")

    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_route")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refusal_of_fields_says_which_in_its_detail_too(county: County) -> None:
    office = county.as_role("coordinator")
    misspelt = county.as_unit("城关镇").post("/obligations/2/updates", {"state": "done", "narrative": "好"})
    twice = office.request("GET", "/tasks?checklist=1&checklist=2")

    assert misspelt.json()["detail"] == "body.state: is none of the words that fit here: in_progress, completed"
    assert twice.json()["detail"] == "query.checklist: given more than once; give it once"
