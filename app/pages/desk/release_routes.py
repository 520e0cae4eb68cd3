"""HTTP of the forms beside an obligation for the report that waits inside its unit."""

from fastapi.responses import RedirectResponse

from app import clock
from app.database.session import SessionDep
from app.edge.arrivals import ArrivedOn
from app.pages.deps import PageReleaser, PageReporter
from app.pages.desk.deps import WaitingReportOnPage
from app.pages.desk.forms import ReasonFormDep
from app.pages.forms import PostedDep
from app.pages.routing import page_router
from app.updates.releases import actions

router = page_router()


@router.post("/obligations/{obligation_id}/waiting-reports/{report_id}/release")
def release_report(
    posted: PostedDep,
    actor: PageReleaser,
    waiting: WaitingReportOnPage,
    arrived_on: ArrivedOn,
    session: SessionDep,
) -> RedirectResponse:
    actions.release(session, waiting, by=actor, at=clock.now(), arrived_on=arrived_on)
    return posted.leads_to(f"/obligations/{waiting.obligation_id}", "released")


@router.post("/obligations/{obligation_id}/waiting-reports/{report_id}/withdrawal")
def withdraw_report(
    posted: PostedDep, actor: PageReporter, waiting: WaitingReportOnPage, form: ReasonFormDep, session: SessionDep
) -> RedirectResponse:
    actions.withdraw(session, waiting, form.words().reason, by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{waiting.obligation_id}", "withdrawn")
