"""Who may ask: a role and a scope, by the key they hold."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.access.models import ActorRole, ApiKey
from app.access.permissions import MATRIX, Permission
from app.errors import InvalidKey, KeyExpired, KeyRevoked, OutsideScope
from app.languages.messages import say

_MARK = "duban"


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: a role and a scope. `who` is how the journal names them."""

    role: ActorRole
    jurisdiction_code: str = ""
    unit_ids: frozenset[int] = frozenset()
    key_id: int | None = None
    who: str = "anonymous"

    def may(self, permission: Permission) -> bool:
        return permission in MATRIX[self.role]

    @property
    def is_officer(self) -> bool:
        """Whether they see everything in their jurisdiction, drafts and all units' narratives too."""
        return self.role in (ActorRole.COORDINATOR, ActorRole.AUDITOR, ActorRole.ADMIN)

    def covers(self, jurisdiction_code: str) -> bool:
        """Whether an officer's scope holds a jurisdiction: its code begins with the scope's (GB/T 2260)."""
        return self.is_officer and jurisdiction_code.startswith(self.jurisdiction_code)

    def require_scope(self, jurisdiction_code: str) -> None:
        """Raises:
        OutsideScope: the jurisdiction is not theirs.
        """
        if not self.covers(jurisdiction_code):
            raise OutsideScope(
                say("your key covers {scope}, not {code}", scope=self.jurisdiction_code, code=jurisdiction_code)
            )


ANONYMOUS = Actor(ActorRole.ANONYMOUS)
OPERATOR = Actor(ActorRole.ADMIN, who="cli")  # somebody at the server's own command line


class Token(NamedTuple):
    """A key as its holder has it: `duban_<prefix>_<secret>`."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{_MARK}_{self.prefix}_{self.secret}"

    def hash(self) -> str:
        """What the database keeps: SHA-256. The secret has 256 random bits, so a slow hash would add nothing."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def new_token() -> Token:
    return Token(secrets.token_hex(6), secrets.token_urlsafe(32))


class Asking(NamedTuple):
    """Who asks, and the stamp of what they are answered from: both are of the transaction's moment."""

    actor: Actor
    stamp: str
    within: str | None  # the stream of the one checklist that the answer is about, if it is about one
    until: datetime | None = None  # when the key expires


class Known(NamedTuple):
    """Who asks, as it was found when the head of the journal of the keys was `access`."""

    actor: Actor
    until: datetime | None  # when the key expires
    access: str | None

    def has_expired(self, at: datetime) -> bool:
        return self.until is not None and self.until <= at


class NotKnown(Exception):
    """What is to be written for somebody has to be looked at from the beginning: the keys have changed since they were
    found, or what they name is not theirs."""


def prefix_of(text: str) -> str | None:
    """The public part of a key, by which it is found; None if the text is no key."""
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    return prefix[:16] if mark == _MARK and prefix.isalnum() and prefix.isascii() else None


def holder(text: str, found: Sequence[tuple[ApiKey, int | None]], at: datetime) -> tuple[Actor, datetime | None]:
    """Who holds a key, and until when, by the rows of its prefix: the key with each of its units.

    Raises:
        InvalidKey: no such key. KeyExpired, KeyRevoked: there was one, and the secret is right.
    """
    secret = text.partition("_")[2].partition("_")[2]
    presented = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    if not found or not hmac.compare_digest(found[0][0].secret_hash, presented):
        raise InvalidKey()
    key = found[0][0]
    if key.revoked_at is not None:
        raise KeyRevoked()
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired()
    units = frozenset(unit_id for _, unit_id in found if unit_id is not None)
    return Actor(key.role, key.jurisdiction_code, units, key.id, f"key:{key.id}"), key.expires_at
