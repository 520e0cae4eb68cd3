"""What becomes of a form that is not accepted: its page is shown again, with what had been typed and what is wrong.

A form stands on the page at the address that it is sent to, or on the nearest above it: /obligations/7/reports on
/obligations/7. The page is read after the transaction of the form has ended. Who is not signed in any more finds the
words on a page that says so, and sends them again after signing in: nothing is done with them before that. Where the
form is no longer on its page, since somebody else was quicker, a page shows the words alone.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.types import Message, Scope

from app.access.caching import UNCACHED
from app.access.sessions.own_forms import FIELD, is_from_here
from app.edge.problems import from_validation, problem_of, wants_page
from app.edge.route_table import RouteTable
from app.errors import DubanError, FormNotOurs, MissingKey
from app.pages.choices import in_words
from app.pages.forms import ONCE, Refused
from app.pages.rendering import page_headers, rendered

NOT_SENT_AGAIN = {FIELD, ONCE}


def install(app: FastAPI, table: RouteTable) -> None:
    """Show the page of a form again, where the API would answer a problem document."""
    for kind in (DubanError, RequestValidationError):
        app.add_exception_handler(kind, _or_page_again(app.exception_handlers[kind], table))


def _or_page_again(others: Callable[[Request, Any], Any], table: RouteTable) -> Any:
    async def handle(request: Request, error: DubanError | RequestValidationError) -> Response:
        if request.method == "POST" and wants_page(request):
            refusal = error if isinstance(error, DubanError) else from_validation(error.errors())
            if (shown := await _page_again(request, refusal, table)) is not None:
                return shown
        other: Response = others(request, error)
        return other

    return handle


async def _page_again(request: Request, error: DubanError, table: RouteTable) -> Response | None:
    if isinstance(error, FormNotOurs) and not is_from_here(request.headers):
        return None  # what another site typed is shown to nobody
    typed = FormData()
    with suppress(HTTPException):
        typed = await request.form()
    problem = problem_of(request, error)
    if isinstance(error, MissingKey):
        return _words_alone(request, "signed_out.html", problem, typed, error, path=request.scope["path"])
    path = request.scope["path"]
    while (route := table.route_at(path, "GET")) is None:
        path = path.rpartition("/")[0]
        if not path:
            return None
    request.state.refused = refused = Refused(request.scope["path"], problem, typed)
    scope = {**request.scope, "method": "GET", "path": path, "raw_path": path.encode(), "route": route}
    scope.update(route.matches(scope)[1])
    start, content = await _answered(route.app, scope)
    if start["status"] != 200 or not refused.is_shown:
        page = path if start["status"] == 200 else None
        return _words_alone(request, "form_gone.html", problem, typed, error, page=page)
    return HTMLResponse(content, error.status, {**page_headers(request), **UNCACHED, **error.headers})


def _words_alone(
    request: Request, template: str, problem: Any, typed: FormData, error: DubanError, **context: Any
) -> Response:
    """A page that shows what was typed, where the form cannot be shown."""
    sent = [(name, one) for name, one in typed.multi_items() if name not in NOT_SENT_AGAIN and isinstance(one, str)]
    words = [shown for name, value in sent if (shown := in_words(name, value))]
    content = rendered(request, template, problem=problem, sent=sent, words=words, **context)
    return HTMLResponse(content, error.status, {**page_headers(request), **UNCACHED, **error.headers})


async def _answered(app: Any, scope: Scope) -> tuple[Message, bytes]:
    """What a route answers to a request without a body."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    return messages[0], b"".join(one.get("body", b"") for one in messages[1:])
