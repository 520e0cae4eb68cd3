"""The routes of pages about error codes, to which the `type` of a problem document leads (RFC 9457, 3.1.1)."""

from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from operator import attrgetter

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.addresses import address
from app.edge.problems import ANSWERS
from app.errors import DubanError, NotFound, every_error
from app.languages.catalogue import Language, translated
from app.languages.messages import say

router = APIRouter(prefix="/problems", tags=["vocabulary"], generate_unique_id_function=attrgetter("name"))


@router.get("", response_class=HTMLResponse)
def list_problems() -> str:
    """A page with every code of a problem document, its status, and what it means."""
    return _page(sorted(every_error(), key=attrgetter("status", "code")))


@router.get("/{problem_code}", response_class=HTMLResponse, responses={404: ANSWERS[404], 422: ANSWERS[422]})
def explain_problem(problem_code: str) -> str:
    """A page about one code; the `type` of a problem document is its address."""
    found = [error for error in every_error() if error.code == problem_code]
    if not found:
        raise NotFound(say("there is no problem of this code; /problems lists them all"))
    return _page(found)


def _page(errors: Iterable[type[DubanError]]) -> str:
    rows = "\n".join(_row(error) for error in errors)
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Duban 督办: problems</title>
<p><a href="{address("/problems")}">All problems</a></p>
<dl>
{rows}
</dl>
</html>
"""


def _row(error: type[DubanError]) -> str:
    status, code = HTTPStatus(error.status), f'<a href="{address(f"/problems/{error.code}")}">{error.code}</a>'
    english, chinese = (escape(translated(error.title, language)) for language in Language)
    return f"""<dt>{code} ({status.value} {status.phrase})
<dd>{english}
<dd lang="zh-CN">{chinese}"""
