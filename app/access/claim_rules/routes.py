"""Claim rules, over HTTP."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.claim_rules import actions, queries
from app.access.claim_rules.schemas import ClaimRuleCreate, ClaimRulePublic, ClaimRuleQuery
from app.access.deps import AnyKeyManager
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.paging import LinkedDep, Page
from app.shapes import RowId

router = api_router("/claim-rules", tags=["persons"])


@router.get("")
def list_claim_rules(
    query: Annotated[ClaimRuleQuery, Query()], actor: AnyKeyManager, session: SessionDep, linked: LinkedDep
) -> Page[ClaimRulePublic]:
    """List the claim rules in your scope, oldest first, those that have ended too."""
    return linked(queries.list_rules(session, actor, query))


@router.post("", status_code=201)
def create_claim_rule(
    once: OnceDep, wanted: ClaimRuleCreate, actor: AnyKeyManager, session: SessionDep, settings: SettingsDep
) -> ClaimRulePublic:
    """Say that accounts with a value in a claim are persons here. It applies at each sign-in and to each new token."""
    made = actions.create_rule(session, wanted, settings.oidc_issuer or None, by=actor, at=clock.now())
    return once.store(made)


@router.delete("/{rule_id}")
def end_claim_rule(rule_id: RowId, actor: AnyKeyManager, session: SessionDep) -> ClaimRulePublic:
    """End a claim rule. Sessions and tokens of whom it made a person end at their next request."""
    return actions.end_rule(session, rule_id, by=actor, at=clock.now())
