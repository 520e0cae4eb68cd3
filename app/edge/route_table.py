"""The table of the app's routes: which addresses exist, and their methods."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from functools import cached_property, lru_cache
from re import Pattern
from typing import Any, NamedTuple, TypeVar

from fastapi import FastAPI, params
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

UNMATCHED = "unmatched"


class _Row(NamedTuple):
    pattern: Pattern[str]
    template: str
    methods: Set[str]
    route: BaseRoute


class RouteTable:
    """The app's routes by their whole path templates. Made at first use, when all routes exist."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._at = lru_cache(1024)(lambda path: tuple(self._matching(path)))
        self.route_at = lru_cache(1024)(self._route_at)

    @cached_property
    def _rows(self) -> Mapping[str, list[_Row]]:
        """By the beginning of their paths: few routes begin alike, and patterns are slow."""
        rows = defaultdict(list)
        for one in iter_route_contexts(self._app.routes):
            if (path := one.path) is not None:
                methods = one.methods or {"GET", "HEAD"}
                rows[_beginning(path)].append(_Row(one.path_regex, path, methods, one.original_route))
        return dict(rows)

    @property
    def routes(self) -> list[APIRoute]:
        return [row.route for rows in self._rows.values() for row in rows if isinstance(row.route, APIRoute)]

    def _matching(self, path: str) -> Iterator[_Row]:
        return (row for row in self._rows.get(_beginning(path), ()) if row.pattern.match(path))

    def path_template(self, path: str) -> str:
        """The template of the route at a path, such as /api/v1/tasks/{task_id}; one word for all others."""
        rows = self._at(path)
        return rows[0].template if rows else UNMATCHED

    def _route_at(self, path: str, method: str) -> APIRoute | None:
        """The route of a method and a path. HEAD uses the route of GET."""
        wanted = "GET" if method == "HEAD" else method
        found = next((row.route for row in self._at(path) if wanted in row.methods), None)
        return found if isinstance(found, APIRoute) else None

    def allowed(self, path: str) -> list[str]:
        """The methods of a path; none if it does not exist."""
        methods = frozenset[str]().union(*(row.methods for row in self._at(path)))
        return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())) if methods else []


class Dispatch:
    """Calls the route that the table finds; the router would try one after the other. Requests without a route, or
    which wait, go to the router."""

    def __init__(self, router: ASGIApp, table: RouteTable) -> None:
        self.router = router
        self.table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self.table.route_at(scope["path"], scope["method"]) if scope["type"] == "http" else None
        if route is None or waits(route):
            await self.router(scope, receive, send)
            return
        scope.update(route.matches(scope)[1])
        await route.handle(scope, receive, send)


_WAITING: set[Callable[..., Any]] = set()
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def waiting(endpoint: Endpoint) -> Endpoint:
    """Marks an endpoint with a dependency that waits."""
    _WAITING.add(endpoint)
    return endpoint


_SIGNING_IN: set[Callable[..., Any]] = set()


def signing_in(endpoint: Endpoint) -> Endpoint:
    """Marks an endpoint where somebody signs in: who fails is counted as who sends a wrong key."""
    _SIGNING_IN.add(endpoint)
    return endpoint


def signs_in(route: APIRoute) -> bool:
    return route.endpoint in _SIGNING_IN


def waits(route: APIRoute) -> bool:
    """Whether a dependency of it waits: for uploaded files, or for a slot to read one."""
    return takes_files(route) or route.endpoint in _WAITING


def takes_files(route: APIRoute) -> bool:
    """Whether its body is a form with files."""
    return route.body_field is not None and isinstance(route.body_field.field_info, params.File)


def _beginning(path: str) -> str:
    """`/api/v1/tasks` of a path or a template under it; the first part of any other."""
    parts = path.split("/", 4)
    return "/".join(parts[:4]) if parts[1] == "api" else f"/{parts[1]}"
