"""What a form does that is more than one step of the API: all of it or nothing."""

from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.pages.desk.forms import ReportForm
from app.storage import Storage
from app.updates.evidence_actions import add_file
from app.updates.posting import post_update
from app.updates.queries import get_update
from app.updates.releases.actions import add_file as add_file_to_waiting
from app.updates.releases.queries import get_waiting_report
from app.updates.releases.schemas import Reported, WaitingReportPublic


def report(
    session: Session,
    storage: Storage,
    obligation_id: int,
    form: ReportForm,
    *,
    by: Actor,
    at: datetime,
    arrived_on: date,
) -> Reported:
    """Post a report, and add its files to it; the same for one that waits inside its unit.

    Raises:
        As `post_update` and `add_file`.
    """
    posted = post_update(session.connection(), obligation_id, form.report(), by=by, at=at, arrived_on=arrived_on)
    for sent in form.sent_files():
        if isinstance(posted, WaitingReportPublic):
            waiting = get_waiting_report(session, by, posted.id)
            add_file_to_waiting(session, storage, waiting, sent, by=by, at=at)
        else:
            add_file(session, storage, get_update(session, by, posted.id), sent, by=by, at=at)
    return posted
