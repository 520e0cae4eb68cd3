"""The actions on evidence (佐证): links and files of a report, a finding's answer or an extension."""

from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import EvidenceFull, InvalidRequest
from app.journal.recorder import StreamRef, record
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, lock_obligation
from app.obligations.states import ObligationState
from app.storage import Storage
from app.updates.evidence_queries import SentFile
from app.updates.file_kinds import media_type_of, plain_name
from app.updates.models import EVIDENCE_OF, Claim, Evidence, StatusUpdate
from app.updates.review_actions import require_not_reviewed
from app.updates.schemas import MOST_EVIDENCE, EvidencePublic, EvidenceWrite, evidence_public


def add_file(
    session: Session, storage: Storage, update: StatusUpdate, sent: SentFile, *, by: Actor, at: datetime
) -> EvidencePublic:
    """Store a file as evidence of an update of one's own unit.

    Raises:
        As `file_evidence`, `_lock` and `store_file`.
    """
    by.require_unit(update.unit_id)
    evidence = file_evidence(storage, sent)
    locked = _lock(session, update, at)
    evidence.checklist_id, evidence.update_id = update.checklist_id, update.id
    subject = f"update:{update.id}"
    return store_file(
        session, storage, sent, evidence, locked.checklist.stream, subject=subject, by=by, at=locked.moment
    )


def add_link(session: Session, update: StatusUpdate, link: EvidenceWrite, *, by: Actor, at: datetime) -> EvidencePublic:
    """Add a link to an update of one's own unit.

    Raises:
        As `_lock`; EvidenceFull.
    """
    by.require_unit(update.unit_id)
    locked = _lock(session, update, at)
    evidence = Evidence(checklist_id=update.checklist_id, update_id=update.id, url=link.url, title=link.title)
    _enter(session, evidence)
    _record(session, evidence, locked.checklist.stream, subject=f"update:{update.id}", by=by, at=locked.moment)
    return evidence_public(evidence)


def _lock(session: Session, update: StatusUpdate, at: datetime) -> LockedObligation:
    """The obligation of an update to which evidence can still be added. A claim that completed it without a review can
    get some later too: files can only follow it.

    Raises:
        ChecklistArchived; AlreadyReviewed: what was judged stays as it was; ObligationClosed.
    """
    locked = lock_obligation(session, session.get_one(Obligation, update.obligation_id), at)
    locked.checklist.require_changeable()
    require_not_reviewed(session, update)
    if update.state is not Claim.COMPLETED or locked.obligation.state is not ObligationState.COMPLETED:
        locked.obligation.require_open()
    return locked


def file_evidence(storage: Storage, sent: SentFile) -> Evidence:
    """A file as evidence that does not belong to anything yet. It is stored before a register is locked: a store may be
    slow.

    Raises:
        InvalidRequest: the name, or an empty file; FileTypeNotAllowed; StorageUnavailable.
    """
    name = plain_name(sent.name)
    if not sent.content:
        raise InvalidRequest(fields=[("body.file", say("is empty; send the file with its content"))])
    media_type = media_type_of(name, sent.content)
    storage.put(sent.content)
    return Evidence(
        url="",
        title=sent.title,
        file_name=name,
        media_type=media_type,
        size=len(sent.content),
        sha256=sent.sha256,
    )


def store_file(
    session: Session,
    storage: Storage,
    sent: SentFile,
    evidence: Evidence,
    stream: StreamRef,
    *,
    subject: str,
    by: Actor,
    at: datetime,
) -> EvidencePublic:
    """Add the evidence row of a stored file. The caller has locked the stream.

    The row comes before the bytes are stored again: on PostgreSQL a redaction that erases the same bytes and this
    change wait for each other. The bytes come before the commit: a row that anybody sees has its file.

    Raises:
        EvidenceFull; StorageUnavailable.
    """
    _enter(session, evidence)
    storage.put(sent.content)
    _record(session, evidence, stream, subject=subject, by=by, at=at)
    return evidence_public(evidence)


def _enter(session: Session, evidence: Evidence) -> None:
    (of,) = (one for one in EVIDENCE_OF if getattr(evidence, one) is not None)
    beside = col(getattr(Evidence, of)) == getattr(evidence, of)
    if session.exec(select(func.count()).select_from(Evidence).where(beside)).one() >= MOST_EVIDENCE:
        raise EvidenceFull()
    session.add(evidence)
    session.flush()


def _record(session: Session, evidence: Evidence, stream: StreamRef, *, subject: str, by: Actor, at: datetime) -> None:
    verb = "evidence.added" if evidence.waiting_report_id is None else "report.supported"
    record(session, stream, by=by.who, verb=verb, subject=subject, at=at, rows=[evidence])


def lock_files(session: Session) -> None:
    """Prevent others from adding files until the transaction ends. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE evidence IN SHARE ROW EXCLUSIVE MODE"))


def forget_file(session: Session, storage: Storage, sha256: str) -> None:
    """Erase a stored file that no evidence refers to any more. The caller has locked the files."""
    if session.exec(select(Evidence.id).where(col(Evidence.sha256) == sha256).limit(1)).first() is None:
        storage.forget(sha256)
