"""The dependency that rejects query parameters which a route does not declare."""

from collections import Counter

from fastapi import Request

from app.access.declared import declared
from app.errors import InvalidRequest
from app.languages.messages import say


def declared_parameters(request: Request) -> None:
    """Require that the route declares each query parameter, once unless it is a list: neither a misspelt one nor
    a second value may be ignored silently.

    Raises:
        InvalidRequest.
    """
    times = Counter(name for name, _ in request.query_params.multi_items())
    route = declared(request.scope["route"])
    allowed = route.query
    once = say("given more than once; give it once")
    unknown = say("this name is unknown here; leave it out or see /docs for the names")
    wrong = [
        (name, unknown if name not in allowed else once)
        for name in times
        if name not in allowed or (times[name] > 1 and name not in route.repeated)
    ]
    if wrong:
        raise InvalidRequest(fields=[(f"query.{name[:100]}", detail) for name, detail in wrong])
