"""The rows beside an obligation that an address names. Each belongs to that obligation; one of another is 404."""

from typing import Annotated, TypeVar

from fastapi import Depends

from app.database.session import SessionDep
from app.errors import NotFound
from app.languages.messages import say
from app.notices.urgings.models import Urging
from app.notices.urgings.queries import get_urging
from app.obligations.models import Obligation
from app.pages.deps import PageObligation, PageObligationReader
from app.shapes import RowId
from app.updates.extension_queries import get_extension
from app.updates.finding_models import Finding
from app.updates.finding_queries import get_finding
from app.updates.models import Extension, StatusUpdate
from app.updates.queries import get_update
from app.updates.releases.models import WaitingReport
from app.updates.releases.queries import get_waiting_report

Row = TypeVar("Row", Extension, Finding, StatusUpdate, Urging, WaitingReport)


def _of(obligation: Obligation, row: Row) -> Row:
    """Raises:
    NotFound: the row belongs to another obligation.
    """
    if row.obligation_id != obligation.id:
        raise NotFound(say("obligation {id} has nothing at this address; check the number", id=obligation.id))
    return row


def _extension(
    extension_id: RowId, obligation: PageObligation, actor: PageObligationReader, session: SessionDep
) -> Extension:
    return _of(obligation, get_extension(session, actor, extension_id))


def _finding(
    finding_id: RowId, obligation: PageObligation, actor: PageObligationReader, session: SessionDep
) -> Finding:
    return _of(obligation, get_finding(session, actor, finding_id))


def _update(
    update_id: RowId, obligation: PageObligation, actor: PageObligationReader, session: SessionDep
) -> StatusUpdate:
    return _of(obligation, get_update(session, actor, update_id))


def _urging(urging_id: RowId, obligation: PageObligation, actor: PageObligationReader, session: SessionDep) -> Urging:
    return _of(obligation, get_urging(session, actor, urging_id))


def _waiting_report(
    report_id: RowId, obligation: PageObligation, actor: PageObligationReader, session: SessionDep
) -> WaitingReport:
    return _of(obligation, get_waiting_report(session, actor, report_id))


ExtensionOnPage = Annotated[Extension, Depends(_extension)]
FindingOnPage = Annotated[Finding, Depends(_finding)]
UpdateOnPage = Annotated[StatusUpdate, Depends(_update)]
UrgingOnPage = Annotated[Urging, Depends(_urging)]
WaitingReportOnPage = Annotated[WaitingReport, Depends(_waiting_report)]
