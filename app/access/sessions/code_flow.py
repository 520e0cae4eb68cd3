"""The authorization code flow with PKCE, by which the issuer says whose account somebody at a browser has (OpenID
Connect Core 1.0, section 3.1; RFC 6749, RFC 7636, RFC 9207)."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from app.access.actors import Proof
from app.access.persons import issuer_http
from app.access.persons.issuer_http import IssuerFailed
from app.access.persons.oidc import Issuer
from app.access.sessions.attempts import Attempt
from app.config import Settings
from app.errors import (
    InvalidToken,
    IssuerUnavailable,
    SignInDenied,
    SignInExpired,
    TokenOfOtherAudience,
    TokenOfOtherIssuer,
    TokenOfOtherSignIn,
)
from app.languages.messages import say

AT_ONCE = 4  # requests to the issuer; who waits for one has no thread and no connection
SECONDS = 10
ERROR = re.compile(r"[a-z_]{1,60}")
AWAY = {"server_error", "temporarily_unavailable"}
log = logging.getLogger(__name__)
Args = ParamSpec("Args")
Done = TypeVar("Done")


class IssuerAnswer(NamedTuple):
    """What a browser brings back from the issuer. Any page can lead it to us with anything in it."""

    code: str
    iss: str | None
    error: str


class CodeFlow:
    """This server as a client of the issuer."""

    def __init__(self, settings: Settings, issuer: Issuer) -> None:
        self._issuer, self._client_id = issuer, settings.oidc_client_id
        self._secret = settings.oidc_client_secret and settings.oidc_client_secret.get_secret_value()
        self._scope = settings.oidc_scope
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def in_thread(self, work: Callable[Args, Done], *args: Args.args, **_: Args.kwargs) -> Done:
        """Do what may wait for the issuer in a thread of its own, not in one of those for requests.

        Raises:
            IssuerUnavailable: others wait for it. Also what the work raises.
        """
        try:
            async with asyncio.timeout(SECONDS):
                await self._slots.acquire()
        except TimeoutError as crowded:
            raise IssuerUnavailable() from crowded
        try:
            return await run_sync(work, *args, limiter=CapacityLimiter(1))
        finally:
            self._slots.release()

    def address(self, attempt: Attempt, redirect_uri: str, at: datetime) -> str:
        """Where a browser goes to sign in.

        Raises:
            IssuerUnavailable.
        """
        parts = urlsplit(self._issuer.endpoint("authorization_endpoint", at))
        parameters = {
            "response_type": "code",
            "scope": self._scope,
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *parameters.items()]), fragment=""))

    def proof(
        self, attempt: Attempt, answer: IssuerAnswer, redirect_uri: str, at: datetime
    ) -> tuple[Proof, Mapping[str, Any]]:
        """Whose account it is, and the claims of its token.

        Raises:
            TokenOfOtherIssuer: another issuer answered, or the token is another's (RFC 9207: mix-up).
            SignInDenied: the issuer signed nobody in. SignInExpired: it does not take the code.
            TokenOfOtherSignIn: the token was issued for another attempt, so that the code is somebody else's.
            TokenOfOtherAudience, and what `Issuer.verify` raises. IssuerUnavailable.
        """
        self._require_our_issuer(answer.iss, at)
        if answer.error or not answer.code:
            raise _refusal(answer.error)
        claims: Mapping[str, Any]
        proof, claims = self._issuer.verify(self._token(attempt, answer.code, redirect_uri, at), self._client_id, at)
        if claims.get("azp", self._client_id) != self._client_id:
            raise TokenOfOtherAudience()
        if claims.get("nonce") != attempt.nonce:
            raise TokenOfOtherSignIn()
        return proof, claims

    def _require_our_issuer(self, iss: str | None, at: datetime) -> None:
        says_it = self._issuer.metadata(at).get("authorization_response_iss_parameter_supported") is True
        if iss != self._issuer.name and (says_it or iss is not None):
            raise TokenOfOtherIssuer()

    def _token(self, attempt: Attempt, code: str, redirect_uri: str, at: datetime) -> str:
        """The token that the issuer gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        credentials = None
        if self._secret and "client_secret_basic" in self._methods(at):
            credentials = (quote(self._client_id, ""), quote(self._secret, ""))  # RFC 6749, section 2.3.1
        else:
            form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        try:
            status, content = issuer_http.post(self._issuer.endpoint("token_endpoint", at), form, credentials)
        except IssuerFailed as broken:
            log.warning("the issuer gave no token: %s", broken)
            raise IssuerUnavailable() from broken
        if status != 200:
            raise _refused_code(status, content.get("error"))
        token = content.get("id_token")
        if not isinstance(token, str):
            raise InvalidToken()
        return token

    def _methods(self, at: datetime) -> list[Any]:
        """How clients may show their secret; the default is that of Discovery 1.0, section 3."""
        methods = self._issuer.metadata(at).get("token_endpoint_auth_methods_supported")
        return methods if isinstance(methods, list) else ["client_secret_basic"]


def _refusal(error: str) -> Exception:
    if error in AWAY:
        return IssuerUnavailable()
    return SignInDenied(error=error if ERROR.fullmatch(error) else "")


def _refused_code(status: int, error: Any) -> Exception:
    if error == "invalid_grant":
        return SignInExpired()
    log.warning("the issuer gave no token: status %s, %s", status, error if ERROR.fullmatch(str(error)) else "")
    if status < 500:
        return IssuerUnavailable(
            say("the identity provider does not take requests of this server; tell whoever runs the server")
        )
    return IssuerUnavailable()
