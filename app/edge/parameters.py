from collections import Counter
from typing import Any

from fastapi import Request

from app.errors import InvalidRequest
from app.languages.messages import say


def one_value_each(request: Request) -> None:
    """A query parameter that is no list is given once: of two values one would be lost in silence.

    Raises:
        InvalidRequest.
    """
    times = Counter(name for name, _ in request.query_params.multi_items())
    if all(number == 1 for number in times.values()):
        return
    lists = _lists(request)
    twice = [name for name, number in times.items() if number > 1 and name not in lists]
    if twice:
        once = say("given more than once; give it once")
        raise InvalidRequest(fields=[(f"query.{name[:100]}", once) for name in twice])


def _lists(request: Request) -> set[str]:
    """The parameters of the route that the OpenAPI document describes as lists."""
    template = request.app.state.table.path_template(request.url.path)
    operation: dict[str, Any] = request.app.openapi()["paths"].get(template, {}).get(request.method.lower(), {})
    described = operation.get("parameters", [])
    return {one["name"] for one in described if one["in"] == "query" and "array" in str(one.get("schema"))}
