"""The action that withdraws a claim of completion (撤回) before the office has judged it."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import lock_obligation
from app.updates.models import ClaimWithdrawal, StatusUpdate
from app.updates.queries import public_updates
from app.updates.review_actions import require_last_claim, require_not_reviewed
from app.updates.schemas import StatusUpdatePublic


def withdraw(session: Session, update: StatusUpdate, reason: str, *, by: Actor, at: datetime) -> StatusUpdatePublic:
    """Withdraw a claim that waits: the obligation is as if nobody had claimed it, and its last day counts again. With
    the same reason again, it changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; AlreadyReviewed;
        NotAwaitingReview: it is not a claim that waits.
    """
    by.require_unit(update.unit_id)
    locked = lock_obligation(session, session.get_one(Obligation, update.obligation_id), at)
    of_update = select(ClaimWithdrawal.id).where(col(ClaimWithdrawal.update_id) == update.id)
    if session.exec(of_update.where(col(ClaimWithdrawal.reason) == reason)).first() is None:
        locked.checklist.require_changeable()
        locked.task.require_not_withdrawn()
        require_not_reviewed(session, update)
        require_last_claim(session, update)
        locked.obligation.withdraw_claim(*_reported_without(session, update))
        withdrawn = ClaimWithdrawal(
            checklist_id=update.checklist_id,
            update_id=update.id,
            key_id=by.key_id,
            reason=reason,
            withdrawn_at=locked.moment,
        )
        session.add(withdrawn)
        journal_change(session, locked, "update.withdrawn", by=by, rows=[withdrawn])
    return public_updates(session, [update])[0]


def _reported_without(session: Session, update: StatusUpdate) -> tuple[int, list[dict[str, object]]]:
    """The percent and figures last reported, without this update and withdrawn ones."""
    others = select(StatusUpdate).where(
        col(StatusUpdate.obligation_id) == update.obligation_id,
        col(StatusUpdate.id) != update.id,
        col(StatusUpdate.id).not_in(select(ClaimWithdrawal.update_id)),
    )
    said = session.exec(others.order_by(col(StatusUpdate.id).desc())).all()
    percent = next((one.percent for one in said if one.percent is not None), 0)
    return percent, next((one.figures for one in said if one.figures), [])
