"""The dependency that loads the waiting report of a path."""

from typing import Annotated

from fastapi import Depends

from app.access.deps import Reporter
from app.database.session import SessionDep
from app.shapes import RowId
from app.updates.releases.models import WaitingReport
from app.updates.releases.queries import get_waiting_report


def _visible_waiting_report(report_id: RowId, actor: Reporter, session: SessionDep) -> WaitingReport:
    return get_waiting_report(session, actor, report_id)


VisibleWaitingReport = Annotated[WaitingReport, Depends(_visible_waiting_report)]
