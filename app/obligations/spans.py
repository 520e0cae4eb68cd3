"""Keeping the spans of an obligation in step with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app import clock
from app.clock import local_day
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.span_models import ObligationSpan

# what is remembered of an obligation's standing for every day
STANDING = ("state", "due_on", "completed_on", "claimed_on", "has_missed", "finding_due_on")


def first_span(obligation: Obligation, period: Period) -> ObligationSpan:
    """An obligation counts from its period's first day, whenever it was imported."""
    return ObligationSpan.model_construct(**_standing(obligation), from_at=clock.start_of(period.starts_on))


def advance(session: Session, obligations: Sequence[Obligation], at: datetime) -> list[ObligationSpan]:
    """Close the open span of each obligation whose standing changed, and open the next, at one moment.

    Returns:
        Every span that was changed or made, for the journal.
    """
    if not obligations:
        return []
    by_id = {obligation.id: obligation for obligation in obligations}
    current = select(ObligationSpan).where(
        col(ObligationSpan.obligation_id).in_(by_id), col(ObligationSpan.to_at).is_(None)
    )
    closed: list[ObligationSpan] = []
    opened: list[ObligationSpan] = []
    for span in session.exec(current.order_by(col(ObligationSpan.id))).all():
        following = advanced(by_id[span.obligation_id], span, at)
        if following is not None:
            closed.append(span)
            opened.append(following)
    session.flush()  # the old ones end before the new ones begin: only one may be open
    session.add_all(opened)
    session.flush()
    return closed + opened


def advanced(obligation: Obligation, span: ObligationSpan, at: datetime) -> ObligationSpan | None:
    """The span after an obligation's open one, which ends here; None where its standing is the same."""
    obligation.has_missed |= span.has_missed or span.is_overdue(local_day(at))
    if all(getattr(obligation, name) == getattr(span, name) for name in STANDING):
        return None
    # a change before the period's first day takes its place from that day on
    span.to_at = max(at, span.from_at)
    return ObligationSpan(**_standing(obligation), from_at=span.to_at)


def _standing(obligation: Obligation) -> dict[str, Any]:
    whose = {"checklist_id": obligation.checklist_id, "obligation_id": obligation.id, "unit_id": obligation.unit_id}
    return {**whose, **{name: getattr(obligation, name) for name in STANDING}}
