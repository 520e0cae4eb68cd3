"""The actions on reviews (审核): the office accepts a claim of completion or returns it."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from app.access.actors import Actor
from app.errors import AlreadyReviewed, NotAwaitingReview
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import lock_obligation
from app.tasks.bulk import change_found
from app.updates.models import Claim, Judgement, Review, StatusUpdate
from app.updates.queries import get_update
from app.updates.review_schemas import ReviewedMany, ReviewedPublic, ReviewMany, ReviewWrite


def review(session: Session, update: StatusUpdate, wanted: ReviewWrite, *, by: Actor, at: datetime) -> ReviewedPublic:
    """Accept a claim, which completes the obligation on the day of the claim, or return it with a reason; then the last
    day counts again.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn;
        NotAwaitingReview: it is not a claim that waits; FindingOpen: no claim is accepted while one is open.
    """
    locked = lock_obligation(session, session.get_one(Obligation, update.obligation_id), at)
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    require_last_claim(session, update)
    if wanted.judgement is Judgement.ACCEPTED:
        locked.obligation.accept()
    else:
        locked.obligation.send_back(wanted.reason or "")
    judged = Review(
        checklist_id=update.checklist_id,
        update_id=update.id,
        key_id=by.key_id,
        judgement=wanted.judgement,
        reason=wanted.reason,
        reviewed_at=locked.moment,
    )
    session.add(judged)
    journal_change(session, locked, f"update.{wanted.judgement}", by=by, rows=[judged])
    return ReviewedPublic(**judged.model_dump(), obligation_id=update.obligation_id)


def review_many(session: Session, wanted: ReviewMany, *, by: Actor, at: datetime) -> ReviewedMany:
    """Review several claims, all or none.

    Raises:
        What `review` raises for the first invalid item, with its index; NotFound: the actor may not see it.
    """
    reviewed = change_found(
        session,
        wanted.items,
        lambda item: get_update(session, by, item.update_id),
        lambda update, item, moment: review(session, update, item, by=by, at=moment),
        at=at,
    )
    return ReviewedMany(items=reviewed)


def require_last_claim(session: Session, update: StatusUpdate) -> None:
    """Raises:
    NotAwaitingReview: the update is not a claim, or not the last one.
    """
    claimed = col(StatusUpdate.state) == Claim.COMPLETED
    of_obligation = col(StatusUpdate.obligation_id) == update.obligation_id
    if update.id != session.exec(select(func.max(StatusUpdate.id)).where(of_obligation, claimed)).one():
        raise NotAwaitingReview(say("update {id} is not the last claim on its obligation", id=update.id))


def require_not_reviewed(session: Session, update: StatusUpdate) -> None:
    """Raises:
    AlreadyReviewed.
    """
    if review := session.exec(select(Review).where(col(Review.update_id) == update.id)).first():
        raise AlreadyReviewed(say("update {id} is {judgement} already", id=update.id, judgement=review.judgement))
