"""The queries for evidence."""

import base64
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from app.access.actors import Actor
from app.edge.attachments import attachment
from app.errors import NotFound
from app.journal.walking import Fault
from app.languages.messages import say
from app.storage import Storage
from app.updates.extension_queries import visible_extensions
from app.updates.finding_models import Finding, FindingAnswer
from app.updates.finding_queries import visible_findings
from app.updates.models import Evidence, Extension, StatusUpdate
from app.updates.queries import visible_updates
from app.updates.releases.models import WaitingReport
from app.updates.releases.queries import visible_waiting_reports

UNKNOWN = "application/octet-stream"


class SentFile(NamedTuple):
    """An uploaded file: its name, its bytes, and its title."""

    name: str
    content: bytes
    title: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class StoredFile(NamedTuple):
    """A file of evidence to download."""

    evidence: Evidence
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        """What it is and how it is named, and its hash (RFC 9530)."""
        name, sha256 = self.evidence.file_name or "", bytes.fromhex(self.evidence.sha256 or "")
        plain = f"evidence-{self.evidence.id}.{name.rpartition('.')[2].lower()}"
        return {
            "Content-Type": self.evidence.media_type or UNKNOWN,
            "Content-Disposition": attachment(name, plain),
            "Repr-Digest": f"sha-256=:{base64.b64encode(sha256).decode()}:",
        }


def read_file(session: Session, storage: Storage, actor: Actor, evidence_id: int) -> StoredFile:
    """A file, if the actor may see the update, finding, extension or waiting report that it belongs to.

    Raises:
        NotFound: the evidence does not exist, the actor may not see it, or it is a link; FileDamaged.
    """
    updates = visible_updates(actor).with_only_columns(col(StatusUpdate.id))
    findings = visible_findings(actor).with_only_columns(col(Finding.id))
    answers = select(FindingAnswer.id).where(col(FindingAnswer.finding_id).in_(findings))
    extensions = visible_extensions(actor).with_only_columns(col(Extension.id))
    waiting = visible_waiting_reports(actor).with_only_columns(col(WaitingReport.id))
    visible = or_(
        col(Evidence.update_id).in_(updates),
        col(Evidence.finding_answer_id).in_(answers),
        col(Evidence.extension_id).in_(extensions),
        col(Evidence.waiting_report_id).in_(waiting),
    )
    evidence = session.exec(select(Evidence).where(col(Evidence.id) == evidence_id, visible)).first()
    if evidence is None or evidence.sha256 is None:
        raise NotFound(say("there is no file of evidence {id} that you may see; check the number", id=evidence_id))
    return StoredFile(evidence, storage.read(evidence.sha256))


def stored_files(session: Session) -> Iterator[str]:
    """The SHA-256 of every file of evidence that is stored."""
    files = select(Evidence.sha256).where(col(Evidence.sha256).is_not(None)).distinct()
    yield from map(str, session.exec(files))


def damaged_files(session: Session, storage: Storage) -> Iterator[Fault]:
    """Every piece of evidence whose stored file is missing or altered."""
    files = select(Evidence.id, Evidence.sha256).where(col(Evidence.sha256).is_not(None)).order_by(col(Evidence.id))
    for evidence_id, sha256 in session.exec(files):
        if not storage.has(str(sha256)):
            yield Fault(f"evidence {evidence_id}", f"its file {sha256} is missing or altered")
