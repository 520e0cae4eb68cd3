"""The calls of endpoints without the framework, by their own signatures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, signature
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request, Response, params
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import Connection
from starlette.types import Scope

from app.access.actors import Actor
from app.access.deps import RequiresPermission
from app.access.idempotency import Once, get_once
from app.config import Settings
from app.database.session import get_connection
from app.fastpath.marks import MARKS, Mark


@dataclass
class Context:
    """The context of a call: what does not come from the request itself."""

    scope: Scope
    connection: Connection
    caller: Any  # an Actor or a Viewer, as the route declares
    once: Once = field(default_factory=Once)

    @cached_property
    def request(self) -> Request:
        return Request(self.scope)

    @cached_property
    def response(self) -> Response:
        response = Response()
        del response.headers["content-length"]  # an endpoint's own response takes over these headers
        return response


@dataclass
class FastCall:
    """A marked route and the arguments of its endpoint.

    Raises:
        TypeError: its signature has a parameter that the fast path cannot give.
    """

    route: APIRoute
    mark: Mark
    requirement: RequiresPermission = field(init=False)
    _query: tuple[str, TypeAdapter[Any]] | None = None
    _body: tuple[str, TypeAdapter[Any]] | None = None
    _path: dict[str, TypeAdapter[Any]] = field(default_factory=dict)
    _from_context: dict[str, Callable[[Context], Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hints = get_type_hints(self.route.endpoint, include_extras=True)
        for parameter in signature(self.route.endpoint).parameters.values():
            self._plan(parameter, hints[parameter.name])
        if not hasattr(self, "requirement"):
            raise TypeError(f"{self.route.name}: the fast path needs a route with a permission")

    @property
    def status(self) -> int:
        """The status of a successful response."""
        return self.route.status_code or 200

    def _plan(self, parameter: Parameter, hint: Any) -> None:
        name, (base, *extras) = parameter.name, get_args(hint) if get_origin(hint) is Annotated else (hint,)
        depends = next((one.dependency for one in extras if isinstance(one, params.Depends)), None)
        if depends is not None:
            self._from_context[name] = self._dependency(name, depends)
        elif base in (Request, Response):
            self._from_context[name] = attrgetter(base.__name__.lower())
        elif any(isinstance(one, params.Query) for one in extras):
            self._query = name, TypeAdapter(base)
        elif name in self.route.param_convertors:
            self._path[name] = TypeAdapter(hint)
        elif isinstance(base, type) and issubclass(base, BaseModel):
            self._body = name, TypeAdapter(base)
        else:
            raise TypeError(f"{self.route.name}: the fast path cannot give the parameter {name}")

    def _dependency(self, name: str, call: Any) -> Callable[[Context], Any]:
        if isinstance(call, RequiresPermission):
            self.requirement = call
            return attrgetter("caller")
        if call is get_connection:
            return attrgetter("connection")
        if call is get_once:
            return attrgetter("once")
        if list(signature(call).parameters) == ["request"]:
            return lambda context: call(context.request)
        raise TypeError(f"{self.route.name}: the fast path cannot give the dependency {name}")

    def parse(self, path: str, query: Mapping[str, str], body: bytes | None) -> dict[str, Any] | None:
        """The arguments from the request; None if the framework has to report what is wrong with it."""
        try:
            given: dict[str, Any] = {}
            if self._path and (match := self.route.path_regex.match(path)):
                given = {name: self._path[name].validate_python(text) for name, text in match.groupdict().items()}
            if self._query is not None:
                given[self._query[0]] = self._query[1].validate_python(query)
            elif query:
                return None
            if self._body is not None:
                given[self._body[0]] = self._body[1].validate_json(body or b"")
        except ValidationError:
            return None
        return given

    def admit(self, actor: Actor, settings: Settings) -> Any:
        """The caller as the route receives it.

        Raises:
            MissingKey, RoleNotAllowed.
        """
        return self.requirement.admit(actor, settings, reads=not self.mark.writes)

    def run(self, given: Mapping[str, Any], context: Context) -> Any:
        """Call the endpoint."""
        return self.route.endpoint(**given, **{name: resolve(context) for name, resolve in self._from_context.items()})


_CALLS: dict[Any, FastCall] = {}  # apps of one process share their routes, and their calls


def calls_of_marked(routes: Iterable[APIRoute]) -> dict[Any, FastCall]:
    """Endpoint → the call of its marked route.

    Raises:
        TypeError: one cannot be called.
    """
    marked = {route.endpoint: route for route in routes if route.endpoint in MARKS}
    _CALLS.update({one: FastCall(route, MARKS[one]) for one, route in marked.items() if one not in _CALLS})
    return {one: _CALLS[one] for one in marked}
