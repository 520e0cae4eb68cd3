"""The dependencies for the caller of a page, by a session's cookie, which the API's own routes do not accept."""

from contextlib import suppress
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import BackgroundTasks, Depends, Request
from sqlalchemy.exc import DBAPIError

from app import clock
from app.access.actors import NOBODY, Actor, Viewer
from app.access.declared import declared
from app.access.deps import RequiresPermission
from app.access.keys import FoundKey
from app.access.sessions.lifecycle import NOTED_EVERY, find_session, note_use
from app.access.sessions.models import SessionLimits
from app.database.engine import Database
from app.database.session import SAFE_METHODS, SessionDep
from app.edge.arrivals import arrived_at
from app.edge.cookies import session_cookie
from app.errors import DubanError
from app.journal.stamps import read_stamp


def get_page_found(request: Request, session: SessionDep, afterwards: BackgroundTasks) -> FoundKey:
    """The signed-in caller and, for a reading request, the stamp of what it reads. `request.state.web_session` has the
    session, None where nobody is signed in."""
    reads, settings, at = request.method in SAFE_METHODS, request.app.state.settings, arrived_at(request)
    within = declared(request.scope["route"]).stream_within(request.path_params, request.query_params)
    cookie, signed_in = session_cookie(request.headers.get("cookie")), None
    if cookie is not None:
        signed_in = find_session(session, cookie, SessionLimits.of(settings), at, stamped=reads, within=within)
    request.state.web_session = signed_in and signed_in.session
    if signed_in is None:
        return FoundKey(NOBODY, read_stamp(session.connection(), within) if reads else "")
    request.state.signed_in = signed_in.found.caller  # for the gate: its log, its rate limits, its cache
    if at - signed_in.session.last_used_at >= NOTED_EVERY and not settings.read_only:
        afterwards.add_task(_note_use, request.app.state.database, signed_in.session.id)
    return signed_in.found


PageFound = Annotated[FoundKey, Depends(get_page_found)]


async def _note_use(database: Database, session_id: int) -> None:
    """That the database is away is no reason to fail after the answer."""
    with suppress(DubanError, DBAPIError):
        async with database.slot():
            await run_sync(note_use, database, session_id, clock.now())


def get_page_actor(found: PageFound) -> Actor | None:
    return None if found.caller is NOBODY else found.caller.actor


PageActor = Annotated[Actor | None, Depends(get_page_actor)]


class OnPage(RequiresPermission):
    """`RequiresPermission` for a page: lets through who has the permission and is signed in, or may read what is
    public."""

    def __call__(self, request: Request, found: PageFound) -> Actor | Viewer:
        return self.admit(found.caller.actor, request.app.state.settings, reads=request.method in SAFE_METHODS)
