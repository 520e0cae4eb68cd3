"""The claim rules, as they are applied to an account each time that it signs in or comes with a new token."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, select

from app.access.actions import add_key
from app.access.actors import Account
from app.access.claim_rules.models import ClaimRule
from app.access.claim_rules.queries import matching_rules, public_rules
from app.access.models import ApiKey, access_of
from app.access.persons.actions import rekey
from app.access.persons.models import Person
from app.access.persons.queries import public_persons
from app.access.persons.schemas import Subject
from app.access.schemas import AccessWanted
from app.database.engine import Database
from app.errors import ClaimMissing, ClaimRulesDisagree, ServerReadOnly
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.shapes import PersonName


class Due(NamedTuple):
    """What rules say of an account, where it is not so yet."""

    person: Person | None  # None where there is to be one
    rules: list[ClaimRule]
    access: AccessWanted
    releases: bool

    @property
    def who(self) -> str:
        """As the journal names them."""
        return f"claim_rule:{','.join(str(rule.id) for rule in self.rules)}"


def apply_rules(
    database: Database, account: Account, claims: Mapping[str, Any], at: datetime, *, read_only: bool
) -> None:
    """Make the person of an account that the issuer has proven, or change what they may do, as the rules say.

    Raises:
        ClaimMissing: they were made by a rule, and none matches any more. ClaimRulesDisagree.
        UnitDissolved: a rule names a unit that was merged away. ServerReadOnly: there is something to be changed.
    """
    with database.session(writes=False) as session:
        due = find_due(session, account, claims)
    if due is None:
        return
    if read_only:
        raise ServerReadOnly()
    with database.session(writes=True) as session:
        stream = access_of(due.access.jurisdiction)
        moment = lock(session, at, stream)
        due = find_due(session, account, claims)  # somebody else may have come first
        if due is not None and access_of(due.access.jurisdiction) == stream:
            if due.person is None:
                verb, person, rows = "person.created", *_made(session, due, account, claims, moment)
            else:
                verb, person, rows = "person.changed", due.person, rekey(session, due.person, due.access, moment)
                person.rule_id, person.releases = due.rules[0].id, due.releases
            record(session, stream, by=due.who, verb=verb, subject=person.who, at=moment, rows=[person, *rows])


def find_due(session: Session, account: Account, claims: Mapping[str, Any]) -> Due | None:
    """What is to be made or changed. Whom the office entered, changed or ended is not touched.

    Raises:
        ClaimMissing, ClaimRulesDisagree.
    """
    persons = session.exec(
        select(Person).where(Person.issuer == account.issuer, Person.subject == account.subject)
    ).all()
    person = next((one for one in persons if one.ended_at is None), None)
    if (persons and person is None) or (person and person.rule_id is None) or not _valid(Subject, account.subject):
        return None
    rules = matching_rules(session, account.issuer, claims)
    if not rules:
        if person:
            raise ClaimMissing()
        return None
    access, releases = _union(session, rules), any(one.releases for one in rules)
    if person is None:
        return Due(None, rules, access, releases)
    if access.jurisdiction != person.jurisdiction_code:
        raise ClaimMissing()
    (has,) = public_persons(session, [person])
    is_so = (has.role, set(has.units), has.releases) == (access.role, set(access.units), releases)
    is_active = session.get_one(ApiKey, person.key_id).revoked_at is None  # else one of their rules has ended
    return None if is_so and is_active else Due(person, rules, access, releases)


def _union(session: Session, rules: list[ClaimRule]) -> AccessWanted:
    """Raises:
    ClaimRulesDisagree: about the role or the jurisdiction.
    """
    first, *others = public_rules(session, rules)
    if any((one.role, one.jurisdiction) != (first.role, first.jurisdiction) for one in others):
        raise ClaimRulesDisagree()
    units = sorted({unit for one in (first, *others) for unit in one.units})
    return AccessWanted.model_construct(role=first.role, jurisdiction=first.jurisdiction, units=units)


def _made(
    session: Session, due: Due, account: Account, claims: Mapping[str, Any], at: datetime
) -> tuple[Person, list[Journaled]]:
    name = _valid(PersonName, claims.get("name")) or account.subject[:100]
    key, links = add_key(session, due.access, None, name=name, at=at)
    person = Person(
        **account._asdict(),
        name=name,
        jurisdiction_code=due.access.jurisdiction,
        key_id=key.id,
        rule_id=due.rules[0].id,
        releases=due.releases,
        created_at=at,
    )
    session.add(person)
    session.flush()
    return person, [key, *links]


def _valid(shape: Any, text: Any) -> str | None:
    """A text as a shape of ours has it; None if it does not fit."""
    try:
        return str(TypeAdapter(shape).validate_python(text))
    except ValidationError:
        return None
