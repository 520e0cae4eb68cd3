"""The action that dissolves a unit: obligations of periods that have begun stay, the rest is waived."""

from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.clock import local_day
from app.journal.recorder import record
from app.obligations.states import DISSOLVED
from app.tasks.parts import lock_parts, settle_parts
from app.units.models import Membership, Unit, directory_of
from app.units.queries import lock_unit


def dissolve(session: Session, unit: Unit, reason: str, *, by: Actor, at: datetime) -> Unit:
    """Dissolve a unit, today: its memberships end, and it owes nothing in periods that begin from today on.
    A collective that is dissolved has no members any more. Doing it again changes nothing.

    Raises:
        OutsideScope.
    """
    by.require_scope(unit.jurisdiction_code)
    moment, checklists = lock_parts(session, unit, at)
    unit = lock_unit(session, unit.id)
    today = local_day(moment)
    if not unit.dissolve(today):
        return unit
    places = select(Membership).where(
        or_(col(Membership.unit_id) == unit.id, col(Membership.collective_id) == unit.id),
        col(Membership.until_on).is_(None),
    )
    ended = session.exec(places.order_by(col(Membership.id)).with_for_update()).all()
    for membership in ended:
        membership.until_on = today
    record(
        session,
        directory_of(unit.jurisdiction_code),
        by=by.who,
        verb="unit.dissolved",
        subject=f"unit:{unit.id}",
        at=moment,
        rows=[unit, *ended],
        facts={"reason": reason},
    )
    part_of = [unit.id, *(membership.collective_id for membership in ended)]
    settle_parts(session, part_of, checklists, by=by, at=moment, verb="dissolution.followed", reason=DISSOLVED)
    return unit
