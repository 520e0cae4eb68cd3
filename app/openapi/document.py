"""The OpenAPI document: the framework's, completed with what it does not find in the routes."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from app.access.declared import calls_of, declared
from app.access.models import ActorRole
from app.access.parameters import declared_parameters
from app.access.permissions import MATRIX, Permission
from app.addresses import address
from app.database.session import get_session
from app.edge.problems import ANSWERS, Problem
from app.openapi.words import EXAMPLES, LINK, NEVER_IN_CONFLICT, PARAMETERS, SERVER
from app.registers.imports.reading_schemas import PageToRead


def install(app: FastAPI) -> None:
    """Complete the app's document with what each route really accepts and returns."""
    framework, settings = app.openapi, app.state.settings
    finished: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not finished:
            finished.update(_whole_numbers(framework()))
            _add_shape(finished, Problem, "serialization")
            _add_shape(finished, PageToRead, "validation")
            for name, shape in finished["components"]["schemas"].items():
                shape["title"] = name  # generators call their types so: what is sent and what is answered are two
                if name.endswith("-Output"):
                    shape.pop("examples", None)  # they are of requests, which may leave fields out
                _show_examples(shape)
                _say_defaults(shape)
            for route in iter_route_contexts(app.routes):
                original = route.original_route
                if isinstance(original, APIRoute) and route.include_in_schema:
                    for method in route.methods or ():
                        operation = finished["paths"][route.path_format][method.lower()]
                        _describe(operation, original, public_reading=settings.public_reading)
        return finished | {"servers": [{"url": address("") or settings.root_path or "/", "description": SERVER}]}

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(operation: dict[str, Any], route: APIRoute, *, public_reading: bool) -> None:
    impossible = _impossible(operation, route)
    common = {str(status): described for status, described in ANSWERS.items() if status not in impossible}
    own = {status: described for status, described in operation["responses"].items() if status != "422"}
    operation["responses"] = dict(sorted({**common, **own}.items()))
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        _without_null(parameter["schema"])
        if parameter["name"] in PARAMETERS:
            parameter.setdefault("description", PARAMETERS[parameter["name"]])
        if parameter["name"] in EXAMPLES:
            parameter["schema"].setdefault("examples", [EXAMPLES[parameter["name"]]])
    operation.setdefault("security", [])
    if any(parameter["name"] == "cursor" for parameter in parameters):
        operation["responses"]["200"]["headers"] = {"Link": LINK}
    if public_reading and declared(route).permissions == {Permission.READ_PUBLISHED}:
        operation["security"].append({})  # a key is welcome, and not needed


def _impossible(operation: dict[str, Any], route: APIRoute) -> set[int]:
    """The statuses that this route never returns, of those documented for every route."""
    calls, permissions = set(calls_of(route.dependant)), declared(route).permissions
    keyed_roles = set(ActorRole) - {ActorRole.ANONYMOUS}
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    has_body = "requestBody" in operation
    possible = {
        400: has_body,
        401: bool(permissions),
        403: any(not permissions <= MATRIX[role] for role in keyed_roles),
        404: "path" in places,
        408: has_body,
        409: route.methods != {"GET"} and route.name not in NEVER_IN_CONFLICT,
        410: bool(names & {"Idempotency-Key", "import_id"}),
        413: has_body,
        415: has_body,
        422: has_body or bool(places) or declared_parameters in calls,
        503: get_session in calls,
    }
    return {status for status, may_be in possible.items() if not may_be}


def _without_null(schema: dict[str, Any]) -> None:
    """Remove null from parameters: a parameter is sent or absent."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1 and len(schema["anyOf"]) == 2:
        del schema["anyOf"]
        schema |= kinds[0]


def _show_examples(shape: dict[str, Any]) -> None:
    for name, field in shape.get("properties", {}).items():
        if name in EXAMPLES and "$ref" not in str(field):  # also where it may be null
            field.setdefault("examples", [EXAMPLES[name]])


def _say_defaults(shape: dict[str, Any]) -> None:
    """For client generators a field with a `default` is always there. In responses it is; in requests it
    may be left out, and its description says what applies then."""
    for name, field in shape.get("properties", {}).items():
        default = field.pop("default", None)
        if default not in (None, "", []) and name not in shape.get("required", ()):
            text = field.get("description")
            field["description"] = (f"{text}; " if text else "") + f"`{json.dumps(default)}` where it is left out"


def _add_shape(document: dict[str, Any], model: type[BaseModel], mode: JsonSchemaMode) -> None:
    """Add a shape that no route's signature has, since it is described by hand."""
    shape = model.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
    document["components"]["schemas"] |= shape.pop("$defs", {}) | {model.__name__: shape}


def _whole_numbers(part: Any) -> Any:
    """Write bounds as integers: the framework writes 1.0, which makes some client generators use floats."""
    if isinstance(part, dict):
        return {name: _whole_numbers(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_whole_numbers(value) for value in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part
