"""An admin says which accounts are persons here by what the identity provider says of them."""

from datetime import datetime

from sqlmodel import Session

from app.access.actions import add_key, require_may_give
from app.access.actors import Actor
from app.access.claim_rules import queries
from app.access.claim_rules.models import ClaimRule
from app.access.claim_rules.schemas import ClaimRuleCreate, ClaimRulePublic
from app.access.models import ApiKey, access_of
from app.access.persons.actions import issuer_or_ours
from app.journal.recorder import lock, record


def create_rule(
    session: Session, wanted: ClaimRuleCreate, issuer: str | None, *, by: Actor, at: datetime
) -> ClaimRulePublic:
    """Args:
    issuer: of whose accounts the settings speak; for a rule for which none is given.

    Raises:
        OutsideScope, UnknownReference, UnitDissolved: as for a key. InvalidRequest: there is no issuer.
    """
    require_may_give(by, wanted)
    issuer = issuer_or_ours(wanted.issuer, issuer)
    stream = access_of(wanted.jurisdiction)
    moment = lock(session, at, stream)
    key, links = add_key(session, wanted, None, name=f"{wanted.claim}={wanted.value}"[:100], at=moment)
    rule = ClaimRule(
        issuer=issuer,
        claim=wanted.claim,
        value=wanted.value,
        jurisdiction_code=wanted.jurisdiction,
        key_id=key.id,
        releases=wanted.releases,
        created_at=moment,
    )
    session.add(rule)
    session.flush()
    rows = [rule, key, *links]
    record(session, stream, by=by.who, verb="claim_rule.created", subject=rule.who, at=moment, rows=rows)
    return queries.public_rules(session, [rule])[0]


def end_rule(session: Session, rule_id: int, *, by: Actor, at: datetime) -> ClaimRulePublic:
    """From this moment on it makes nobody a person, and whoever may rest on it signs in again. To end it again changes
    nothing.

    Raises:
        NotFound: no such rule in the actor's scope.
    """
    stream = access_of(queries.get_rule(session, by, rule_id, locks=False).jurisdiction_code)
    moment = lock(session, at, stream)
    session.expire_all()
    rule = queries.get_rule(session, by, rule_id, locks=True)
    if rule.ended_at is None:
        rule.ended_at = moment
        keys = [session.get_one(ApiKey, rule.key_id, with_for_update=True), *queries.keys_by_rule(session, rule)]
        for key in keys:
            key.revoked_at = moment
        record(session, stream, by=by.who, verb="claim_rule.ended", subject=rule.who, at=moment, rows=[rule, *keys])
    return queries.public_rules(session, [rule])[0]
