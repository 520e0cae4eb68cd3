"""The table of browsers' sessions: an opaque cookie stands for a caller until it ends or is not used for too long."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Index, and_
from sqlmodel import Field, SQLModel, col

from app.config import Settings
from app.database.columns import IDENTITY, identity, reference


class SessionLimits(NamedTuple):
    """How long a session lasts: without a request, and at most."""

    idle: timedelta
    life: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "SessionLimits":
        return cls(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))


def cookie_hash(cookie: str) -> str:
    """What the database stores of a cookie: SHA-256 of 256 random bits, as of a key."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


class WebSession(SQLModel, table=True):
    """Somebody who signed in from a browser. It is not part of the register: not journaled, and deleted some time after
    its end."""

    __tablename__: ClassVar[Any] = "web_session"
    __table_args__ = (Index("ix_web_session_key_id", "key_id", "id"), IDENTITY)

    id: int = identity()
    cookie_hash: str = Field(max_length=64, unique=True)
    key_id: int = reference("api_key.id")
    created_at: datetime = Field(index=True)
    last_used_at: datetime  # to the minute
    ended_at: datetime | None = None

    def is_open(self, at: datetime, limits: SessionLimits) -> bool:
        lasts = at < self.created_at + limits.life and at < self.last_used_at + limits.idle
        return lasts and self.ended_at is None

    @classmethod
    def open(cls, at: datetime, limits: SessionLimits) -> ColumnElement[bool]:
        """`is_open`, in SQL."""
        lasts = and_(col(cls.created_at) > at - limits.life, col(cls.last_used_at) > at - limits.idle)
        return and_(lasts, col(cls.ended_at).is_(None))
