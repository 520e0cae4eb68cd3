"""The two addresses by which a browser signs in with an account of the issuer: to it, and back from it."""

from collections.abc import Mapping
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from app import clock
from app.access.actors import Account, Caller
from app.access.caching import UNCACHED
from app.access.claim_rules.application import apply_rules
from app.access.sessions.attempts import GOOD_FOR, Attempt
from app.access.sessions.code_flow import CodeFlow, IssuerAnswer
from app.access.sessions.lifecycle import sign_in_account
from app.access.sessions.models import SessionLimits
from app.access.sessions.own_forms import safe_next
from app.addresses import address
from app.config import SettingsDep
from app.database.engine import Database
from app.edge.cookies import SIGNING_IN, session_cookie, set_session_cookie, set_signing_in_cookie
from app.edge.route_table import signing_in, waiting
from app.errors import DubanError, NoSuchRoute, ServerReadOnly
from app.pages.routing import page_router

router = page_router(checks_forms=False, checks_parameters=False)  # issuers add parameters of their own


def _code_flow(request: Request, settings: SettingsDep) -> CodeFlow:
    """Raises:
    NoSuchRoute: nobody signs in by account here. ServerReadOnly: no session can begin.
    """
    flow: CodeFlow | None = request.app.state.code_flow
    if flow is None:
        raise NoSuchRoute()
    if settings.read_only:
        raise ServerReadOnly()
    return flow


CodeFlowDep = Annotated[CodeFlow, Depends(_code_flow)]


@router.get("/sign-in/with-account")
@waiting
async def begin_sign_in(request: Request, flow: CodeFlowDep, next: str = "") -> RedirectResponse:  # noqa: A002
    """Send the browser to the issuer."""
    at = clock.now()
    attempt = Attempt.begin(safe_next(next), at)
    led_to = await flow.in_thread(flow.address, attempt, _redirect_uri(request), at)
    answer = RedirectResponse(led_to, 303, UNCACHED)
    set_signing_in_cookie(request, answer, attempt.cookie, int(GOOD_FOR.total_seconds()))
    return answer


@router.get("/sign-in/callback")
@signing_in
@waiting
async def finish_sign_in(
    request: Request, flow: CodeFlowDep, state: str = "", code: str = "", iss: str | None = None, error: str = ""
) -> RedirectResponse:
    """Begin a session as the person whose account the issuer names. A sign-in that has failed once cannot go on."""
    at = clock.now()
    attempt = Attempt.finished(request.cookies.get(SIGNING_IN), state, at)
    try:
        answer = IssuerAnswer(code, iss, error)
        proof, claims = await flow.in_thread(flow.proof, attempt, answer, _redirect_uri(request), at)
        cookie, request.state.signed_in = await _begun(request, proof.account, claims)
    except DubanError as refused:
        ended = Response()
        set_signing_in_cookie(request, ended, "", 0)
        refused.headers = {**refused.headers, "Set-Cookie": ended.headers["Set-Cookie"]}
        raise
    led_to = RedirectResponse(safe_next(attempt.next), 303, UNCACHED)
    set_session_cookie(request, led_to, cookie, int(SessionLimits.of(request.app.state.settings).life.total_seconds()))
    set_signing_in_cookie(request, led_to, "", 0)
    return led_to


async def _begun(request: Request, account: Account, claims: Mapping[str, Any]) -> tuple[str, Caller]:
    """A session in a transaction of its own, which waits for nothing but the database."""
    database: Database = request.app.state.database
    old_cookie, limits = session_cookie(request.headers.get("cookie")), SessionLimits.of(request.app.state.settings)

    def begin() -> tuple[str, Caller]:
        apply_rules(database, account, claims, clock.now(), read_only=False)
        with database.session(writes=True) as session:
            return sign_in_account(session, account, old_cookie, limits, clock.now())

    async with database.slot():
        return await run_sync(begin)


def _redirect_uri(request: Request) -> str:
    """The address of the callback, as it is registered at the issuer: by the host that the browser asked."""
    return f"{request.url.scheme}://{request.url.netloc}{address('/sign-in/callback')}"
