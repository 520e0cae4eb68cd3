"""The dependencies for the caller of a route, named by what it needs: `actor: Reporter`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from sqlmodel import Session

from app.access.actors import NOBODY, Actor, Viewer
from app.access.authentication import Authentication
from app.access.declared import declared
from app.access.keys import FoundKey
from app.access.models import ActorRole
from app.access.permissions import Permission, Requirement
from app.config import Settings
from app.database.engine import Database
from app.database.session import SAFE_METHODS, SessionDep
from app.edge.arrivals import arrived_at
from app.edge.gate import CACHED
from app.errors import MissingKey, RoleNotAllowed
from app.journal.stamps import read_stamp
from app.languages.messages import say


def get_found_key(request: Request, session: SessionDep) -> FoundKey:
    """The caller, by the Authorization header (RFC 6750), and, for a request that reads, the stamp of what it reads."""
    header, connection = request.headers.get("authorization"), session.connection()
    reads = request.method in SAFE_METHODS
    within = declared(request.scope["route"]).stream_within(request.path_params, request.query_params)
    if header is None:
        return FoundKey(NOBODY, read_stamp(connection, within) if reads else "")
    authentication: Authentication = request.app.state.authentication
    cached = request.scope["state"].get(CACHED)
    found = authentication.find(connection, header, arrived_at(request), cached, stamped=reads, within=within)
    request.state.caller = found.caller  # for the gate: its log, its rate limits, its cache of callers
    return found


FoundKeyDep = Annotated[FoundKey, Depends(get_found_key)]


class RequiresPermission(Requirement, SecurityBase):
    """A dependency that requires a permission; the OpenAPI document shows its authentication.

    It gives the whole Actor, or only the Viewer: then the response cannot depend on the caller's units, and all units
    of a jurisdiction share one cached response.
    """

    model = HTTPBearer(bearerFormat="duban_<prefix>_<secret>", description="an API key")
    scheme_name = "HTTPBearer"

    def __call__(self, request: Request, found: FoundKeyDep) -> Actor | Viewer:
        return self.admit(found.caller.actor, request.app.state.settings, reads=request.method in SAFE_METHODS)

    def admit(self, actor: Actor, settings: Settings, *, reads: bool) -> Actor | Viewer:
        """Raises:
        MissingKey: an anonymous caller needs a key. RoleNotAllowed.
        """
        if actor.role is ActorRole.ANONYMOUS:
            if not (settings.public_reading and reads and actor.may(self.permission)):
                raise MissingKey()
        elif not actor.may(self.permission):
            if actor.viewer.may(self.permission):
                raise RoleNotAllowed(say("only a person who releases for the unit may do this; ask the office"))
            raise RoleNotAllowed(
                say(
                    "your key has the role {role}, which may not do this; ask whoever manages the keys", role=actor.role
                )
            )
        return actor if self.gives_actor else actor.viewer


async def found_before(
    request: Request, permission: Permission, find_key: Callable[[Request, Session], FoundKey] = get_found_key
) -> Actor:
    """The caller of a route that works before its session begins, found in a short transaction. The session finds the
    caller again: a key may be revoked meanwhile."""
    database: Database = request.app.state.database

    def find() -> Actor:
        with database.session(writes=False) as session:
            found = find_key(request, session)
            RequiresPermission(permission)(request, found)
            return found.caller.actor

    async with database.slot():
        return await run_in_threadpool(find)


Reader = Annotated[Viewer, Depends(RequiresPermission(Permission.READ_PUBLISHED, gives_actor=False))]
CallerDep = Annotated[Actor, Depends(RequiresPermission(Permission.READ_PUBLISHED))]
ObligationReader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_OBLIGATIONS))]
Reporter = Annotated[Actor, Depends(RequiresPermission(Permission.POST_UPDATE))]
Releaser = Annotated[Actor, Depends(RequiresPermission(Permission.RELEASE))]
RegisterEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_REGISTER))]
EventEnterer = Annotated[Actor, Depends(RequiresPermission(Permission.ENTER_EVENT))]
Reviewer = Annotated[Actor, Depends(RequiresPermission(Permission.REVIEW))]
Auditor = Annotated[Actor, Depends(RequiresPermission(Permission.AUDIT))]
UnitEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_UNITS))]
ContactEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_CONTACTS))]
CalendarEditor = Annotated[Actor, Depends(RequiresPermission(Permission.EDIT_CALENDAR))]
AccessJournalReader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_ACCESS_JOURNAL))]
JournalReader = Annotated[Actor, Depends(RequiresPermission(Permission.READ_JOURNAL))]
Redactor = Annotated[Actor, Depends(RequiresPermission(Permission.REDACT))]
KeyManager = Annotated[Actor, Depends(RequiresPermission(Permission.MANAGE_REPORTERS))]
AnyKeyManager = Annotated[Actor, Depends(RequiresPermission(Permission.MANAGE_KEYS))]
