"""What a form does that is more than one step of the API: all of it or nothing."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.pages.desk.forms import ReportForm
from app.storage import Storage
from app.updates.evidence_actions import add_file
from app.updates.posting import post_update
from app.updates.queries import get_update


def report(
    session: Session, storage: Storage, obligation_id: int, form: ReportForm, *, by: Actor, at: datetime
) -> None:
    """Post a report, and add its files to it.

    Raises:
        As `post_update` and `add_file`.
    """
    posted = post_update(session.connection(), obligation_id, form.report(), by=by, at=at)
    update = get_update(session, by, posted.id)
    for sent in form.sent_files():
        add_file(session, storage, update, sent, by=by, at=at)
