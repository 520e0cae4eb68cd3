"""The routes that sign in and out from a browser."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse

from app import clock
from app.access.actors import Caller
from app.access.caching import UNCACHED
from app.access.sessions.lifecycle import end_session, sign_in
from app.access.sessions.models import SessionLimits
from app.access.sessions.own_forms import OwnForm, require_own_page, safe_next
from app.config import SettingsDep
from app.database.session import SessionDep
from app.edge.cookies import session_cookie, set_session_cookie
from app.edge.route_table import signing_in
from app.pages.forms import chosen_language
from app.pages.routing import page_router

router = page_router(checks_forms=False)  # who signs in has no token yet


@router.post("/sign-in", dependencies=[Depends(require_own_page)])
@signing_in
def sign_in_with_key(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002  as forms call it
) -> RedirectResponse:
    """Begin a session with a key that is typed once."""
    limits = SessionLimits.of(settings)
    old_cookie = session_cookie(request.headers.get("cookie"))
    cookie, request.state.signed_in = sign_in(session, key.strip(), old_cookie, limits, clock.now())
    answer = RedirectResponse(safe_next(next), 303, UNCACHED)
    set_session_cookie(request, answer, cookie, int(limits.life.total_seconds()))
    return answer


@router.post("/sign-out", dependencies=[OwnForm])
def sign_out(request: Request, session: SessionDep) -> RedirectResponse:
    """End the session. What else the issuer has signed the account in to is not ours to end."""
    cookie = session_cookie(request.headers.get("cookie"))
    if cookie is not None:
        end_session(session, cookie, clock.now())
    caller: Caller | None = getattr(request.state, "signed_in", None)
    is_person = caller is not None and caller.actor.person_id is not None
    done = f"?{urlencode({'done': 'signed_out'} | chosen_language(request))}" if is_person else ""
    answer = RedirectResponse(f"{safe_next(None)}{done}", 303, UNCACHED)
    set_session_cookie(request, answer, "", 0)
    return answer
