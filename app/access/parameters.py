"""The dependency that rejects query parameters which a route does not declare."""

from collections import Counter

from fastapi import Request

from app.access.declared import declared
from app.errors import InvalidRequest
from app.languages.messages import say


def known_parameters(request: Request) -> None:
    """A query has only parameters that the route declares, each once unless it is a list: neither a misspelt one nor
    the second of two values may be lost in silence.

    Raises:
        InvalidRequest.
    """
    times = Counter(name for name, _ in request.query_params.multi_items())
    route = declared(request.scope["route"])
    known = route.query
    once = say("given more than once; give it once")
    unknown = say("this name is not known here; leave it out or see /docs for the names")
    wrong = [
        (name, unknown if name not in known else once)
        for name in times
        if name not in known or (times[name] > 1 and name not in route.repeated)
    ]
    if wrong:
        raise InvalidRequest(fields=[(f"query.{name[:100]}", detail) for name, detail in wrong])
