"""Which claim rules an actor sees, and which match the claims of a token."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.claim_rules.models import ClaimRule
from app.access.claim_rules.schemas import ClaimRulePublic, ClaimRuleQuery
from app.access.models import ApiKey
from app.access.persons.models import Person
from app.access.persons.queries import public_persons
from app.access.queries import keys_in_scope, public_keys
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page


def visible_rules(actor: Actor) -> SelectOfScalar[ClaimRule]:
    """Rules whose whole scope lies in the actor's."""
    return select(ClaimRule).where(col(ClaimRule.key_id).in_(keys_in_scope(actor).with_only_columns(col(ApiKey.id))))


def get_rule(session: Session, actor: Actor, rule_id: int, *, locks: bool) -> ClaimRule:
    """Raises:
    NotFound: no such rule in the actor's scope.
    """
    rows = visible_rules(actor).where(col(ClaimRule.id) == rule_id)
    rule = session.exec(rows.with_for_update() if locks else rows).first()
    if rule is None:
        raise NotFound(say("there is no claim rule {id} in your scope; GET /claim-rules lists them", id=rule_id))
    return rule


def list_rules(session: Session, actor: Actor, query: ClaimRuleQuery) -> Page[ClaimRulePublic]:
    return keyset_page(session, query, visible_rules(actor), col(ClaimRule.id), partial(public_rules, session))


def public_rules(session: Session, rules: Sequence[ClaimRule]) -> list[ClaimRulePublic]:
    keys = session.exec(select(ApiKey).where(col(ApiKey.id).in_([one.key_id for one in rules]))).all()
    access = {key.id: key for key in public_keys(session, keys)}
    return [
        ClaimRulePublic(
            **one.model_dump(),
            jurisdiction=one.jurisdiction_code,
            role=access[one.key_id].role,
            units=access[one.key_id].units,
        )
        for one in rules
    ]


def keys_by_rule(session: Session, rule: ClaimRule) -> Sequence[ApiKey]:
    """The keys, locked, of the persons whom rules made and who may do all that one rule allows: it may be by this one.
    Which of several rules gave what is not stored."""
    persons = select(Person).where(
        Person.issuer == rule.issuer,
        Person.jurisdiction_code == rule.jurisdiction_code,
        col(Person.rule_id).is_not(None),
        col(Person.ended_at).is_(None),
    )
    (given,) = public_rules(session, [rule])
    made = public_persons(session, session.exec(persons).all())
    ids = [one.id for one in made if one.role is given.role and {*given.units} <= {*one.units}]
    keys = select(ApiKey).join(Person, col(Person.key_id) == col(ApiKey.id)).where(col(Person.id).in_(ids))
    return session.exec(keys.where(col(ApiKey.revoked_at).is_(None)).order_by(col(ApiKey.id)).with_for_update()).all()


def matching_rules(session: Session, issuer: str, claims: Mapping[str, Any]) -> list[ClaimRule]:
    """The active rules that an account with these claims fulfils, oldest first."""
    rows = select(ClaimRule).where(ClaimRule.issuer == issuer, col(ClaimRule.ended_at).is_(None))
    return [rule for rule in session.exec(rows.order_by(col(ClaimRule.id))) if rule.matches(claims)]
