"""The identity provider whose accounts sign persons in (OpenID Connect Discovery 1.0; RFC 7519, RFC 8725).

Its keys are fetched by a thread that answers a request, never on the event loop, and at most once in 30 seconds. While
it is away, tokens go on being verified with the keys that are known.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from app.access.actors import Account, Proof
from app.access.persons import issuer_http
from app.access.persons.issuer_http import IssuerFailed
from app.config import Settings
from app.errors import (
    InvalidToken,
    IssuerUnavailable,
    TokenAlgorithmNotAllowed,
    TokenExpired,
    TokenNotYetValid,
    TokenOfOtherAudience,
    TokenOfOtherIssuer,
)
from app.setting_types import is_secure

FETCHED_EVERY = timedelta(seconds=30)
KEYS_GOOD_FOR = timedelta(minutes=10)  # then they are fetched again: the issuer may have withdrawn one
SKEW = timedelta(seconds=60)  # how far its clock may differ from ours
log = logging.getLogger(__name__)


class Issuer:
    """One issuer, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.oidc_issuer
        self._algorithms = settings.oidc_algorithms
        self._lock = Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: Any = None
        self._tried_at: datetime | None = None
        self._fetched_at: datetime | None = None

    def verify(self, token: str, audience: str, at: datetime) -> tuple[Proof, Mapping[str, Any]]:
        """What a token proves, and its claims: a JSON Web Token that the issuer signed for an audience.

        Raises:
            InvalidToken: it is none, or not signed by the issuer. TokenAlgorithmNotAllowed; TokenOfOtherIssuer,
            TokenOfOtherAudience, TokenExpired, TokenNotYetValid. IssuerUnavailable: its keys were never fetched.
        """
        claims = self._signed(token, at)
        if claims.get("iss") != self.name:
            raise TokenOfOtherIssuer()
        audiences = claims.get("aud")
        if audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise TokenOfOtherAudience()
        until = _moment(claims, "exp")
        if until is None:
            raise InvalidToken()
        if until + SKEW <= at:
            raise TokenExpired()
        if any(begin is not None and begin - SKEW > at for begin in (_moment(claims, "nbf"), _moment(claims, "iat"))):
            raise TokenNotYetValid()
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject or "\x00" in subject:
            raise InvalidToken()
        return Proof(Account(self.name, subject), until + SKEW), claims

    def metadata(self, at: datetime) -> Mapping[str, Any]:
        """Raises:
        IssuerUnavailable: it has never answered.
        """
        self._refresh(at, needed=not self._metadata)
        if not self._metadata:
            raise IssuerUnavailable()
        return self._metadata

    def endpoint(self, name: str, at: datetime) -> str:
        """The address of one of its endpoints.

        Raises:
            IssuerUnavailable: it has never answered.
        """
        try:
            return _address_in(self.metadata(at), name)
        except IssuerFailed as broken:
            log.warning("the issuer's metadata: %s", broken)
            raise IssuerUnavailable() from broken

    def _signed(self, token: str, at: datetime) -> dict[str, Any]:
        from joserfc import jws, jwt  # most servers have no issuer
        from joserfc.errors import InvalidKeyIdError, JoseError, UnsupportedAlgorithmError

        registry = jws.JWSRegistry(algorithms=self._algorithms, strict_check_header=False)
        self._refresh(at, needed=self._keys is None)
        if self._keys is None:
            raise IssuerUnavailable()
        try:
            try:
                return jwt.decode(token, self._keys, registry=registry).claims
            except InvalidKeyIdError:  # the issuer has a new key, or never had this one
                self._refresh(at, needed=True)
                return jwt.decode(token, self._keys, registry=registry).claims
        except UnsupportedAlgorithmError as broken:
            raise TokenAlgorithmNotAllowed() from broken
        except (JoseError, ValueError, TypeError) as broken:
            raise InvalidToken() from broken

    def _refresh(self, at: datetime, *, needed: bool) -> None:
        """Fetch the keys if they are needed or old. While one thread fetches, others go on with what is known."""
        is_old = self._fetched_at is None or at - self._fetched_at >= KEYS_GOOD_FOR
        if not needed and not is_old:
            return
        if not self._lock.acquire(blocking=needed):
            return
        try:
            if self._tried_at is None or at - self._tried_at >= FETCHED_EVERY:
                self._tried_at = at
                self._fetch(at)
        finally:
            self._lock.release()

    def _fetch(self, at: datetime) -> None:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            metadata = issuer_http.get(f"{self.name.rstrip('/')}/.well-known/openid-configuration")
            if metadata.get("issuer") != self.name:
                raise IssuerFailed("it says that it is another one")
            keys = KeySet.import_key_set(issuer_http.get(_address_in(metadata, "jwks_uri")))  # type: ignore[arg-type]
        except (IssuerFailed, JoseError, ValueError, LookupError, TypeError) as broken:
            log.warning("the issuer's keys could not be fetched: %s: %s", type(broken).__name__, broken)
            return
        self._metadata, self._keys, self._fetched_at = metadata, keys, at


def _address_in(metadata: Mapping[str, Any], name: str) -> str:
    """Raises:
    IssuerFailed: it is missing, or others could read what is sent there.
    """
    url = metadata.get(name)
    if not isinstance(url, str) or not is_secure(url):
        raise IssuerFailed(f"{name} is not an address over https")
    return url


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Raises:
    InvalidToken: it is not a moment.
    """
    seconds = claims.get(name)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as broken:
        raise InvalidToken() from broken
