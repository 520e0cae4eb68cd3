"""The functions that begin, find, list and end the sessions of browsers."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, update
from sqlmodel import Session, col, select

from app.access.actors import Account, Actor, Caller
from app.access.keys import FoundKey, keys_of
from app.access.models import ApiKey
from app.access.sessions.models import SessionLimits, WebSession, cookie_hash
from app.access.sessions.schemas import SessionPublic, SessionQuery
from app.database.engine import Database
from app.errors import NotFound, Unauthenticated
from app.languages.messages import say
from app.paging import Page, keyset_page

NOTED_EVERY = timedelta(minutes=1)  # a use is noted at most so often: each takes a write
KEPT_FOR = timedelta(days=30)  # after its whole life
PRUNED_AT_ONCE = 100


class SignedIn(NamedTuple):
    """A session that is open, and who is signed in by it."""

    session: WebSession
    found: FoundKey


def sign_in(
    session: Session, key: str, old_cookie: str | None, limits: SessionLimits, at: datetime
) -> tuple[str, Caller]:
    """Begin a session for whoever has a key.

    Returns:
        The cookie, and who signed in.

    Raises:
        InvalidKey, KeyExpired, KeyRevoked.
    """
    connection = session.connection()
    caller = keys_of(connection.dialect).find(connection, key, at).caller
    return _begin(session, caller, old_cookie, limits, at), caller


def sign_in_account(
    session: Session, account: Account, old_cookie: str | None, limits: SessionLimits, at: datetime
) -> tuple[str, Caller]:
    """Begin a session for the person of an account that the issuer has proven: a session of the person's key.

    Returns:
        The cookie, and who signed in.

    Raises:
        PersonUnknown.
    """
    connection = session.connection()
    caller = keys_of(connection.dialect).of_account(connection, account, at).caller
    return _begin(session, caller, old_cookie, limits, at), caller


def _begin(session: Session, caller: Caller, old_cookie: str | None, limits: SessionLimits, at: datetime) -> str:
    """Begin a session. The cookie is always a new one, and a session that the browser had ends: nobody can make
    somebody else sign in to a session that they know."""
    if old_cookie is not None:
        end_session(session, old_cookie, at)
    _prune(session.connection(), at - limits.life - KEPT_FOR)
    cookie = secrets.token_urlsafe(32)
    session.add(
        WebSession(cookie_hash=cookie_hash(cookie), key_id=caller.actor.key_id or 0, created_at=at, last_used_at=at)
    )
    return cookie


def find_session(
    session: Session, cookie: str, limits: SessionLimits, at: datetime, *, stamped: bool, within: str | None = None
) -> SignedIn | None:
    """Who is signed in by a cookie; None where its session is unknown or ended, or the key is expired or revoked.

    Args:
        stamped, within: as of `Keys.find`.
    """
    rows = select(WebSession, ApiKey.prefix).join(ApiKey, col(ApiKey.id) == col(WebSession.key_id))
    row = session.exec(rows.where(WebSession.cookie_hash == cookie_hash(cookie))).first()
    if row is None or not row[0].is_open(at, limits):
        return None
    connection = session.connection()
    try:
        found = keys_of(connection.dialect).of_session(connection, row[1], at, stamped=stamped, within=within)
    except Unauthenticated:
        return None
    return SignedIn(row[0], found)


def note_use(database: Database, session_id: int, at: datetime) -> None:
    """Record that a session was used, in a transaction of its own: most pages only read."""
    its = col(WebSession.id) == session_id, col(WebSession.last_used_at) < at
    with database.writing() as connection:
        connection.execute(update(WebSession).where(*its).values(last_used_at=at))


def end_session(session: Session, cookie: str, at: datetime) -> None:
    its = col(WebSession.cookie_hash) == cookie_hash(cookie), col(WebSession.ended_at).is_(None)
    session.execute(update(WebSession).where(*its).values(ended_at=at))


def own_sessions(
    session: Session, actor: Actor, query: SessionQuery, limits: SessionLimits, at: datetime
) -> Page[SessionPublic]:
    """The open sessions of the caller, oldest first."""
    rows = select(WebSession).where(WebSession.key_id == actor.key_id, WebSession.open(at, limits))

    def shown(some: list[WebSession]) -> list[SessionPublic]:
        return [SessionPublic(**one.model_dump(), ends_at=one.created_at + limits.life) for one in some]

    return keyset_page(session, query, rows, col(WebSession.id), shown)


def end_own_session(
    session: Session, actor: Actor, session_id: int, limits: SessionLimits, at: datetime
) -> SessionPublic:
    """End one of one's own sessions, from this moment on. To end it again changes nothing.

    Raises:
        NotFound: it is not theirs.
    """
    its = WebSession.id == session_id, WebSession.key_id == actor.key_id
    found = session.exec(select(WebSession).where(*its).with_for_update()).first()
    if found is None:
        raise NotFound(say("you have no session {id}; GET /me/sessions lists yours", id=session_id))
    found.ended_at = found.ended_at or at
    session.add(found)
    return SessionPublic(**found.model_dump(), ends_at=found.created_at + limits.life)


def _prune(connection: Connection, oldest: datetime) -> None:
    """Each sign-in deletes some that ended long ago, so that the table does not grow for ever."""
    past = select(WebSession.id).where(col(WebSession.created_at) <= oldest).order_by(col(WebSession.id))
    past = past.limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
    connection.execute(delete(WebSession).where(col(WebSession.id).in_(past)))
