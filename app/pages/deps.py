"""Who looks at a page, what they may do on it, and the rows that its address names, seen by them."""

from typing import Annotated

from fastapi import Depends

from app import clock
from app.access.actors import Actor, Viewer
from app.access.permissions import Permission
from app.access.sessions.page_deps import OnPage
from app.checklists.models import Checklist
from app.checklists.queries import get_checklist
from app.database.session import SessionDep
from app.obligations import queries as obligations
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation
from app.shapes import RowId

PageReader = Annotated[Viewer, Depends(OnPage(Permission.READ_PUBLISHED, gives_actor=False))]
PageObligationReader = Annotated[Actor, Depends(OnPage(Permission.READ_OBLIGATIONS))]
PageReporter = Annotated[Actor, Depends(OnPage(Permission.POST_UPDATE))]
PageReleaser = Annotated[Actor, Depends(OnPage(Permission.RELEASE))]
PageReviewer = Annotated[Actor, Depends(OnPage(Permission.REVIEW))]
PageAuditor = Annotated[Actor, Depends(OnPage(Permission.AUDIT))]
PageEditor = Annotated[Actor, Depends(OnPage(Permission.EDIT_REGISTER))]


def _checklist(checklist_id: RowId, viewer: PageReader, session: SessionDep) -> Checklist:
    return get_checklist(session, viewer, checklist_id)


def _obligation(obligation_id: RowId, actor: PageObligationReader, session: SessionDep) -> Obligation:
    return obligations.get_obligation(session, actor, obligation_id)


PageChecklist = Annotated[Checklist, Depends(_checklist)]
PageObligation = Annotated[Obligation, Depends(_obligation)]


def _locked(obligation: PageObligation, session: SessionDep) -> LockedObligation:
    return obligations.lock_obligation(session, obligation, clock.now())


LockedOnPage = Annotated[LockedObligation, Depends(_locked)]
