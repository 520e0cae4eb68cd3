"""The routes that change members of collectives and dissolve units, with their obligations."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Reader, UnitEditor
from app.access.routing import api_router
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import RowId, WithReason
from app.tasks import dissolution_actions, membership_actions, unit_queries
from app.tasks.part_schemas import Ending, MemberJoined, MemberPublic, MemberQuery, MembershipPublic, MembershipWrite
from app.units.deps import VisibleUnit
from app.units.queries import get_unit, public_units
from app.units.schemas import UnitPublic

router = api_router(tags=["obligations", "units"])


@router.put("/units/{unit_id}/dissolution")
def dissolve_unit(unit: VisibleUnit, wanted: WithReason, actor: UnitEditor, session: SessionDep) -> UnitPublic:
    """Dissolve a unit that was merged away, today. It owes what has begun, and no period from today on."""
    dissolved = dissolution_actions.dissolve(session, unit, wanted.reason, by=actor, at=clock.now())
    return public_units(session, [dissolved])[0]


@router.get("/units/{unit_id}/members")
def list_members(
    collective: VisibleUnit,
    query: Annotated[MemberQuery, Query()],
    actor: Reader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[MemberPublic]:
    """List a collective's members, past ones too."""
    return linked(unit_queries.list_members(session, collective, query))


@router.put("/units/{unit_id}/members/{member_id}")
def add_member(
    collective: VisibleUnit, member_id: RowId, wanted: MembershipWrite, actor: UnitEditor, session: SessionDep
) -> MemberJoined:
    """Make a unit a member of a collective, from today or another day on. It then owes what the collective owes in
    periods that begin from then on, and on request in those under way."""
    member, under_way = get_unit(session, actor, member_id), wanted.takes_part_in_current
    joined = membership_actions.add_member(
        session, collective, member, wanted.from_on, by=actor, at=clock.now(), takes_part_in_current=under_way
    )
    return MemberJoined(**joined.membership.model_dump(), overdue_at_once=joined.overdue_at_once)


@router.delete("/units/{unit_id}/members/{member_id}")
def end_member(
    collective: VisibleUnit,
    member_id: RowId,
    ending: Annotated[Ending, Query()],
    actor: UnitEditor,
    session: SessionDep,
) -> MembershipPublic:
    """End a unit's membership today. Obligations of periods that have begun stay. Those of a membership
    entered by mistake are voided as if they had never been."""
    membership = membership_actions.end_member(
        session, collective, member_id, ending.reason, by=actor, at=clock.now(), as_if_never=ending.as_if_never
    )
    return MembershipPublic.model_validate(membership)
