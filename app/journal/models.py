"""The tables of the journal: streams and entries."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text, literal_column
from sqlmodel import Field, SQLModel

from app.database.columns import BigId
from app.journal.subjects import SubjectIn

GENESIS = "0" * 64  # the prev_hash of a stream's first entry


class JournalStream(SQLModel, table=True):
    """One chain of entries and its head. Every change of its subject locks this row first."""

    __tablename__: ClassVar[Any] = "journal_stream"

    name: str = Field(primary_key=True, max_length=60)
    jurisdiction_code: str = Field(max_length=12)  # who may read it; empty for streams of the whole installation
    head_seq: int = Field(default=0, sa_type=BigId)
    head_hash: str = Field(default=GENESIS, max_length=64)
    head_at: datetime | None = None


class JournalEntry(SQLModel, table=True):
    """One change. `envelope` is chained; the other columns can be erased."""

    __tablename__: ClassVar[Any] = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_subject", SubjectIn(literal_column("envelope")), "stream", "seq"),)

    stream: str = Field(primary_key=True, foreign_key="journal_stream.name", max_length=60)
    seq: int = Field(primary_key=True, sa_type=BigId)
    envelope: str = Field(sa_type=Text)
    hash: str = Field(max_length=64)
    salt: str | None = Field(default=None, max_length=64)
    payload: str | None = Field(default=None, sa_type=Text)
    images_before: str | None = Field(default=None, sa_type=Text)  # salted digests of its rows before it
