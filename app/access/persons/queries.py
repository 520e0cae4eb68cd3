"""Which persons an actor sees."""

from collections.abc import Collection, Sequence
from functools import partial

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.models import ApiKey
from app.access.persons.models import AS_WHO, Person, PersonState
from app.access.persons.schemas import PersonPublic, PersonQuery
from app.access.queries import keys_in_scope, public_keys
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page


def visible_persons(actor: Actor) -> SelectOfScalar[Person]:
    """Persons whose whole scope lies in the actor's: of every role, or reporters only, as of keys."""
    return select(Person).where(col(Person.key_id).in_(keys_in_scope(actor).with_only_columns(col(ApiKey.id))))


def get_person(session: Session, actor: Actor, person_id: int) -> Person:
    """Raises:
    NotFound: no such person in the actor's scope.
    """
    person = session.exec(visible_persons(actor).where(col(Person.id) == person_id).with_for_update()).first()
    if person is None:
        raise _no_person(person_id)
    return person


def jurisdiction_of_person(session: Session, actor: Actor, person_id: int) -> str:
    """A person's jurisdiction, which never changes: by it the stream is locked before the row.

    Raises:
        NotFound: no such person in the actor's scope.
    """
    person = visible_persons(actor).where(col(Person.id) == person_id)
    code: str | None = session.scalar(person.with_only_columns(col(Person.jurisdiction_code)))
    if code is None:
        raise _no_person(person_id)
    return code


def _no_person(person_id: int) -> NotFound:
    return NotFound(say("there is no person {id} in your scope; GET /persons lists them", id=person_id))


def list_persons(session: Session, actor: Actor, query: PersonQuery) -> Page[PersonPublic]:
    rows = visible_persons(actor)
    if query.role:
        of_role = select(ApiKey.id).where(col(ApiKey.role) == query.role)
        rows = rows.where(col(Person.key_id).in_(of_role))
    if query.state:
        is_ended = col(Person.ended_at).is_not(None)
        rows = rows.where(is_ended if query.state is PersonState.ENDED else ~is_ended)
    return keyset_page(session, query, rows, col(Person.id), partial(public_persons, session))


def names_of(session: Session, texts: Collection[str]) -> dict[str, str]:
    """The names of today of those that the journal names so: `person:12`. Other texts are names already."""
    ids = [int(found[1]) for text in texts if (found := AS_WHO.fullmatch(text))]
    persons = session.exec(select(Person).where(col(Person.id).in_(ids))) if ids else ()
    return {one.who: one.name for one in persons}


def public_persons(session: Session, persons: Sequence[Person]) -> list[PersonPublic]:
    keys = session.exec(select(ApiKey).where(col(ApiKey.id).in_([one.key_id for one in persons]))).all()
    access = {key.id: key for key in public_keys(session, keys)}
    return [
        PersonPublic(
            **one.model_dump(),
            state=one.state,
            rule=one.rule_id,
            jurisdiction=one.jurisdiction_code,
            role=access[one.key_id].role,
            units=access[one.key_id].units,
        )
        for one in persons
    ]
