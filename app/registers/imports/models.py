"""The table of imports."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index
from sqlmodel import Field

from app.checklists.models import catalogue_of
from app.database.columns import IDENTITY, identity, reference
from app.errors import ImportRedacted
from app.journal.erasing import ERASED, ErasedWhole
from app.journal.recorder import StreamRef
from app.journal.rows import REDACTED, Journaled, canonical, digest


class RegisterImport(ErasedWhole, Journaled, table=True):
    """A file as it was read, while the office answers what it leaves open. The journal has its reading as a digest."""

    __tablename__: ClassVar[Any] = "register_import"
    __table_args__ = (Index("ix_register_import_jurisdiction_code", "jurisdiction_code", "id"), IDENTITY)
    journal_kind: ClassVar[str] = "catalogue"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    journal_digests: ClassVar[frozenset[str]] = frozenset({"reading"})
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "import.answered": {"answers", "reading"},
        "import.committed": {"answers", "checklist_id", "edition_of_id"},
        REDACTED: {"sha256", "redacted_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"file_name", "reading", "answers"})
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code", "sha256"})

    id: int = identity()
    jurisdiction_code: str = Field(foreign_key="jurisdiction.code", max_length=12)
    key_id: int | None = reference("api_key.id", optional=True)
    file_name: str = Field(max_length=255)
    reading: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime
    checklist_id: int | None = reference("checklist.id", optional=True)  # what it was committed to
    edition_of_id: int | None = reference("checklist.id", optional=True)  # the checklist that the sender named
    answers: dict[str, Any] = Field(default={}, sa_type=JSON)  # what was answered about rows and rules
    sha256: str | None = Field(default=None, max_length=64)  # of the file; null in rows older than the column
    redacted_at: datetime | None = None

    @property
    def stream(self) -> StreamRef:
        return catalogue_of(self.jurisdiction_code)

    @property
    def subject(self) -> str:
        return f"import:{self.id}"

    def erase(self, at: datetime) -> str:
        """Erase the file as read, and its answers. For an older import the hash is of the reading,
        since its file was not hashed."""
        self.sha256 = self.sha256 or digest(canonical(self.reading))
        self.file_name, self.reading, self.answers, self.redacted_at = ERASED, {"title": ERASED}, {}, at
        return self.sha256

    def require_whole(self) -> None:
        """Raises:
        ImportRedacted: it was erased.
        """
        if self.redacted_at is not None:
            raise ImportRedacted(sha256=self.sha256)
