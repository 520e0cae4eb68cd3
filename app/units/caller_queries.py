"""The query for the caller of a request and the names of their units."""

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.access.models import ApiKey
from app.access.permissions import Permission
from app.access.persons.models import Person
from app.units.caller_schemas import CallerKey, CallerPerson, CallerPublic, CallerUnit
from app.units.models import Unit
from app.units.queries import get_jurisdiction


def public_caller(session: Session, actor: Actor) -> CallerPublic:
    has_secret = actor.key_id is not None and actor.person_id is None
    key = session.get_one(ApiKey, actor.key_id) if has_secret else None
    person = session.get_one(Person, actor.person_id) if actor.person_id is not None else None
    units = session.exec(select(Unit).where(col(Unit.id).in_(actor.unit_ids)).order_by(col(Unit.id)))
    jurisdiction = get_jurisdiction(session, actor.jurisdiction_code)
    return CallerPublic(
        role=actor.role,
        jurisdiction=actor.jurisdiction_code,
        jurisdiction_name=jurisdiction.name if jurisdiction else None,
        units=[CallerUnit(id=unit.id, name=unit.name) for unit in units],
        permissions=sorted(filter(actor.may, Permission)),
        key=CallerKey.model_validate(key) if key else None,
        person=CallerPerson.model_validate(person) if person else None,
    )
