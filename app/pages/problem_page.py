"""The page of an error, for a browser."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.idempotency import SEE_OTHER
from app.addresses import address
from app.errors import (
    AsOfInFuture,
    InvalidCursor,
    InvalidRequest,
    KnownBeforeAsOf,
    KnownOnInFuture,
    MissingKey,
    NoSuchRoute,
)
from app.languages.messages import say
from app.pages.forms import chosen_language
from app.pages.rendering import page_headers, rendered

TITLES: Mapping[str, str] = {  # of errors whose own title speaks of the API
    InvalidRequest.code: say("Something in the address of this page is not right"),
    InvalidCursor.code: say("Something in the address of this page is not right"),
    AsOfInFuture.code: say("This day cannot be shown"),
    KnownOnInFuture.code: say("This day cannot be shown"),
    KnownBeforeAsOf.code: say("This day cannot be shown"),
    NoSuchRoute.code: say("There is no such page"),
}
FIELDS: Mapping[str, str] = {"as_of": say("As it stood on"), "known_on": say("as it was known on")}


def problem_page(request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Args:
    problem: the problem document that the API would answer, in the language that was asked for.
    """
    if problem["code"] == MissingKey.code and request.method == "GET":
        requested = address(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else "")
        query = urlencode({"next": requested} | chosen_language(request))
        return RedirectResponse(f"{address('/sign-in')}?{query}", SEE_OTHER, headers)
    title = TITLES.get(problem["code"], problem["title"])
    wrong = [_in_words(one["field"], one["detail"]) for one in problem["errors"]]
    content = rendered(request, "problem.html", problem=problem, title=title, wrong=wrong)
    return HTMLResponse(content, problem["status"], headers={**headers, **page_headers(request)})


def _in_words(field: str, detail: str) -> str:
    """What is wrong with a part of the address: `query.state.0` is called state."""
    _, dot, name = field.partition(".")
    name = name.partition(".")[0]
    return say("{field}: {detail}", field=FIELDS.get(name, name), detail=detail) if dot else detail
