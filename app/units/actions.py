"""The actions on jurisdictions, units and their aliases."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import NotFound, StaleRevision, UnknownReference
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.units import queries
from app.units.models import Jurisdiction, Unit, UnitAlias, directory_of
from app.units.schemas import JurisdictionPublic, UnitChange, UnitCreate, UnitPublic


def enter_jurisdiction(session: Session, code: str, name: str, *, by: Actor, at: datetime) -> JurisdictionPublic:
    """Enter a jurisdiction, or give it another name; the name it has changes nothing.

    Raises:
        OutsideScope.
    """
    by.require_scope(code)
    stream = directory_of(code)
    moment = lock(session, at, stream)
    rows = name_jurisdiction(session, code, name)
    if rows:
        record(session, stream, by=by.who, verb="jurisdiction.named", subject=stream.name, at=moment, rows=rows)
    return JurisdictionPublic(code=code, name=name)


def name_jurisdiction(session: Session, code: str, name: str | None) -> list[Journaled]:
    """Enter or rename a jurisdiction. Without a name it stays as it is; a new one is named by its code. Returns the row
    if it changed. The caller has locked the directory's stream and journals the row."""
    found = queries.get_jurisdiction(session, code)
    if found is not None and (name is None or found.name == name):
        return []
    jurisdiction = found or Jurisdiction(code=code, name=name or code)
    jurisdiction.name = name or code
    session.add(jurisdiction)
    session.flush()
    return [jurisdiction]


def create_unit(session: Session, wanted: UnitCreate, *, by: Actor, at: datetime) -> UnitPublic:
    """Raises:
    OutsideScope, UnknownReference: the jurisdiction is not theirs, or not there.
    NameTaken: the name or an alias belongs to a unit of the jurisdiction already.
    """
    by.require_scope(wanted.jurisdiction)
    if queries.get_jurisdiction(session, wanted.jurisdiction) is None:
        missing = say("{code} has no directory of units yet; import one first", code=wanted.jurisdiction)
        raise UnknownReference(fields=[("body.jurisdiction", missing)])
    stream = directory_of(wanted.jurisdiction)
    moment = lock(session, at, stream)
    given = wanted.model_dump(exclude={"jurisdiction", "aliases"})
    unit = Unit(**given, jurisdiction_code=wanted.jurisdiction, created_at=moment)
    spelt = add_unit(session, unit, wanted.aliases)
    record(session, stream, by=by.who, verb="unit.created", subject=f"unit:{unit.id}", at=moment, rows=[unit, *spelt])
    return public(session, unit)


def add_unit(session: Session, unit: Unit, aliases: Sequence[str] = ()) -> list[UnitAlias]:
    """Add a unit with its spellings. The caller has locked the directory's stream and journals the rows returned."""
    session.add(unit)
    session.flush()
    spelt = [_spelling(unit, unit.name, own=True)]
    spelt += [_spelling(unit, alias) for alias in dict.fromkeys(aliases) if alias != unit.name]
    session.add_all(spelt)
    session.flush()
    return spelt


def _spelling(unit: Unit, name: str, *, own: bool = False) -> UnitAlias:
    return UnitAlias(unit_id=unit.id, jurisdiction_code=unit.jurisdiction_code, name=name, is_own_name=own)


def change_unit(session: Session, unit: Unit, wanted: UnitChange, *, by: Actor, at: datetime) -> UnitPublic:
    """Raises:
    OutsideScope; StaleRevision: somebody changed it after it was read; NameTaken.
    """
    by.require_scope(unit.jurisdiction_code)
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    unit = queries.lock_unit(session, unit.id)
    if unit.revision != wanted.revision:
        raise StaleRevision(current=public(session, unit).model_dump(mode="json"))
    spelt: list[UnitAlias] = []
    if wanted.name is not None and wanted.name != unit.name:
        spelt = _rename(session, unit, wanted.name)
    if wanted.code is not None:
        unit.code = wanted.code
    if wanted.is_confirmed is not None:
        unit.is_confirmed = wanted.is_confirmed
    unit.revision += 1
    record(session, stream, by=by.who, verb="unit.changed", subject=f"unit:{unit.id}", at=moment, rows=[unit, *spelt])
    return public(session, unit)


def _rename(session: Session, unit: Unit, name: str) -> list[UnitAlias]:
    """Give a unit a new name; the former one stays as an alias, since old registers print it."""
    spelt = _spellings_of(session, unit)
    changed = [alias for alias in spelt if alias.is_own_name or alias.name == name]
    for alias in changed:
        alias.is_own_name = alias.name == name
    if not any(alias.name == name for alias in spelt):
        changed.append(_spelling(unit, name, own=True))
        session.add(changed[-1])
    unit.name = name
    return changed


def _spellings_of(session: Session, unit: Unit) -> Sequence[UnitAlias]:
    query = select(UnitAlias).where(col(UnitAlias.unit_id) == unit.id, col(UnitAlias.dropped_at).is_(None))
    return session.exec(query.with_for_update()).all()


def add_alias(session: Session, unit: Unit, name: str, *, by: Actor, at: datetime) -> UnitPublic:
    """Add a spelling; adding one that the unit has changes nothing.

    Raises:
        OutsideScope, NameTaken.
    """
    by.require_scope(unit.jurisdiction_code)
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    if name not in {alias.name for alias in _spellings_of(session, unit)}:
        alias = _spelling(unit, name)
        session.add(alias)
        record(session, stream, by=by.who, verb="alias.added", subject=f"unit:{unit.id}", at=moment, rows=[alias])
    return public(session, unit)


def drop_alias(session: Session, unit: Unit, name: str, *, by: Actor, at: datetime) -> UnitPublic:
    """Drop a spelling; its row stays for the history.

    Raises:
        OutsideScope; NotFound: the unit has no such alias. Its own name is not an alias.
    """
    by.require_scope(unit.jurisdiction_code)
    stream = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, stream)
    found = [alias for alias in _spellings_of(session, unit) if alias.name == name and not alias.is_own_name]
    if not found:
        raise NotFound(say("unit {id} has no alias of this spelling; GET /units/{id} lists those it has", id=unit.id))
    found[0].dropped_at = moment
    record(session, stream, by=by.who, verb="alias.dropped", subject=f"unit:{unit.id}", at=moment, rows=found)
    return public(session, unit)


def public(session: Session, unit: Unit) -> UnitPublic:
    return queries.public_units(session, [unit])[0]
