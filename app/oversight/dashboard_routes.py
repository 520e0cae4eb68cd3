"""The route of the dashboard."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import ObligationReader
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.oversight import dashboard_queries
from app.oversight.dashboard_schemas import DashboardPublic, DashboardQuery

router = api_router("/checklists", tags=["oversight"])


@router.get("/{checklist_id}/dashboard", responses={403: ANSWERS[403]})
def read_dashboard(
    actor: ObligationReader, checklist: VisibleChecklist, query: Annotated[DashboardQuery, Query()], session: SessionDep
) -> DashboardPublic:
    """A checklist's figures as of a day, in one response; a unit sees those of its own obligations."""
    return dashboard_queries.dashboard(session.connection(), actor, checklist.id, query, today=clock.today())
