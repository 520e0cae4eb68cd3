"""The table of calendar feeds."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from app.database.columns import IDENTITY, BigId, identity
from app.notices.subscriptions.models import CatalogueRow


class CalendarToken(CatalogueRow, table=True):
    """A token for the calendar of one unit only. Calendar programs send no headers, so it is in the URL."""

    __tablename__: ClassVar[Any] = "calendar_token"
    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "jurisdiction_code"], ["unit.id", "unit.jurisdiction_code"]),
        Index("ix_calendar_token_unit_id", "unit_id", "id"),
        IDENTITY,
    )
    journal_digests: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {"calendar_token.revoked": {"revoked_at"}}
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code", "token_hash"})

    id: int = identity()
    unit_id: int = Field(sa_type=BigId)
    jurisdiction_code: str = Field(max_length=12)
    token_hash: str = Field(max_length=64, unique=True)  # SHA-256 of 256 random bits, as of a key
    created_at: datetime
    revoked_at: datetime | None = None
