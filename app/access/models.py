"""The tables of keys, their units and stored responses, with the rules of a key."""

from collections.abc import Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Text, UniqueConstraint, case, literal
from sqlmodel import Field, SQLModel

from app.database.columns import IDENTITY, BigId, enum_type, identity, reference
from app.journal.recorder import StreamRef
from app.journal.rows import Journaled


def access_of(jurisdiction_code: str) -> StreamRef:
    """The stream of the keys of a jurisdiction. Keys for everything are in the oldest one, `access`, which had all."""
    return StreamRef(f"access:{jurisdiction_code}" if jurisdiction_code else "access", jurisdiction_code)


def access_name(jurisdiction_code: Any) -> ColumnElement[str]:
    """The name of `access_of`, in SQL."""
    return case((jurisdiction_code == "", "access"), else_=literal("access:").concat(jurisdiction_code))


class ActorRole(StrEnum):
    """Who somebody is to Duban. Not to be mixed up with a unit's part in a task (`Role`)."""

    ANONYMOUS = "anonymous"
    REPORTER = "reporter"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    ADMIN = "admin"


class ApiKey(Journaled, table=True):
    """A bearer key: a public prefix, and the SHA-256 of 256 random bits that only its owner has. A person's key has no
    secret (`secret_hash` is empty): it says what they may do, and nobody sends it."""

    __tablename__: ClassVar[Any] = "api_key"
    __table_args__ = (CheckConstraint("role <> 'anonymous'", name="role_is_held"), IDENTITY)
    journal_kind: ClassVar[str] = "access"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_digests: ClassVar[frozenset[str]] = frozenset({"secret_hash"})
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "key.revoked": {"revoked_at"},
        "person.changed": {"revoked_at"},
        "person.ended": {"revoked_at"},
        "claim_rule.ended": {"revoked_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"name"})
    codes: ClassVar[frozenset[str]] = frozenset({"prefix", "secret_hash", "jurisdiction_code"})

    id: int = identity()
    prefix: str = Field(max_length=16, unique=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=100)
    role: ActorRole = Field(sa_type=enum_type(ActorRole, "role"))
    jurisdiction_code: str = Field(max_length=12)  # a prefix: '' is everywhere, 34 the province, 341522 the county
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class ApiKeyUnit(Journaled, table=True):
    """A unit for which a reporter's key speaks. The pair of unit and jurisdiction is one that exists."""

    __tablename__: ClassVar[Any] = "api_key_unit"
    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "jurisdiction_code"], ["unit.id", "unit.jurisdiction_code"]),
        IDENTITY,
    )
    journal_kind: ClassVar[str] = "access"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code"})

    id: int = identity()
    key_id: int = reference("api_key.id")
    unit_id: int = Field(sa_type=BigId)
    jurisdiction_code: str = Field(max_length=12)


class StoredResponse(SQLModel, table=True):
    """The response to a POST with an Idempotency-Key, stored for a day. It is not part of the register: not
    journaled, and gone afterwards. After a redaction `body` is empty: done once, without a response to repeat."""

    __tablename__: ClassVar[Any] = "kept_answer"
    __table_args__ = (UniqueConstraint("key_id", "method", "path", "idempotency_key"), IDENTITY)

    id: int = identity()
    key_id: int = reference("api_key.id")
    method: str = Field(max_length=10)
    path: str = Field(max_length=300)
    idempotency_key: str = Field(max_length=255)
    request_hash: str = Field(max_length=64)
    created_at: datetime = Field(index=True)
    status: int
    body: str | None = Field(default=None, sa_type=Text)  # null until the endpoint has answered, in one transaction
