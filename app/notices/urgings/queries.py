"""The queries for urgings."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.errors import NotFound
from app.languages.messages import say
from app.notices.urgings.models import Urging
from app.notices.urgings.schemas import UrgingPublic, UrgingQuery
from app.obligations.models import Obligation
from app.obligations.queries import visible_to
from app.obligations.states import ObligationState, open_in
from app.paging import Page, keyset_page


def visible_urgings(actor: Actor) -> SelectOfScalar[Urging]:
    """A unit sees its own, an officer all in their scope."""
    return select(Urging).where(visible_to(actor, col(Urging.unit_id), col(Urging.checklist_id)))


def get_urging(session: Session, actor: Actor, urging_id: int) -> Urging:
    """Raises:
    NotFound: the urging does not exist, or the actor may not see it.
    """
    urging = session.exec(visible_urgings(actor).where(col(Urging.id) == urging_id)).first()
    if urging is None:
        raise NotFound(say("there is no urging {id} that you may see; check the number", id=urging_id))
    return urging


def list_urgings(session: Session, actor: Actor, query: UrgingQuery, *, today: date) -> Page[UrgingPublic]:
    rows = visible_urgings(actor)
    equal = (
        (query.obligation, col(Urging.obligation_id)),
        (query.checklist, col(Urging.checklist_id)),
        (query.unit, col(Urging.unit_id)),
    )
    rows = rows.where(*(column == value for value, column in equal if value is not None))
    answered = col(Urging.answered_at)
    if query.answered is not None:
        rows = rows.where(answered.is_not(None) if query.answered else answered.is_(None))
    if query.waiting is not None:
        waits = and_(answered.is_(None), _has_work(today))
        rows = rows.where(waits if query.waiting else not_(waits))
    if query.overdue is not None:
        late = and_(answered.is_(None), col(Urging.answer_by) < today, _has_work(today))
        rows = rows.where(late if query.overdue else not_(late))
    return keyset_page(session, query, rows, col(Urging.id), public_urgings, descending=True)


def _has_work(today: date) -> ColumnElement[bool]:
    """Whether an Urging's unit still has something to do: its obligation is open, not claimed and not suspended."""
    owed = col(Obligation.id) == col(Urging.obligation_id), col(Obligation.voided_at).is_(None)
    unclaimed = open_in("obligation"), col(Obligation.state) != ObligationState.SUBMITTED
    goes_on = or_(col(Obligation.suspended_on).is_(None), col(Obligation.suspended_on) > today)
    return exists().where(*owed, *unclaimed, goes_on)


def public_urgings(urgings: Iterable[Urging]) -> list[UrgingPublic]:
    return [*map(UrgingPublic.model_validate, urgings)]


def last_number(session: Session, obligation_id: int) -> int:
    """How often an obligation was urged."""
    return session.exec(select(func.max(Urging.number)).where(col(Urging.obligation_id) == obligation_id)).one() or 0
