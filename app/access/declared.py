"""The declarations of a route, read from its signature: permission, parameters, and what its response depends on."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.access.actors import Actor
from app.access.permissions import Permission, Requirement
from app.journal.stamps import stream_of

SeenBy = tuple[str, str, tuple[int, ...], int]


class Declared(NamedTuple):
    """The declarations of one route."""

    permissions: frozenset[Permission]
    sees_units: bool  # its response may depend on the units that the caller speaks for, and on the person
    query: frozenset[str]  # its parameters
    repeated: frozenset[str]  # those of them that may be given more than once
    path: frozenset[str]

    def seen_by(self, actor: Actor) -> SeenBy:
        """The part of a caller that decides a response: callers with the same part get the same response."""
        if not self.sees_units:
            return actor.role, actor.jurisdiction_code, (), 0
        # all keys of a unit are as one; persons differ by what waits for their release
        return actor.role, actor.jurisdiction_code, tuple(sorted(actor.unit_ids)), actor.person_id or 0

    def stream_within(self, path: Mapping[str, Any], query: Mapping[str, str]) -> str | None:
        """The stream of the checklist of a response, if it is about one."""
        if "checklist_id" in self.path:
            return stream_of(str(path["checklist_id"]))
        return stream_of(query.get("checklist", "")) if "checklist" in self.query else None


_found: dict[Any, Declared] = {}  # by endpoint; a route cannot be the key of a dict


def declared(route: APIRoute) -> Declared:
    """The declarations of a route, cached."""
    if route.endpoint not in _found:
        query = list(_query_of(route.dependant))
        required = [call for call in calls_of(route.dependant) if isinstance(call, Requirement)]
        _found[route.endpoint] = Declared(
            frozenset(one.permission for one in required),
            any(one.gives_actor for one in required),
            frozenset(name for name, _ in query),
            frozenset(name for name, kind in query if get_origin(kind) is list),
            frozenset(route.param_convertors),
        )
    return _found[route.endpoint]


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """The callables of a route: its dependencies, theirs, and the endpoint."""
    yield dependant.call
    for child in dependant.dependencies:
        yield from calls_of(child)


def _query_of(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    """Its parameters, each with its type."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from ((one.alias or name, one.annotation) for name, one in model.model_fields.items())
        else:
            yield field.alias, model
    for child in dependant.dependencies:
        yield from _query_of(child)
