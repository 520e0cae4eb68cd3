from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from app.database.columns import IDENTITY, identity, reference


class RegisterImport(SQLModel, table=True):
    """A file as it was read, while the office answers what it leaves open. What comes of it is journaled."""

    __tablename__: ClassVar[Any] = "register_import"
    __table_args__ = (Index("ix_register_import_jurisdiction_code", "jurisdiction_code", "id"), IDENTITY)

    id: int = identity()
    jurisdiction_code: str = Field(foreign_key="jurisdiction.code", max_length=12)
    key_id: int | None = reference("api_key.id", optional=True)
    file_name: str = Field(max_length=255)
    reading: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime
    checklist_id: int | None = reference("checklist.id", optional=True)  # what it was committed to
    edition_of_id: int | None = reference("checklist.id", optional=True)  # the checklist that the sender named
    answers: dict[str, Any] = Field(default={}, sa_type=JSON)  # what was answered about rows and rules
