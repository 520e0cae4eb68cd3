from collections import Counter

from fastapi import Request

from app.errors import InvalidRequest
from app.languages.messages import say


def one_value_each(request: Request) -> None:
    """A query parameter is given once: none is a list, and of two values one would be lost in silence.

    Raises:
        InvalidRequest.
    """
    times = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, number in times.items() if number > 1]
    if twice:
        once = say("given more than once; give it once")
        raise InvalidRequest(fields=[(f"query.{name[:100]}", once) for name in twice])
