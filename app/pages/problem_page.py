"""The page of an error, for a browser."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from app.pages.rendering import page_headers, rendered


def problem_page(request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Args:
    problem: the problem document that the API would answer, in the language that was asked for.
    """
    content = rendered(request, "problem.html", problem=problem)
    return HTMLResponse(content, problem["status"], headers={**headers, **page_headers(request)})
