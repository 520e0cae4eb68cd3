"""The page of an error, for a browser."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.idempotency import SEE_OTHER
from app.addresses import address
from app.errors import MissingKey
from app.pages.forms import chosen_language
from app.pages.rendering import page_headers, rendered


def problem_page(request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Args:
    problem: the problem document that the API would answer, in the language that was asked for.
    """
    if problem["code"] == MissingKey.code and request.method == "GET":
        requested = address(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else "")
        query = urlencode({"next": requested} | chosen_language(request))
        return RedirectResponse(f"{address('/sign-in')}?{query}", SEE_OTHER, headers)
    content = rendered(request, "problem.html", problem=problem)
    return HTMLResponse(content, problem["status"], headers={**headers, **page_headers(request)})
