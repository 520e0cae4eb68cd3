"""The query for the members of a collective."""

from sqlmodel import Session, col, select

from app.paging import Page, keyset_page
from app.tasks.part_schemas import MemberPublic, MemberQuery
from app.units.models import Membership, Unit


def list_members(session: Session, collective: Unit, query: MemberQuery) -> Page[MemberPublic]:
    rows = (
        select(Membership, Unit)
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(col(Membership.collective_id) == collective.id)
    )
    return keyset_page(
        session,
        query,
        rows,
        col(Membership.id),
        lambda some: [MemberPublic(**one.model_dump(), name=unit.name, kind=unit.kind) for one, unit in some],
    )
