"""The action that marks a notice as read."""

from sqlmodel import Session

from app.access.actors import Actor
from app.database.engine import insert_unless_there
from app.notices.models import ReadMark
from app.notices.queries import get_notice


def mark_read(session: Session, notice_id: int, *, by: Actor) -> None:
    """Record that a key's owner has read a notice. Doing it again changes nothing.

    Raises:
        NotFound: it is for somebody else.
    """
    notice = get_notice(session, by, notice_id)
    insert_unless_there(session.connection(), ReadMark, {"key_id": by.key_id, "notice_id": notice.id})
