"""The cookie of a session: how it is set, and how it is read."""

from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from app.addresses import address

SESSION = "duban_session"
SIGNING_IN = "duban_signing_in"  # of a sign-in that was begun


def session_cookie(header: str | None) -> str | None:
    """The session's cookie in a Cookie header."""
    return None if header is None else cookie_parser(header).get(SESSION)


def set_session_cookie(request: Request, response: Response, cookie: str, seconds: int) -> None:
    """With 0 seconds the browser deletes it."""
    _set(request, response, SESSION, cookie, seconds, address("") or "/")


def set_signing_in_cookie(request: Request, response: Response, cookie: str, seconds: int) -> None:
    """With 0 seconds the browser deletes it."""
    _set(request, response, SIGNING_IN, cookie, seconds, address("/sign-in"))


def _set(request: Request, response: Response, name: str, cookie: str, seconds: int, path: str) -> None:
    """No script reads it, no other site sends it with a form, and over https it goes nowhere else."""
    response.set_cookie(
        name,
        cookie,
        max_age=seconds,
        path=path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
