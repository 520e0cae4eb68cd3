"""Sign-ins by account that were begun in a browser and are not finished. The browser's cookie has all of an attempt, so
that the server stores nothing."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, unquote

from app.errors import SignInExpired

GOOD_FOR = timedelta(minutes=10)
LONGEST_NEXT = 2000  # as it stands in the cookie: browsers drop one of more than 4096 bytes


class Attempt(NamedTuple):
    """One attempt. What is sent to the issuer is derived from the secret and does not reveal it."""

    secret: str
    begun: int  # seconds since 1970
    next: str

    @classmethod
    def begin(cls, next_: str, at: datetime) -> "Attempt":
        """Args:
        next_: the address after signing in; it is dropped if it is too long.
        """
        return cls(secrets.token_urlsafe(32), int(at.timestamp()), next_ if len(quote(next_)) <= LONGEST_NEXT else "")

    @classmethod
    def finished(cls, cookie: str | None, state: str, at: datetime) -> "Attempt":
        """The attempt that an answer of the issuer belongs to.

        Raises:
            SignInExpired: it was not begun in this browser, or too long ago, or it was finished already.
        """
        secret, _, rest = (cookie or "").partition(".")
        begun, _, next_ = rest.partition(".")
        attempt = cls(secret, int(begun) if begun.isdecimal() and len(begun) < 12 else 0, unquote(next_))
        lasts = 0 <= at.timestamp() - attempt.begun < GOOD_FOR.total_seconds()
        if not secret or not lasts or not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise SignInExpired()
        return attempt

    @property
    def cookie(self) -> str:
        return f"{self.secret}.{self.begun}.{quote(self.next, safe='')}"

    @property
    def state(self) -> str:
        """Comes back with the answer: who has not begun the attempt does not know it (RFC 6749, section 10.12)."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Stands in the token: it was issued for this attempt."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Is sent with the code, of which the issuer has only the hash (RFC 7636)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _hashed(self.verifier)

    def _derived(self, purpose: str) -> str:
        return _hashed(f"{purpose}:{self.secret}")


def _hashed(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()).decode().rstrip("=")
