"""The routes of one's own sessions in browsers."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader
from app.access.routing import api_router
from app.access.sessions import lifecycle
from app.access.sessions.models import SessionLimits
from app.access.sessions.schemas import SessionPublic, SessionQuery
from app.config import SettingsDep
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import RowId

router = api_router("/me/sessions", tags=["me"], journaled=False)


@router.get("")
def list_own_sessions(
    query: Annotated[SessionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    linked: LinkedDep,
) -> Page[SessionPublic]:
    """List your open sessions in browsers."""
    return linked(lifecycle.own_sessions(session, actor, query, SessionLimits.of(settings), clock.now()))


@router.delete("/{session_id}")
def end_own_session(
    session_id: RowId, actor: ObligationReader, session: SessionDep, settings: SettingsDep
) -> SessionPublic:
    """End one of your sessions at once; a browser that has it is signed out."""
    return lifecycle.end_own_session(session, actor, session_id, SessionLimits.of(settings), clock.now())
