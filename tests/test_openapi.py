"""The OpenAPI document is complete and true. tests/clients tries it with strangers' clients and a fuzzer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import every_error
from app.shapes import InputShape
from tests.conftest import County
from tests.document import document

DOCUMENT = document()
SHAPES = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}
SHOWN = {"$ref", "enum", "const", "format", "examples", "default"}
PLAIN = {"boolean", "integer", "null", "object"}


def shapes_of(root: type[InputShape] = InputShape) -> Iterator[type[InputShape]]:
    for child in root.__subclasses__():
        yield child
        yield from shapes_of(child)


INPUT_SHAPES = {shape.__name__: shape for shape in shapes_of()}


def bodies() -> list[tuple[str, str]]:
    """Operation, and the name of the shape that it takes."""
    return [
        (name, content["schema"]["$ref"].rpartition("/")[2])
        for name, operation in OPERATIONS.items()
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type == "application/json"
    ]


def is_shown(schema: dict[str, Any]) -> bool:
    """Whether a reader of /docs sees what a value looks like: by an example, or by its type."""
    if schema.keys() & SHOWN or schema.get("type") in PLAIN:
        return True
    kinds = schema.get("anyOf") or schema.get("oneOf") or ([schema["items"]] if schema.get("type") == "array" else [])
    return bool(kinds) and all(is_shown(kind) for kind in kinds)


def test_every_reference_leads_somewhere_and_every_operation_has_a_plain_name() -> None:
    referenced = set(re.findall(r"#/components/schemas/([\w-]+)", str(DOCUMENT)))
    operations = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]

    assert referenced <= set(SHAPES)
    assert len(operations) == len(set(operations))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in operations)


@pytest.mark.parametrize(("operation", "shape"), bodies())
def test_every_body_has_an_example_that_is_accepted(operation: str, shape: str) -> None:
    examples = SHAPES[shape].get("examples", [])

    assert examples, f"{operation}: give {shape} an example in model_config"
    for example in examples:
        assert INPUT_SHAPES[shape].model_validate(example)


def reached(start: object) -> set[str]:
    """The names of the shapes that a part of the document leads to."""
    names, found = set(re.findall(r"#/components/schemas/([\w-]+)", str(start))), set[str]()
    while names - found:
        found |= names
        names = {name for one in found for name in re.findall(r"#/components/schemas/([\w-]+)", str(SHAPES[one]))}
    return found


def test_an_answer_has_all_its_fields() -> None:
    answered = reached([operation["responses"] for operation in OPERATIONS.values()])
    absent = {
        name for name in answered for field, _ in properties(SHAPES[name]) if field not in SHAPES[name]["required"]
    }

    assert {"Page_TaskPublic_", "Problem", "Monthly-Output"} <= answered
    assert absent == set()


def test_an_answer_has_no_example_of_a_request() -> None:
    examples = [
        (shape, one) for name, shape in SHAPES.items() if "-Output" in name for one in shape.get("examples", [])
    ]

    assert all(one.keys() >= set(shape["required"]) for shape, one in examples)
    assert "examples" in SHAPES["Rung-Input"]


def test_what_may_be_left_out_of_a_request_is_neither_required_nor_has_a_default_that_generators_take_for_it() -> None:
    sent = reached([operation.get("requestBody") for operation in OPERATIONS.values()])
    kinds = {
        name: INPUT_SHAPES[name.removesuffix("-Input")].model_fields for name in sent if "properties" in SHAPES[name]
    }
    required = {
        f"{name}.{field}" for name, fields in kinds.items() for field, one in fields.items() if one.is_required()
    } | {f"{name}.kind" for name in kinds if "const" in SHAPES[name]["properties"].get("kind", {})}  # of schedules

    assert required == {f"{name}.{field}" for name in kinds for field in SHAPES[name].get("required", ())}
    assert not [name for name, shape in SHAPES.items() for _, field in properties(shape) if "default" in field]


def test_the_code_of_a_problem_is_one_of_all() -> None:
    assert set(SHAPES["Problem"]["properties"]["code"]["enum"]) == {error.code for error in every_error()}


def test_every_field_has_an_example_or_an_obvious_type() -> None:
    fields = {f"{name}.{field}": schema for name, shape in SHAPES.items() for field, schema in properties(shape)}
    parameters = {
        f"{name} {parameter['name']}": parameter["schema"]
        for name, operation in OPERATIONS.items()
        for parameter in operation.get("parameters", [])
    }
    unseen = [name for name, schema in (fields | parameters).items() if not is_shown(schema)]

    assert len(fields) > 200
    assert len(parameters) > 100
    assert unseen == []


def test_every_parameter_has_a_description() -> None:
    bare = [
        f"{name}: {parameter['name']}"
        for name, operation in OPERATIONS.items()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]

    assert not bare, bare


def properties(shape: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(shape.get("properties", {}).items())


def test_every_operation_but_those_of_health_says_how_it_may_be_refused() -> None:
    silent = {
        name for name, one in OPERATIONS.items() if not any(status.startswith("4") for status in one["responses"])
    }

    assert silent <= {"healthz", "readyz"}


# operation, statuses that it cannot answer, statuses that it can
ANSWERS = [
    ("healthz", {400, 401, 403, 404, 409, 422, 503}, {200, 500}),
    ("list_tasks", {400, 403, 404, 409, 413}, {200, 401, 422, 503}),
    ("read_task", {403, 409}, {200, 401, 404, 422}),
    ("list_unit_obligations", {409}, {200, 401, 403, 404, 422}),
    ("create_task", {200}, {201, 400, 401, 403, 404, 409, 413, 422}),
    ("archive_checklist", {400, 413}, {200, 401, 403, 404, 409}),
    ("restore_checklist", {400, 409, 413}, {200, 401, 403, 404}),
]


@pytest.mark.parametrize(("operation", "never", "may"), ANSWERS)
def test_an_operation_names_the_statuses_that_it_can_answer(operation: str, never: set[int], may: set[int]) -> None:
    named = {int(status) for status in OPERATIONS[operation]["responses"]}

    assert named >= may
    assert not named & never


def test_a_key_is_optional_where_the_public_reads_and_nowhere_else() -> None:
    private = document(public_reading=False)
    optional = {name for name, operation in OPERATIONS.items() if {} in operation["security"]}
    still = [one for methods in private["paths"].values() for one in methods.values() if {} in one["security"]]

    assert {"list_tasks", "read_checklist", "list_units"} <= optional
    assert not {"list_overdue", "create_task", "list_keys"} & optional
    assert still == []


def test_nobody_writes_without_a_key_whatever_the_row(county: County) -> None:
    answers = [
        county.anonymous().put("/checklists/1/archival"),
        county.anonymous().put("/checklists/999999/archival"),
        county.anonymous().delete("/tasks/999999/units/1"),
    ]

    assert {answer.json()["code"] for answer in answers} == {"missing_key"}


def test_a_wrong_method_is_rejected_with_all_allowed_ones(county: County) -> None:
    several = county.anonymous().put("/checklists/1")

    assert (several.status_code, several.json()["code"]) == (405, "method_not_allowed")
    assert several.headers["allow"] == "GET, HEAD, OPTIONS, PATCH"


def test_head_answers_as_get_without_the_body(county: County) -> None:
    unpacked = {"Accept-Encoding": "identity"}
    shown = county.anonymous().request("GET", "/tasks", headers=unpacked)
    head = county.anonymous().request("HEAD", "/tasks", headers=unpacked)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == shown.headers["content-length"] == str(len(shown.content))


@pytest.mark.parametrize(
    "path",
    ["/overdue?as_of=0", "/obligations?due_until=1700000000", "/updates?since=0.5", "/updates?since=0001-01-01T00:00Z"],
)
def test_a_number_is_neither_a_day_nor_a_moment(county: County, path: str) -> None:
    answer = county.as_role("auditor").request("GET", path)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


# requests by a moment and by a day that mean the same
SAME = [
    ("/updates?since=2023-06-01", "/updates?since=2023-05-31T16:00:00Z"),
    ("/obligations?due_until=2023-12-31", "/obligations?due_until=2023-12-31T23:59:59%2B08:00"),
    ("/obligations?due_until=2023-12-31", "/obligations?due_until=2023-12-30T16:00:00.000Z"),
    ("/overdue?as_of=2023-05-31", "/overdue?as_of=2023-05-31T09:00:00%2B08:00"),
]


@pytest.mark.parametrize(("by_day", "by_moment"), SAME)
def test_a_day_is_taken_where_a_moment_is_and_a_moment_where_a_day_is(
    county: County, by_day: str, by_moment: str
) -> None:
    owed = county.obligation(1, "城关镇")
    county.as_unit("城关镇").post(f"/obligations/{owed['id']}/updates", {"state": "in_progress", "narrative": "推进。"})
    office = county.as_role("coordinator")
    first, second = (office.request("GET", path).json() for path in (by_day, by_moment))

    assert {**first, "next_cursor": None} == {**second, "next_cursor": None}
    assert first["items"] or "overdue" in by_day


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/checklists", {"jurisdiction": "341522", "title": "清单", "year": "2026"}),
        ("/units", {"jurisdiction": "341522", "kind": "collective", "name": "县直单位", "is_open": "yes"}),
        ("/checklists/1/sections", {"title": "部分", "position": "77"}),
    ],
)
def test_a_number_or_a_yes_that_is_sent_as_text_is_rejected(county: County, path: str, body: dict[str, Any]) -> None:
    answer = county.as_role("coordinator").post(path, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
