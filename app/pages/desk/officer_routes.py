"""HTTP of the forms beside an obligation by which the office and auditors act on it."""

from fastapi.responses import RedirectResponse

from app import clock
from app.database.session import SessionDep
from app.notices.urgings import actions as urging_actions
from app.pages.deps import LockedOnPage, PageAuditor, PageEditor, PageObligation, PageReviewer
from app.pages.desk.deps import ExtensionOnPage, FindingOnPage, UpdateOnPage
from app.pages.desk.officer_forms import (
    ClosureFormDep,
    DecisionFormDep,
    FindingExtensionFormDep,
    FindingFormDep,
    ReviewFormDep,
    UrgingFormDep,
)
from app.pages.forms import PostedDep
from app.pages.routing import page_router
from app.updates import extension_actions, finding_actions, review_actions

router = page_router()


@router.post("/obligations/{obligation_id}/updates/{update_id}/review")
def review_report(
    posted: PostedDep, actor: PageReviewer, update: UpdateOnPage, form: ReviewFormDep, session: SessionDep
) -> RedirectResponse:
    review_actions.review(session, update, form.review(), by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{update.obligation_id}", "reviewed")


@router.post("/obligations/{obligation_id}/extensions/{extension_id}/decision")
def decide_extension(
    posted: PostedDep, actor: PageEditor, extension: ExtensionOnPage, form: DecisionFormDep, session: SessionDep
) -> RedirectResponse:
    extension_actions.decide(session, extension, form.words(), by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{extension.obligation_id}", "decided")


@router.post("/obligations/{obligation_id}/urgings")
def urge(
    posted: PostedDep, actor: PageEditor, obligation: PageObligation, form: UrgingFormDep, session: SessionDep
) -> RedirectResponse:
    """催办: urge the unit of one obligation."""
    urging_actions.urge(session, form.urging([obligation.id]), by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{obligation.id}", "urged")


@router.post("/obligations/{obligation_id}/findings")
def open_finding(
    posted: PostedDep, actor: PageAuditor, locked: LockedOnPage, form: FindingFormDep, session: SessionDep
) -> RedirectResponse:
    found = finding_actions.open_finding(session, locked, form.finding(), by=actor)
    return posted.leads_to(f"/obligations/{found.obligation_id}", "found")


@router.post("/obligations/{obligation_id}/findings/{finding_id}/extension")
def extend_finding(
    posted: PostedDep, actor: PageAuditor, finding: FindingOnPage, form: FindingExtensionFormDep, session: SessionDep
) -> RedirectResponse:
    finding_actions.extend(session, finding, form.extension(), by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{finding.obligation_id}", "extended")


@router.post("/obligations/{obligation_id}/findings/{finding_id}/closure")
def close_finding(
    posted: PostedDep, actor: PageAuditor, finding: FindingOnPage, form: ClosureFormDep, session: SessionDep
) -> RedirectResponse:
    finding_actions.close(session, finding, form.closure(), by=actor, at=clock.now())
    return posted.leads_to(f"/obligations/{finding.obligation_id}", "closed")
