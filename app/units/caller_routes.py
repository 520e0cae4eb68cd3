"""The route that shows a caller to itself."""

from app.access.deps import CallerDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.units import caller_queries
from app.units.caller_schemas import CallerPublic

# no entry of the journal says with which key a request is sent
router = api_router("/me", tags=["me"], journaled=False)


@router.get("")
def read_caller(actor: CallerDep, session: SessionDep) -> CallerPublic:
    """The caller as the server sees it: your role, your scope, your units and what you may do."""
    return caller_queries.public_caller(session, actor)
