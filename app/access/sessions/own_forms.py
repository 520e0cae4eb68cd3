"""The check that a form comes from a page of this server (OWASP: cross-site request forgery).

Two things are checked, of which each alone would do: what the browser says of the page that sent the form, and a token
in the form that only a page of the same session can have.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import Headers

from app.access.sessions.page_deps import PageFound
from app.addresses import address
from app.edge.cookies import session_cookie
from app.errors import FormNotOurs

FIELD = "form_token"


def csrf_token(request: Request) -> str:
    """For the field `form_token` of every form on a page. It is derived from the cookie, which cannot be found out from
    it; empty where nobody is signed in."""
    if getattr(request.state, "web_session", None) is None:
        return ""
    cookie = session_cookie(request.headers.get("cookie")) or ""
    return hashlib.sha256(f"form:{cookie}".encode("utf-8", "replace")).hexdigest()


def require_own_page(request: Request) -> None:
    """Every browser says where a POST comes from: by Sec-Fetch-Site over https and from this machine, by Origin always.
    A client that sends neither is not a browser, and has only its own cookie.

    Raises:
        FormNotOurs: a page of another site sent it.
    """
    if not is_from_here(request.headers):
        raise FormNotOurs()


def is_from_here(headers: Headers) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is None or urlsplit(origin).netloc == headers.get("host")


async def require_own_form(request: Request, found: PageFound) -> None:
    """For every route that takes a form from a page. The form is in memory already: nothing waits here.

    Raises:
        FormNotOurs: a page of another site sent it, or it has not the token of this session.
    """
    await check_own_form(request)


async def check_own_form(request: Request) -> None:
    """`require_own_form`, for who has found the session."""
    require_own_page(request)
    if expected := csrf_token(request):
        given = (await request.form()).get(FIELD)
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
            raise FormNotOurs()


OwnForm = Depends(require_own_form)


def safe_next(text: str | None) -> str:
    """Where to go after signing in: an address of this server, else its first page. Browsers take `//host`, `/\\host`
    and what hides behind control characters for addresses of other hosts."""
    home = f"{address('')}/"
    is_ours = text is not None and text.startswith(home) and not text[1:].startswith(("/", "\\"))
    return text if text and is_ours and "\\" not in text and text.isprintable() else home
