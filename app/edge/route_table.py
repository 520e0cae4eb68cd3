"""Which addresses there are, and what each takes."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from re import Pattern

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

UNMATCHED = "unmatched"


class RouteTable:
    """The app's routes by their whole path templates. Made at the first request, when all are in."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.path_template = lru_cache(1024)(self._path_template)

    @cached_property
    def _rows(self) -> list[tuple[Pattern[str], str, frozenset[str]]]:
        contexts = (context for context in iter_route_contexts(self._app.routes) if context.path is not None)
        return [(one.path_regex, one.path or "", frozenset(one.methods or {"GET", "HEAD"})) for one in contexts]

    def _matching(self, path: str) -> Iterator[tuple[str, frozenset[str]]]:
        return ((template, methods) for pattern, template, methods in self._rows if pattern.match(path))

    def _path_template(self, path: str) -> str:
        """The template of the route at a path, such as /api/v1/tasks/{task_id}; one word for all that lead nowhere."""
        return next(self._matching(path), (UNMATCHED, frozenset[str]()))[0]

    def allowed(self, path: str) -> list[str]:
        """The methods that a path takes, or none if there is nothing."""
        methods = frozenset[str]().union(*(methods for _, methods in self._matching(path)))
        return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())) if methods else []
