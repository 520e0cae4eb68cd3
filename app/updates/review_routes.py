"""The routes of reviews and withdrawals."""

from app import clock
from app.access.deps import Reporter, Reviewer
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.shapes import WithReason
from app.updates import review_actions, withdrawal_actions
from app.updates.deps import VisibleUpdate
from app.updates.review_schemas import ReviewedMany, ReviewedPublic, ReviewMany, ReviewWrite
from app.updates.schemas import StatusUpdatePublic

router = api_router(tags=["updates"])


@router.post("/updates/{update_id}/review", status_code=201)
def review_update(
    once: OnceDep, actor: Reviewer, update: VisibleUpdate, wanted: ReviewWrite, session: SessionDep
) -> ReviewedPublic:
    """审核: accept a claim of completion, or return it with a reason."""
    return once.store(review_actions.review(session, update, wanted, by=actor, at=clock.now()))


@router.put("/updates/{update_id}/withdrawal")
def withdraw_claim(
    actor: Reporter, update: VisibleUpdate, wanted: WithReason, session: SessionDep
) -> StatusUpdatePublic:
    """撤回: withdraw your unit's claim before the office has reviewed it. It stays readable, and the last day
    counts again."""
    return withdrawal_actions.withdraw(session, update, wanted.reason, by=actor, at=clock.now())


@router.post("/reviews", status_code=201, responses={404: ANSWERS[404]})
def review_updates(once: OnceDep, wanted: ReviewMany, actor: Reviewer, session: SessionDep) -> ReviewedMany:
    """Review several claims at once, all or none; an error names the first invalid item by its index."""
    return once.store(review_actions.review_many(session, wanted, by=actor, at=clock.now()))
