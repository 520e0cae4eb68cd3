"""The callers: their role and scope, and how a key in a header is parsed and checked."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.access.models import ActorRole, ApiKey
from app.access.permissions import MATRIX, Permission
from app.errors import InvalidKey, KeyExpired, KeyRevoked, NotYourUnit, OutsideScope, RoleNotAllowed
from app.languages.messages import say

_MARK = "duban"


@dataclass(frozen=True)
class Viewer:
    """The part of a caller that decides which registers they see: all units of a jurisdiction see the same."""

    role: ActorRole
    jurisdiction_code: str = ""

    @property
    def is_officer(self) -> bool:
        """Whether they see everything in their jurisdiction, drafts and all units' narratives too."""
        return self.role in (ActorRole.COORDINATOR, ActorRole.AUDITOR, ActorRole.ADMIN)

    def may(self, permission: Permission) -> bool:
        return permission in MATRIX[self.role]

    def covers(self, jurisdiction_code: str) -> bool:
        """Whether an officer's scope includes a jurisdiction: its code begins with the scope's (GB/T 2260)."""
        return self.is_officer and jurisdiction_code.startswith(self.jurisdiction_code)


@dataclass(frozen=True)
class Actor(Viewer):
    """A caller: a role, a scope and the units they speak for. `who` is how the journal names them; a person has a key,
    too."""

    unit_ids: frozenset[int] = frozenset()
    key_id: int | None = None
    person_id: int | None = None
    releases: bool = False  # a person who releases what others of their units reported
    who: str = "anonymous"

    @property
    def key_scope(self) -> str | None:
        """The jurisdiction of their key; None without one. Changes of keys elsewhere do not affect them."""
        return None if self.key_id is None else self.jurisdiction_code

    def may(self, permission: Permission) -> bool:
        return super().may(permission) and (permission is not Permission.RELEASE or self.releases)

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.role, self.jurisdiction_code)

    def require_scope(self, jurisdiction_code: str) -> None:
        """Raises:
        OutsideScope: the jurisdiction is not theirs.
        """
        if not self.covers(jurisdiction_code):
            raise OutsideScope(
                say("your key covers {scope}, not {code}", scope=self.jurisdiction_code, code=jurisdiction_code)
            )

    def require_officer_for_drafts(self, drafts: bool) -> None:
        """Raises:
        RoleNotAllowed: drafts are for the office and the auditors.
        """
        if drafts and not self.is_officer:
            raise RoleNotAllowed(say("drafts are for the office and the auditors; leave out drafts=true"))

    def require_unit(self, unit_id: int, name: str | None = None) -> None:
        """Raises:
        NotYourUnit: a unit answers only for itself.
        """
        if unit_id not in self.unit_ids:
            raise NotYourUnit(
                say("your key does not speak for unit {unit}; it speaks for its own", unit=name or unit_id)
            )


ANONYMOUS = Actor(ActorRole.ANONYMOUS)
OPERATOR = Actor(ActorRole.ADMIN, who="cli")  # somebody at the server's own command line


class Token(NamedTuple):
    """A key in full: `duban_<prefix>_<secret>`."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{_MARK}_{self.prefix}_{self.secret}"

    def hash(self) -> str:
        """The SHA-256 that the database stores. The secret has 256 random bits, so a slow hash would add nothing."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def new_token() -> Token:
    return Token(secrets.token_hex(6), secrets.token_urlsafe(32))


class Account(NamedTuple):
    """Who somebody is to the identity provider: `iss` and `sub` of a token."""

    issuer: str
    subject: str


class Proof(NamedTuple):
    """What a token proves, and until when."""

    account: Account
    until: datetime


class Caller(NamedTuple):
    """An authenticated caller, valid as long as the head of their key's stream is `access`."""

    actor: Actor
    until: datetime | None = None  # when the key expires, or the token
    access: str | None = None
    proof: Proof | None = None  # where a token proves who they are

    def proven_by(self, proof: Proof) -> "Caller":
        """A person, by a token; a person's key does not expire."""
        return self._replace(proof=proof, until=proof.until)

    def is_valid(self, access: str | None, at: datetime) -> bool:
        """Whether the caller is still valid: the head of their key's stream is `access`, and it has not expired."""
        return self.access == access and (self.until is None or self.until > at)


NOBODY = Caller(ANONYMOUS)


def token_of(header: str) -> str:
    """The key in an Authorization header (RFC 6750).

    Raises:
        InvalidKey: it is not a bearer token.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidKey(say("send the header as Authorization: Bearer <key>"))
    return token.strip()


def prefix_of(text: str) -> str | None:
    """The public part of a key, by which it is found; None if the text is not a key."""
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    return prefix[:16] if mark == _MARK and prefix.isalnum() and prefix.isascii() else None


def require_secret(text: str, key: ApiKey | None) -> None:
    """Raises:
    InvalidKey: the key does not exist, or it has another secret.
    """
    secret = text.partition("_")[2].partition("_")[2]
    presented = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    if key is None or not hmac.compare_digest(key.secret_hash, presented):
        raise InvalidKey()


def holder(
    key: ApiKey, unit_ids: Iterable[int], person_id: int | None, at: datetime, *, releases: bool
) -> tuple[Actor, datetime | None]:
    """Who holds a key that speaks for these units, and until when.

    Args:
        person_id: whose key it is, if it is a person's.
        releases: whether that person releases reports.

    Raises:
        KeyExpired, KeyRevoked.
    """
    if key.revoked_at is not None:
        raise KeyRevoked()
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired()
    who = f"key:{key.id}" if person_id is None else f"person:{person_id}"
    actor = Actor(key.role, key.jurisdiction_code, frozenset(unit_ids), key.id, person_id, releases, who)
    return actor, key.expires_at
