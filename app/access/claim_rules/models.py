"""The table of claim rules: what the identity provider says of an account, and what that lets its holder do here."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.database.columns import IDENTITY, identity, partial_index, reference
from app.journal.rows import Journaled


class ClaimRule(Journaled, table=True):
    """Whoever has an account of `issuer` with `value` in its claim `claim` is a person here. What they may do is a key
    without a secret, as of a person."""

    __tablename__: ClassVar[Any] = "claim_rule"
    __table_args__ = (
        partial_index("ix_claim_rule_issuer", "issuer", where="ended_at IS NULL"),
        UniqueConstraint("key_id"),
        IDENTITY,
    )
    journal_kind: ClassVar[str] = "access"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"claim_rule.ended": {"ended_at"}}
    not_personal: ClassVar[frozenset[str]] = frozenset({"claim", "value"})
    codes: ClassVar[frozenset[str]] = frozenset({"issuer", "jurisdiction_code"})

    id: int = identity()
    issuer: str = Field(max_length=300)
    claim: str = Field(max_length=100)
    value: str = Field(max_length=200)
    jurisdiction_code: str = Field(max_length=12)
    key_id: int = reference("api_key.id")
    releases: bool = True  # as of a person
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def who(self) -> str:
        """As the journal names it."""
        return f"claim_rule:{self.id}"

    def matches(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim is the value, or a list that has it."""
        said = claims.get(self.claim)
        return self.value in said if isinstance(said, list) else self.value == said
