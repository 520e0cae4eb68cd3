"""The queries for updates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.persons.queries import names_of
from app.errors import NotFound
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import visible_to
from app.obligations.states import ObligationState
from app.paging import Page, keyset_page
from app.updates.models import Claim, ClaimWithdrawal, Evidence, Review, StatusUpdate
from app.updates.releases.models import WaitingReport
from app.updates.review_schemas import ReviewPublic, WithdrawalPublic
from app.updates.schemas import EvidencePublic, ObligationUpdateQuery, StatusUpdatePublic, UpdateQuery, evidence_public


def visible_updates(actor: Actor) -> SelectOfScalar[StatusUpdate]:
    """A unit sees its own updates, an officer those in their scope."""
    return select(StatusUpdate).where(visible_to(actor, col(StatusUpdate.unit_id), col(StatusUpdate.checklist_id)))


def get_update(session: Session, actor: Actor, update_id: int) -> StatusUpdate:
    """Raises:
    NotFound: the update does not exist, or the actor may not see it.
    """
    update = session.exec(visible_updates(actor).where(col(StatusUpdate.id) == update_id)).first()
    if update is None:
        raise NotFound(say("there is no update {id} that you may see; check the number", id=update_id))
    return update


def list_updates(session: Session, actor: Actor, query: UpdateQuery) -> Page[StatusUpdatePublic]:
    rows = visible_updates(actor)
    if query.unit is not None:
        rows = rows.where(col(StatusUpdate.unit_id) == query.unit)
    if query.task is not None:
        rows = rows.where(col(StatusUpdate.task_id) == query.task)
    if query.checklist is not None:
        rows = rows.where(col(StatusUpdate.checklist_id) == query.checklist)
    if query.awaiting_review is not None:
        waits = _waits_for_review()
        rows = rows.where(waits if query.awaiting_review else not_(waits))
    if query.since is not None:
        rows = rows.where(col(StatusUpdate.posted_at) >= query.since)
    return _newest_first(session, rows, query)


def _waits_for_review() -> ColumnElement[bool]:
    """Whether an update is a claim that waits for review: the last claim on a submitted obligation, not withdrawn."""
    is_submitted = exists().where(
        col(Obligation.id) == col(StatusUpdate.obligation_id), col(Obligation.state) == ObligationState.SUBMITTED
    )
    claims = col(StatusUpdate.state) == Claim.COMPLETED
    is_over = [exists().where(col(of.update_id) == col(StatusUpdate.id)) for of in (Review, ClaimWithdrawal)]
    return and_(claims, is_submitted, not_(or_(*is_over)))


def list_of_obligation(
    session: Session, actor: Actor, obligation: Obligation, query: ObligationUpdateQuery
) -> Page[StatusUpdatePublic]:
    rows = visible_updates(actor).where(col(StatusUpdate.obligation_id) == obligation.id)
    return _newest_first(session, rows, query)


def _newest_first(
    session: Session, rows: SelectOfScalar[StatusUpdate], query: UpdateQuery | ObligationUpdateQuery
) -> Page[StatusUpdatePublic]:
    return keyset_page(session, query, rows, col(StatusUpdate.id), partial(public_updates, session), descending=True)


def public_updates(session: Session, updates: Sequence[StatusUpdate]) -> list[StatusUpdatePublic]:
    ids = [update.id for update in updates]
    evidence = evidence_of(session, col(Evidence.update_id), ids)
    reviews = session.exec(select(Review).where(col(Review.update_id).in_(ids)))
    withdrawals = session.exec(select(ClaimWithdrawal).where(col(ClaimWithdrawal.update_id).in_(ids)))
    released = session.exec(select(WaitingReport).where(col(WaitingReport.update_id).in_(ids)))
    written = {one.update_id: one.reported_at for one in released}
    names = names_of(session, {who for one in updates for who in (one.reported_by, one.approved_by)})
    reviewed = {one.update_id: ReviewPublic.model_validate(one) for one in reviews}
    withdrawn = {one.update_id: WithdrawalPublic.model_validate(one) for one in withdrawals}
    return [
        public_update(one, evidence[one.id], names, reviewed.get(one.id), withdrawn.get(one.id), written.get(one.id))
        for one in updates
    ]


def evidence_of(session: Session, owner: Any, ids: Sequence[int]) -> Mapping[int, list[EvidencePublic]]:
    """Owner's id → its evidence; `owner` is the column of that id."""
    evidence = defaultdict(list)
    for one in session.exec(select(Evidence).where(owner.in_(ids)).order_by(col(Evidence.id))):
        evidence[getattr(one, owner.key)].append(evidence_public(one))
    return evidence


def public_update(
    update: StatusUpdate,
    evidence: Sequence[EvidencePublic],
    names: Mapping[str, str],
    review: ReviewPublic | None = None,
    withdrawal: WithdrawalPublic | None = None,
    reported_at: datetime | None = None,
) -> StatusUpdatePublic:
    """An update with its evidence, review and withdrawal.

    Args:
        names: of persons, by how the journal names them.
        reported_at: when it was written, if it waited for its release.
    """
    return StatusUpdatePublic.of(
        update,
        evidence=evidence,
        review=review,
        withdrawal=withdrawal,
        reported_by=names.get(update.reported_by, update.reported_by),
        approved_by=names.get(update.approved_by, update.approved_by),
        reported_at=reported_at,
    )
