"""The queries for the journal over HTTP."""

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.permissions import Permission
from app.errors import NotFound, RoleNotAllowed
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import opened
from app.journal.walking import Head
from app.languages.messages import say
from app.oversight.schemas import EntryPublic, EntryQuery, StreamPublic, StreamQuery, entry_public
from app.paging import Page, keyset_page
from app.workdays.models import CALENDAR


def visible_streams(actor: Actor) -> SelectOfScalar[JournalStream]:
    """Streams of the jurisdictions in an officer's scope; only auditors and admins see the stream of keys."""
    in_scope = col(JournalStream.jurisdiction_code).startswith(actor.jurisdiction_code, autoescape=True)
    own = in_scope | (col(JournalStream.name) == CALENDAR.name)  # all last days are counted from it
    if actor.may(Permission.READ_ACCESS_JOURNAL):
        return select(JournalStream).where(own)
    return select(JournalStream).where(own, ~col(JournalStream.name).startswith("access"))


def list_streams(session: Session, actor: Actor, query: StreamQuery) -> Page[StreamPublic]:
    rows = visible_streams(actor)
    return keyset_page(
        session,
        query,
        rows,
        col(JournalStream.name),
        lambda some: [StreamPublic(**one.model_dump(), jurisdiction=one.jurisdiction_code) for one in some],
    )


def heads_of_visible(session: Session, actor: Actor) -> dict[str, Head]:
    """The heads of the streams in an actor's scope."""
    return {one.name: Head(one.head_seq, one.head_hash) for one in session.exec(visible_streams(actor)).all()}


def get_stream(session: Session, actor: Actor, name: str) -> JournalStream:
    """Raises:
    RoleNotAllowed: a stream `access`, for a coordinator. NotFound: the stream does not exist in the actor's scope.
    """
    if name.startswith("access") and not actor.may(Permission.READ_ACCESS_JOURNAL):
        raise RoleNotAllowed(say("the stream `access` is for auditors and admins"))
    stream = session.exec(visible_streams(actor).where(col(JournalStream.name) == name)).first()
    if stream is None:
        raise NotFound(say("there is no such stream in your scope; GET /journal lists them"))
    return stream


def list_entries(session: Session, actor: Actor, stream: str, query: EntryQuery) -> Page[EntryPublic]:
    """Entries of one stream, in their order.

    Raises:
        RoleNotAllowed: a stream `access`, for a coordinator. NotFound: the stream does not exist in the actor's scope.
    """
    get_stream(session, actor, stream)
    rows = select(JournalEntry).where(col(JournalEntry.stream) == stream, col(JournalEntry.seq) > query.after_seq)
    return keyset_page(
        session, query, rows, col(JournalEntry.seq), lambda some: [entry_public(one, opened(one)) for one in some]
    )
