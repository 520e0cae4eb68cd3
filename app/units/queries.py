"""The queries for jurisdictions and units, and which units a caller may see."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial

from sqlalchemy import ColumnElement, bindparam, false, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Viewer
from app.access.models import ActorRole
from app.database.filters import contains
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page
from app.units.directory import Directory, KnownUnit
from app.units.models import Jurisdiction, Membership, Unit, UnitAlias, UnitKind
from app.units.schemas import JurisdictionPublic, JurisdictionQuery, UnitPublic, UnitQuery


@lru_cache(256)  # to build it takes as long as to run it
def visible_units(viewer: Viewer) -> SelectOfScalar[Unit]:
    """A county's units are public. A name that nobody has confirmed yet is shown only to those who may need it."""
    own: ColumnElement[bool] = false()
    if viewer.is_officer:
        own = col(Unit.jurisdiction_code).startswith(viewer.jurisdiction_code, autoescape=True)
    elif viewer.role is ActorRole.REPORTER:
        own = col(Unit.jurisdiction_code) == viewer.jurisdiction_code
    return select(Unit).where(or_(col(Unit.is_confirmed) == true(), own))


def get_unit(session: Session, viewer: Viewer, unit_id: int) -> Unit:
    """Raises:
    NotFound: the unit does not exist, or the caller may not see it.
    """
    unit = session.exec(visible_units(viewer).where(col(Unit.id) == unit_id)).first()
    if unit is None:
        raise NotFound(say("there is no unit {id} that you may see; check the number", id=unit_id))
    return unit


def lock_unit(session: Session, unit_id: int) -> Unit:
    """The unit's current row, locked until the transaction ends."""
    return session.get_one(Unit, unit_id, with_for_update=True, populate_existing=True)


def get_jurisdiction(session: Session, code: str) -> Jurisdiction | None:
    return session.get(Jurisdiction, code)


def list_jurisdictions(session: Session, query: JurisdictionQuery) -> Page[JurisdictionPublic]:
    rows = select(Jurisdiction)
    if query.jurisdiction is not None:
        rows = rows.where(col(Jurisdiction.code).startswith(query.jurisdiction, autoescape=True))
    return keyset_page(
        session, query, rows, col(Jurisdiction.code), lambda some: [*map(JurisdictionPublic.model_validate, some)]
    )


def list_units(session: Session, viewer: Viewer, query: UnitQuery) -> Page[UnitPublic]:
    rows = visible_units(viewer)
    if query.jurisdiction is not None:
        rows = rows.where(col(Unit.jurisdiction_code).startswith(query.jurisdiction, autoescape=True))
    if query.kind is not None:
        rows = rows.where(col(Unit.kind) == query.kind)
    if query.confirmed is not None:
        rows = rows.where(col(Unit.is_confirmed) == query.confirmed)
    if query.collective is not None:
        members = select(Membership.unit_id).where(col(Membership.collective_id) == query.collective)
        rows = rows.where(col(Unit.id).in_(members))
    if query.q is not None:
        spelt = select(UnitAlias.unit_id).where(
            contains(col(UnitAlias.name), query.q), col(UnitAlias.dropped_at).is_(None)
        )
        rows = rows.where(col(Unit.id).in_(spelt))
    return keyset_page(session, query, rows, col(Unit.id), partial(public_units, session))


_ALIASES = (
    select(UnitAlias.unit_id, UnitAlias.name)
    .where(
        col(UnitAlias.unit_id).in_(bindparam("units", expanding=True)),
        col(UnitAlias.dropped_at).is_(None),
        col(UnitAlias.is_own_name) != true(),
    )
    .order_by(col(UnitAlias.id))
)


def public_units(session: Session, units: Sequence[Unit]) -> list[UnitPublic]:
    session.flush()
    aliases = defaultdict(list)
    for unit_id, name in session.connection().execute(_ALIASES, {"units": [unit.id for unit in units]}):
        aliases[unit_id].append(name)
    return [
        UnitPublic(**unit.model_dump(), jurisdiction=unit.jurisdiction_code, aliases=aliases[unit.id]) for unit in units
    ]


def spellings(session: Session, jurisdiction_code: str) -> dict[str, Unit]:
    """Every name and alias of a jurisdiction's units."""
    query = (
        select(UnitAlias.name, Unit)
        .join(Unit, col(Unit.id) == col(UnitAlias.unit_id))
        .where(col(UnitAlias.jurisdiction_code) == jurisdiction_code, col(UnitAlias.dropped_at).is_(None))
    )
    return dict(session.exec(query).all())


def directory(session: Session, jurisdiction_code: str) -> Directory:
    """The spellings of a jurisdiction's units, for the reader of cells."""
    known = {
        spelling: KnownUnit(unit.name, unit.kind is UnitKind.COLLECTIVE, unit.is_open)
        for spelling, unit in spellings(session, jurisdiction_code).items()
    }
    jurisdiction = get_jurisdiction(session, jurisdiction_code)
    named = jurisdiction is not None and not jurisdiction.name.isdigit()
    return Directory(known, jurisdiction.name if jurisdiction and named else "")


def memberships(session: Session, collective_id: int) -> Sequence[Membership]:
    query = select(Membership).where(col(Membership.collective_id) == collective_id).order_by(col(Membership.id))
    return session.exec(query).all()
