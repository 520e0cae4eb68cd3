"""The functions that write the spans of obligations when these change."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from app import clock
from app.clock import by_clock, local_day
from app.database.bulk import insert_all
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.suspension_models import Suspension, end_suspensions

# the columns of an obligation that spans repeat
REMEMBERED = (
    "state",
    "due_on",
    "completed_on",
    "claimed_on",
    "has_missed",
    "finding_due_on",
    "finding_answered_on",
    "starts_on",
    "first_due_on",
    "report_every_days",
    "held_on",
    "suspended_on",
)
_remembered = attrgetter(*REMEMBERED)


def first_span(obligation: Obligation, at: datetime) -> ObligationSpan:
    """The first span of an obligation: it begins on the day from which it is owed."""
    if obligation.starts_on is None:
        raise LookupError(obligation.id)
    return ObligationSpan.model_construct(**_values(obligation, clock.start_of(obligation.starts_on), by_clock(at)))


def advance(
    session: Session, obligations: Sequence[Obligation], at: datetime, on: date | None = None
) -> list[ObligationSpan | Suspension]:
    """Close the open span of each obligation whose remembered columns changed, and open the next, at one moment. A
    closed obligation is not suspended any more.

    Args:
        on: as for `advanced`; the day of the moment without it.

    Returns:
        Every row that was changed or made, for the journal.
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
        following = advanced(by_id[span.obligation_id], span, at, on or local_day(at))
        if following is not None:
            closed.append(span)
            opened.append(following)
    session.flush()  # the old ones end before the new ones begin: only one may be open
    insert_all(session, opened)
    resumed = [one.obligation_id for one in closed if one.suspended_on and not by_id[one.obligation_id].suspended_on]
    return [*closed, *opened, *end_suspensions(session, resumed, at)]


def advanced(obligation: Obligation, span: ObligationSpan, at: datetime, on: date) -> ObligationSpan | None:
    """The span after an obligation's open one, which ends here; None if no remembered column changed.

    Args:
        on: the day of what changed it, on which its last day may have passed.
    """
    if obligation.voided_at is not None:
        return None
    if span.voided_at is None:
        obligation.has_missed |= obligation.held_on is None and span.is_overdue(on)
    if not obligation.is_open:  # by whichever verb: what is closed is not suspended
        obligation.suspended_on = None
    if span.voided_at is None and _remembered(obligation) == _remembered(span):
        return None
    # a change before the first day counts from that day on
    at = by_clock(at)
    span.to_at = max(at, span.from_at)
    span.end_recorded_at = None if span.to_at == at else at
    return ObligationSpan.model_construct(**_values(obligation, span.to_at, at))


def void(session: Session, obligations: Sequence[Obligation], at: datetime) -> list[ObligationSpan | Suspension]:
    """Void obligations: no response for any day has them, unless `known_on` lies before.

    Returns:
        Every row that was changed, for the journal.
    """
    at, spans = by_clock(at), _spans(session, obligations, col(ObligationSpan.voided_at).is_(None))
    for one in (*obligations, *spans):
        one.voided_at = at
    suspended = [one for one in obligations if one.suspended_on]
    for one in suspended:
        one.suspended_on = None
    session.flush()
    return [*spans, *end_suspensions(session, [one.id for one in suspended], at)]


def begin_earlier(session: Session, obligations: Sequence[Obligation], at: datetime) -> list[ObligationSpan]:
    """Add spans from the day from which obligations are owed now to the moment from which they were owed until now.

    Returns:
        Every span that was made, for the journal.
    """
    at, first = by_clock(at), dict[int, ObligationSpan]()
    for span in _spans(session, obligations, col(ObligationSpan.voided_at).is_(None)):
        first.setdefault(span.obligation_id, span)
    made = [
        _again(first[one.id], one, clock.start_of(one.starts_on), first[one.id].from_at, at)
        for one in obligations
        if one.id in first and one.starts_on is not None and clock.start_of(one.starts_on) < first[one.id].from_at
    ]
    session.add_all(made)
    session.flush()
    return made


def restart(session: Session, obligations: Sequence[Obligation], at: datetime) -> list[ObligationSpan]:
    """Record obligations anew from the day from which they are owed now, and void their former spans. One that was
    voided and is completed stays voided from its completion on.

    Returns:
        Every span that was changed or made, for the journal.
    """
    at, by_id = by_clock(at), {obligation.id: obligation for obligation in obligations}
    made: dict[int, list[ObligationSpan]] = {}
    every = _spans(session, obligations, true())
    taken_back = {span.obligation_id: span.voided_at for span in every if span.to_at is None}
    former = [
        span
        for span in every
        if span.voided_at is None
        or span.to_at is None
        or (span.voided_at == taken_back[span.obligation_id] and by_id[span.obligation_id].completed_on is not None)
    ]
    for span in former:
        obligation = by_id[span.obligation_id]
        again = made.setdefault(obligation.id, [])
        if obligation.starts_on is not None:
            since = clock.start_of(obligation.starts_on)
            to_at = None if span.to_at is None else max(span.to_at, since)
            again.append(_again(span, obligation, max(span.from_at, since) if again else since, to_at, at))
        span.voided_at = span.voided_at or at
        if span.to_at is None:
            span.to_at = max(at, span.from_at)
            span.end_recorded_at = None if span.to_at == at else at
    session.flush()  # the old ones end before the new ones begin: only one may be open
    spans = [span for some in made.values() for span in some]
    session.add_all(spans)
    session.flush()
    return [*former, *spans]


def _spans(session: Session, obligations: Sequence[Obligation], which: ColumnElement[bool]) -> Sequence[ObligationSpan]:
    """The spans of obligations, in the order in which they begin."""
    if not obligations:
        return []
    ids = [obligation.id for obligation in obligations]
    query = select(ObligationSpan).where(col(ObligationSpan.obligation_id).in_(ids), which)
    return session.exec(query.order_by(col(ObligationSpan.from_at), col(ObligationSpan.id))).all()


def _again(
    span: ObligationSpan, obligation: Obligation, from_at: datetime, to_at: datetime | None, at: datetime
) -> ObligationSpan:
    """A copy of a span for an obligation that is owed from another day. An open span is as the obligation is now."""
    if to_at is None:
        return ObligationSpan(**_values(obligation, from_at, at))
    stood = {name: getattr(span, name) for name in REMEMBERED} | {"starts_on": obligation.starts_on}
    ended = None if to_at == at else at
    return ObligationSpan(**_values(obligation, from_at, at) | stood, to_at=to_at, end_recorded_at=ended)


def _values(obligation: Obligation, from_at: datetime, at: datetime) -> dict[str, Any]:
    whose = {"checklist_id": obligation.checklist_id, "obligation_id": obligation.id, "unit_id": obligation.unit_id}
    when = {"from_at": from_at, "recorded_at": None if from_at == at else at}
    return {**whose, **{name: getattr(obligation, name) for name in REMEMBERED}, **when}
