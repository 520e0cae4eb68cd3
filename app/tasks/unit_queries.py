"""The members of a collective."""

from sqlmodel import Session, col, select

from app.paging import Page, after_key
from app.tasks.schemas import MemberPublic, MemberQuery
from app.units.models import Membership, Unit


def list_members(session: Session, collective: Unit, query: MemberQuery) -> Page[MemberPublic]:
    rows = (
        select(Membership, Unit)
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(col(Membership.collective_id) == collective.id)
    )
    if after := query.after(int):
        rows = rows.where(after_key([col(Membership.id)], after))
    found = session.exec(rows.order_by(col(Membership.id)).limit(query.limit + 1)).all()
    kept = found[: query.limit]
    cursor = query.cursor_at([kept[-1][0].id]) if len(found) > query.limit else None
    items = [MemberPublic(**member.model_dump(), name=unit.name, kind=unit.kind) for member, unit in kept]
    return Page(items=items, next_cursor=cursor)
