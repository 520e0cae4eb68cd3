"""人员: somebody who signs in with an account of the office's identity provider (OpenID Connect)."""

import re
from collections.abc import Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.database.columns import IDENTITY, identity, partial_index, reference
from app.journal.rows import Journaled

AS_WHO = re.compile(r"person:([1-9]\d{0,17})")  # as the journal names them
SIGNS_IN = "ended_at IS NULL AND subject <> ''"


class PersonState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


class Person(Journaled, table=True):
    """Who signs in by the account `subject` of `issuer`.

    What they may do is a key without a secret. Each change revokes it and makes another one: whatever they did names
    the key of that time, caches see the change as they see that of any key, and sessions end.
    """

    __tablename__: ClassVar[Any] = "person"
    __table_args__ = (
        partial_index("uq_person_account", "issuer", "subject", where=SIGNS_IN, unique=True),
        UniqueConstraint("key_id"),
        IDENTITY,
    )
    journal_kind: ClassVar[str] = "access"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_added: ClassVar[Mapping[str, Any]] = {"rule_id": None, "releases": True}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "person.changed": {"name", "key_id", "rule_id", "releases", "revision"},
        "person.ended": {"ended_at", "revision"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"name", "subject"})
    codes: ClassVar[frozenset[str]] = frozenset({"issuer", "jurisdiction_code"})

    id: int = identity()
    issuer: str = Field(max_length=300)
    subject: str = Field(default="", max_length=255)  # empty once it was erased: then no account signs in as them
    name: str = Field(max_length=100)
    jurisdiction_code: str = Field(max_length=12)
    key_id: int = reference("api_key.id")
    rule_id: int | None = reference("claim_rule.id", optional=True)  # made by it; null where the office entered them
    releases: bool = True  # 审核人: releases what others of their units reported
    created_at: datetime
    ended_at: datetime | None = None
    revision: int = 1

    @property
    def who(self) -> str:
        """As the journal names them: never by their name."""
        return f"person:{self.id}"

    @property
    def state(self) -> PersonState:
        return PersonState.ACTIVE if self.ended_at is None else PersonState.ENDED
