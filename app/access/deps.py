"""Who is asking, as a dependency. Routes name what they need: `actor: Reporter`."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from app import clock
from app.access.actors import ANONYMOUS, Actor, Asking
from app.access.keys import keys_of
from app.access.models import ActorRole
from app.access.permissions import Permission
from app.database.session import SAFE_METHODS, SessionDep
from app.errors import InvalidKey, MissingKey, RoleNotAllowed
from app.journal.stamps import read_stamp, stream_of
from app.languages.messages import say


def get_asking(request: Request, session: SessionDep) -> Asking:
    """Who asks, by the Authorization header (RFC 6750); nobody in particular without one."""
    header, within = request.headers.get("authorization"), _checklist(request)
    if header is None:
        return Asking(ANONYMOUS, read_stamp(session.connection(), within), within)
    scheme, token = get_authorization_scheme_param(header)
    if scheme.lower() != "bearer" or not token:
        raise InvalidKey(say("send the header as Authorization: Bearer <key>"))
    asking = keys_of(session.get_bind().dialect).asking(session.connection(), token.strip(), clock.now(), within)
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
