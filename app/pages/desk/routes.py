"""HTTP of a unit's desk, and of one obligation with the unit's forms."""

from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from app import clock
from app.access.permissions import Permission
from app.database.session import SessionDep
from app.edge.arrivals import ArrivedOn
from app.notices.urgings import actions as urging_actions
from app.pages.deps import LockedOnPage, PageObligation, PageObligationReader, PageReporter
from app.pages.desk import actions as desk_actions
from app.pages.desk import queries
from app.pages.desk.deps import FindingOnPage, UrgingOnPage
from app.pages.desk.forms import AnswerFormDep, ExtensionFormDep, ReportFormDep
from app.pages.desk.queries import ObligationsQuery
from app.pages.forms import PostedDep
from app.pages.rendering import PageDep
from app.pages.routing import page_router
from app.shapes import RowId
from app.storage import StorageDep
from app.tasks.fragments import FragmentsDep
from app.updates import actions, evidence_queries, extension_actions, finding_actions
from app.updates.releases.schemas import WaitingReportPublic

router = page_router()


@router.get("/desk", response_model=None)
def show_desk(
    actor: PageObligationReader, session: SessionDep, fragments: FragmentsDep, page: PageDep
) -> str | RedirectResponse:
    """What waits for a unit; the office and auditors have a desk of their own."""
    if not actor.may(Permission.POST_UPDATE):
        return page.leads_to("/office")
    return page("desk.html", queries.desk(session, actor, fragments, today=clock.today()))


@router.get("/obligations")
def list_obligations(
    query: Annotated[ObligationsQuery, Query()], actor: PageObligationReader, session: SessionDep, page: PageDep
) -> str:
    """What units owe, by the filters of the API's list."""
    return page("obligations.html", queries.obligations(session, actor, query, today=clock.today()))


@router.get("/obligations/{obligation_id}")
def show_obligation(obligation: PageObligation, actor: PageObligationReader, session: SessionDep, page: PageDep) -> str:
    """Everything about one obligation, with the forms for who may send them."""
    shown = queries.obligation_page(session, actor, obligation, page.language, today=clock.today())
    return page("obligation.html", shown)


@router.post("/obligations/{obligation_id}/reports")
def post_report(
    posted: PostedDep,
    obligation_id: RowId,
    form: ReportFormDep,
    actor: PageReporter,
    arrived_on: ArrivedOn,
    session: SessionDep,
    storage: StorageDep,
) -> RedirectResponse:
    said = desk_actions.report(session, storage, obligation_id, form, by=actor, at=clock.now(), arrived_on=arrived_on)
    waits = isinstance(said, WaitingReportPublic)
    return posted.leads_to(f"/obligations/{obligation_id}", "waits" if waits else "reported")


@router.post("/obligations/{obligation_id}/receipt")
def acknowledge(posted: PostedDep, locked: LockedOnPage, actor: PageReporter, session: SessionDep) -> RedirectResponse:
    obligation = actions.acknowledge(session, locked, by=actor)
    return posted.leads_to(f"/obligations/{obligation.id}", "acknowledged")


@router.post("/obligations/{obligation_id}/extensions")
def ask_for_extension(
    posted: PostedDep,
    locked: LockedOnPage,
    form: ExtensionFormDep,
    actor: PageReporter,
    arrived_on: ArrivedOn,
    session: SessionDep,
) -> RedirectResponse:
    extension = extension_actions.ask(session, locked, form.request(), by=actor, arrived_on=arrived_on)
    return posted.leads_to(f"/obligations/{extension.obligation_id}", "asked")


@router.post("/obligations/{obligation_id}/findings/{finding_id}/answers")
def answer_finding(
    posted: PostedDep,
    actor: PageReporter,
    finding: FindingOnPage,
    form: AnswerFormDep,
    arrived_on: ArrivedOn,
    session: SessionDep,
) -> RedirectResponse:
    finding_actions.answer(session, finding, form.to_finding(), by=actor, at=clock.now(), arrived_on=arrived_on)
    return posted.leads_to(f"/obligations/{finding.obligation_id}", "answered")


@router.post("/obligations/{obligation_id}/urgings/{urging_id}/answer")
def answer_urging(
    posted: PostedDep, actor: PageReporter, urging: UrgingOnPage, form: AnswerFormDep, session: SessionDep
) -> RedirectResponse:
    urging_actions.answer(session, urging, form.to_urging().answer, by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{urging.obligation_id}", "answered")


@router.get("/evidence/{evidence_id}/file", response_class=Response)
def read_file(evidence_id: RowId, actor: PageObligationReader, session: SessionDep, storage: StorageDep) -> Response:
    """A file of evidence, always as an attachment."""
    file = evidence_queries.read_file(session, storage, actor, evidence_id)
    return Response(file.content, headers=file.headers)
