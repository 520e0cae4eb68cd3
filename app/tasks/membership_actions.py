"""The actions on the members of a collective: a unit joins, and leaves."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.clock import local_day
from app.errors import NotACollective, NotFound
from app.journal.recorder import record
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.queries import count_overdue
from app.obligations.states import MEMBERSHIP_ENDED
from app.tasks.actions import AS_IF_NEVER
from app.tasks.parts import lock_parts, settle_parts
from app.units.models import Membership, Unit, UnitKind, directory_of


class Joined(NamedTuple):
    """A unit's membership, and the number of obligations that an earlier first day made overdue."""

    membership: Membership
    overdue_at_once: int = 0


def add_member(
    session: Session,
    collective: Unit,
    unit: Unit,
    from_on: date | None = None,
    *,
    by: Actor,
    at: datetime,
    always: bool = False,
    takes_part_in_current: bool = False,
) -> Joined:
    """Make a unit a member of a collective. For a member, only whether it owes current periods can change.

    It then owes what the collective owes in periods that begin on its first day or later.

    Args:
        from_on: its first day; today without it.
        always: it has always been a member; only for a new collective.
        takes_part_in_current: it also owes the periods under way on its first day, from that day on.

    Raises:
        OutsideScope; NotACollective: the first is not a collective, or the second is one;
        OutsideJurisdiction: they belong to two; UnitDissolved: one of them.
    """
    by.require_scope(collective.jurisdiction_code)
    if collective.kind is not UnitKind.COLLECTIVE:
        raise NotACollective(
            say("the kind of {unit} is {kind}; give a collective", unit=collective.name, kind=collective.kind)
        )
    if unit.kind is UnitKind.COLLECTIVE:
        raise NotACollective(
            say("{unit} is a collective itself; the members of a collective are concrete units", unit=unit.name)
        )
    unit.require_jurisdiction(collective.jurisdiction_code)
    moment, checklists = lock_parts(session, collective, at)
    today, membership = local_day(moment), _current_membership(session, collective, unit.id)
    verb = "member.added" if membership is None else "member.changed"
    if membership is None:
        for one in (collective, unit):
            session.refresh(one)
            one.require_existing()
        membership = Membership(
            collective_id=collective.id,
            unit_id=unit.id,
            jurisdiction_code=collective.jurisdiction_code,
            from_on=None if always else from_on or today,
        )
    elif membership.takes_part_in_current or not takes_part_in_current:
        return Joined(membership)
    membership.takes_part_in_current = takes_part_in_current
    session.add(membership)
    before = count_overdue(session, col(Obligation.unit_id) == unit.id, today)
    _journal_member(session, collective, membership, verb, by, moment)
    settle_parts(session, [collective.id], checklists, by=by, at=moment)
    return Joined(membership, count_overdue(session, col(Obligation.unit_id) == unit.id, today) - before)


def end_member(
    session: Session,
    collective: Unit,
    unit_id: int,
    reason: str | None = None,
    *,
    by: Actor,
    at: datetime,
    as_if_never: bool = False,
) -> Membership:
    """End a unit's membership today. Obligations of periods that have begun stay; the rest is waived.

    Args:
        reason: why; the journal has it.
        as_if_never: it joined by mistake: obligations through this membership alone are voided, except in archived
            checklists. A membership that ended before can be voided later.

    Raises:
        OutsideScope; NotFound: it is not a member.
    """
    by.require_scope(collective.jurisdiction_code)
    moment, checklists = lock_parts(session, collective, at)
    membership = _current_membership(session, collective, unit_id)
    if membership is None and as_if_never:
        membership = _former_membership(session, collective, unit_id)
    if membership is None:
        raise NotFound(
            say(
                "unit {id} is not a member of {name}; GET /units/{collective}/members lists them",
                id=unit_id,
                name=collective.name,
                collective=collective.id,
            )
        )
    membership.end(membership.until_on or local_day(moment), never=moment if as_if_never else None)
    facts = ({"reason": reason} if reason else {}) | (AS_IF_NEVER if as_if_never else {})
    _journal_member(session, collective, membership, "member.ended", by, moment, facts or None)
    through = {*session.exec(select(Assignment.id).where(col(Assignment.unit_id) == collective.id))}

    def taken_back(one: Obligation) -> bool:
        return one.unit_id == unit_id and one.assignment_id in through

    settle_parts(
        session,
        [collective.id],
        checklists,
        by=by,
        at=moment,
        reason=reason if as_if_never and reason else MEMBERSHIP_ENDED,
        mistaken=taken_back if as_if_never else None,
    )
    return membership


def _current_membership(session: Session, collective: Unit, unit_id: int) -> Membership | None:
    return session.exec(_memberships(collective, unit_id).where(col(Membership.until_on).is_(None))).first()


def _former_membership(session: Session, collective: Unit, unit_id: int) -> Membership | None:
    """The last membership of a unit that ended and is not voided."""
    former = _memberships(collective, unit_id).where(col(Membership.voided_at).is_(None))
    return session.exec(former.order_by(col(Membership.id).desc())).first()


def _memberships(collective: Unit, unit_id: int) -> SelectOfScalar[Membership]:
    return select(Membership).where(col(Membership.collective_id) == collective.id, col(Membership.unit_id) == unit_id)


def _journal_member(
    session: Session,
    collective: Unit,
    membership: Membership,
    verb: str,
    by: Actor,
    moment: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    stream, subject = directory_of(collective.jurisdiction_code), f"unit:{collective.id}"
    record(session, stream, by=by.who, verb=verb, subject=subject, at=moment, rows=[membership], facts=facts)
