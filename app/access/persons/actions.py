"""The office says who signs in, and for whom."""

from datetime import datetime

from sqlmodel import Session

from app.access.actions import add_key, require_may_give
from app.access.actors import Actor
from app.access.models import ApiKey, access_of
from app.access.persons import queries
from app.access.persons.models import Person
from app.access.persons.schemas import PersonChange, PersonCreate, PersonPublic
from app.access.schemas import UNITS_OF_REPORTERS, AccessWanted, units_fit_role
from app.errors import InvalidRequest, PersonEnded, StaleRevision
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say


def create_person(
    session: Session, wanted: PersonCreate, issuer: str | None, *, by: Actor, at: datetime
) -> PersonPublic:
    """Args:
    issuer: of whose accounts the settings speak; for a person for whom none is given.

    Raises:
        OutsideScope, RoleNotAllowed, UnknownReference, UnitDissolved: as for a key.
        InvalidRequest: there is no issuer. AlreadyExists: somebody active has the account.
    """
    require_may_give(by, wanted)
    issuer = issuer_or_ours(wanted.issuer, issuer)
    stream = access_of(wanted.jurisdiction)
    moment = lock(session, at, stream)
    key, links = add_key(session, wanted, None, name=wanted.name, at=moment)
    person = Person(
        issuer=issuer,
        subject=wanted.subject,
        name=wanted.name,
        jurisdiction_code=wanted.jurisdiction,
        key_id=key.id,
        releases=wanted.releases,
        created_at=moment,
    )
    session.add(person)
    session.flush()
    rows = [person, key, *links]
    record(session, stream, by=by.who, verb="person.created", subject=person.who, at=moment, rows=rows)
    return queries.public_persons(session, [person])[0]


def change_person(session: Session, person_id: int, wanted: PersonChange, *, by: Actor, at: datetime) -> PersonPublic:
    """Change a person's name, role, units or `releases`. Their sessions end. No claim rule applies to them any more.

    Raises:
        NotFound: no such person in the actor's scope. PersonEnded. StaleRevision: somebody changed it meanwhile.
        RoleNotAllowed, UnknownReference, UnitDissolved: as for a key. InvalidRequest: units and role do not fit.
    """
    stream = access_of(queries.jurisdiction_of_person(session, by, person_id))
    moment = lock(session, at, stream)
    person = queries.get_person(session, by, person_id)
    (before,) = queries.public_persons(session, [person])
    if person.ended_at is not None:
        raise PersonEnded()
    if person.revision != wanted.revision:
        raise StaleRevision(current=before.model_dump(mode="json"))
    access = _changed_access(before, wanted)
    require_may_give(by, access)
    person.name, person.rule_id = wanted.name or person.name, None
    person.releases = person.releases if wanted.releases is None else wanted.releases
    rows = [person, *rekey(session, person, access, moment)]
    record(session, stream, by=by.who, verb="person.changed", subject=person.who, at=moment, rows=rows)
    return queries.public_persons(session, [person])[0]


def end_person(session: Session, person_id: int, *, by: Actor, at: datetime) -> PersonPublic:
    """From this moment on they sign in no more, and their sessions end. To end it again changes nothing.

    Raises:
        NotFound: no such person in the actor's scope.
    """
    stream = access_of(queries.jurisdiction_of_person(session, by, person_id))
    moment = lock(session, at, stream)
    person = queries.get_person(session, by, person_id)
    if person.ended_at is None:
        key = _revoke(session, person, moment)
        person.ended_at, person.revision = moment, person.revision + 1
        rows = [person, key]
        record(session, stream, by=by.who, verb="person.ended", subject=person.who, at=moment, rows=rows)
    return queries.public_persons(session, [person])[0]


def issuer_or_ours(given: str | None, ours: str | None) -> str:
    """Raises:
    InvalidRequest: there is neither.
    """
    if (issuer := given or ours) is None:
        raise InvalidRequest(fields=[("body.issuer", say("give the issuer, as no DUBAN_OIDC_ISSUER is set"))])
    return issuer


def rekey(session: Session, person: Person, access: AccessWanted, at: datetime) -> list[Journaled]:
    """Give a person another key in the place of theirs. Returns the rows beside the person's that it changes.

    Raises:
        UnknownReference, UnitDissolved.
    """
    former = _revoke(session, person, at)
    key, links = add_key(session, access, None, name=person.name, at=at)
    person.key_id, person.revision = key.id, person.revision + 1
    return [former, key, *links]


def _changed_access(before: PersonPublic, wanted: PersonChange) -> AccessWanted:
    """Raises:
    InvalidRequest: a reporter without units, or somebody else with some.
    """
    role = wanted.role or before.role
    units = wanted.units if wanted.units is not None else before.units if role is before.role else []
    if not units_fit_role(role, units):
        raise InvalidRequest(fields=[("body.units", UNITS_OF_REPORTERS)])
    return AccessWanted.model_construct(role=role, jurisdiction=before.jurisdiction, units=units)


def _revoke(session: Session, person: Person, at: datetime) -> ApiKey:
    key = session.get_one(ApiKey, person.key_id, with_for_update=True)
    key.revoked_at = key.revoked_at or at  # earlier where a claim rule of theirs has ended
    return key
