"""撤回: a unit takes its claim of completion back before the office has said anything."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import hold
from app.updates.models import ClaimWithdrawal, StatusUpdate
from app.updates.queries import public_updates
from app.updates.review_actions import require_last_claim, require_not_reviewed
from app.updates.schemas import StatusUpdatePublic


def withdraw(session: Session, update: StatusUpdate, reason: str, *, by: Actor, at: datetime) -> StatusUpdatePublic:
    """Take back a claim that waits: its obligation stands as if nobody had claimed it, and counts from its last day
    again. With the same reason again it changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; AlreadyReviewed;
        NotAwaitingReview: it claims nothing, was withdrawn, or is not what waits.
    """
    by.require_unit(update.unit_id)
    held = hold(session, session.get_one(Obligation, update.obligation_id), at)
    of_update = select(ClaimWithdrawal.id).where(col(ClaimWithdrawal.update_id) == update.id)
    if session.exec(of_update.where(col(ClaimWithdrawal.reason) == reason)).first() is None:
        held.checklist.require_changeable()
        held.task.require_not_withdrawn()
        require_not_reviewed(session, update)
        require_last_claim(session, update)
        held.obligation.withdraw_claim(*_reported_without(session, update))
        withdrawn = ClaimWithdrawal(
            checklist_id=update.checklist_id,
            update_id=update.id,
            key_id=by.key_id,
            reason=reason,
            withdrawn_at=held.moment,
        )
        session.add(withdrawn)
        journal_change(session, held, "update.withdrawn", by=by, rows=[withdrawn])
    return public_updates(session, [update])[0]


def _reported_without(session: Session, update: StatusUpdate) -> tuple[int, list[dict[str, object]]]:
    """The percent and the figures that were reported last, but for this update and what was withdrawn before."""
    others = select(StatusUpdate).where(
        col(StatusUpdate.obligation_id) == update.obligation_id,
        col(StatusUpdate.id) != update.id,
        col(StatusUpdate.id).not_in(select(ClaimWithdrawal.update_id)),
    )
    said = session.exec(others.order_by(col(StatusUpdate.id).desc())).all()
    percent = next((one.percent for one in said if one.percent is not None), 0)
    return percent, next((one.figures for one in said if one.figures), [])
