"""Who is asking. Routes name what they need: `actor: Annotated[Actor, Requires(Permission.POST_UPDATE)]`."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from sqlmodel import Session, col, select

from app import clock
from app.access.models import ActorRole, ApiKey, ApiKeyUnit
from app.access.permissions import MATRIX, Permission
from app.database import SAFE_METHODS, SessionDep
from app.errors import InvalidKey, KeyExpired, KeyRevoked, MissingKey, OutsideScope, RoleNotAllowed
from app.journal.stamps import stamp_column, stream_of
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


class NotKnown(Exception):
    """What is to be written for somebody has to be looked at from the beginning: the keys have changed since they were
    found, or what they name is not theirs."""


def authenticate(session: Session, text: str, at: datetime, within: str | None = None) -> Asking:
    """The actor who holds a key, in one statement.

    Raises:
        InvalidKey: no such key. KeyExpired, KeyRevoked: there was one, and the secret is right.
    """
    prefix = prefix_of(text)
    query = (
        select(ApiKey, col(ApiKeyUnit.unit_id), stamp_column(within))
        .outerjoin(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(ApiKey.id))
        .where(col(ApiKey.prefix) == prefix)
    )
    found = session.exec(query).all() if prefix is not None else []
    actor, until = holder(text, [(key, unit_id) for key, unit_id, _ in found], at)
    return Asking(actor, found[0][2], within, until)


def prefix_of(text: str) -> str | None:
    """The public part of a key, by which it is found; None if the text is no key."""
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    return prefix[:16] if mark == _MARK and prefix.isalnum() and prefix.isascii() else None


def holder(text: str, found: Sequence[tuple[ApiKey, int | None]], at: datetime) -> tuple[Actor, datetime | None]:
    """Who holds a key, and until when, by the rows of its prefix: the key with each of its units.

    Raises:
        As `authenticate`.
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


def get_asking(request: Request, session: SessionDep) -> Asking:
    """Who asks, by the Authorization header (RFC 6750); nobody in particular without one."""
    header, within = request.headers.get("authorization"), _checklist(request)
    if header is None:
        return Asking(ANONYMOUS, session.exec(select(stamp_column(within))).one(), within)
    scheme, token = get_authorization_scheme_param(header)
    if scheme.lower() != "bearer" or not token:
        raise InvalidKey(say("send the header as Authorization: Bearer <key>"))
    asking = authenticate(session, token.strip(), clock.now(), within)
    request.state.key_id = asking.actor.key_id  # for the log and the rate limit, which stand outside
    return asking


def _checklist(request: Request) -> str | None:
    """The stream of the one checklist that the answer is about, if it is about one."""
    return stream_of(request.path_params.get("checklist_id") or request.query_params.get("checklist") or "")


class RequiresPermission(SecurityBase):
    """A dependency that lets through who has the permission, and by which the API's document says how to ask."""

    model = HTTPBearer(bearerFormat="duban_<prefix>_<secret>", description="an API key")
    scheme_name = "HTTPBearer"

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request, asking: Annotated[Asking, Depends(get_asking)]) -> Actor:
        actor = asking.actor
        if actor.role is ActorRole.ANONYMOUS:
            public = request.app.state.settings.public_reading
            reads = request.method in SAFE_METHODS
            if not (public and reads and actor.may(self.permission)):
                raise MissingKey()
        elif not actor.may(self.permission):
            raise RoleNotAllowed(
                say(
                    "your key has the role {role}, which may not do this; ask whoever manages the keys", role=actor.role
                )
            )
        return actor


Reader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_PUBLISHED))]
ObligationReader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_OBLIGATIONS))]
Reporter = Annotated[Actor, Depends(RequiresPermission(Permission.POST_UPDATE))]
RegisterEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_REGISTER))]
Reviewer = Annotated[Actor, Depends(RequiresPermission(Permission.REVIEW))]
Auditor = Annotated[Actor, Depends(RequiresPermission(Permission.AUDIT))]
UnitEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_UNITS))]
ContactEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_CONTACTS))]
CalendarEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_CALENDAR))]
JournalReader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_JOURNAL))]
Redactor = Annotated[Actor, Depends(RequiresPermission(Permission.REDACT))]
KeyManager = Annotated[Actor, Depends(RequiresPermission(Permission.MANAGE_KEYS))]
