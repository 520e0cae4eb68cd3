"""The cookie of a session: how it is set, and how it is read."""

from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from app.addresses import address

SESSION = "duban_session"


def session_cookie(header: str | None) -> str | None:
    """The session's cookie in a Cookie header."""
    return None if header is None else cookie_parser(header).get(SESSION)


def set_session_cookie(request: Request, response: Response, cookie: str, seconds: int) -> None:
    """No script reads it, no other site sends it with a form, and over https it goes nowhere else. With 0 seconds the
    browser deletes it."""
    response.set_cookie(
        SESSION,
        cookie,
        max_age=seconds,
        path=address("") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
