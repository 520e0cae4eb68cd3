"""佐证: links and files beside a report, an answer or a request, and what becomes of them."""

from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.errors import EvidenceFull, InvalidRequest
from app.journal.recorder import StreamRef, record
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation, hold
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
        As `file_evidence`, `_hold` and `keep`.
    """
    by.require_unit(update.unit_id)
    evidence = file_evidence(storage, sent)
    held = _hold(session, update, at)
    evidence.checklist_id, evidence.update_id = update.checklist_id, update.id
    subject = f"update:{update.id}"
    return keep(session, storage, sent, evidence, held.checklist.stream, subject=subject, by=by, at=held.moment)


def add_link(session: Session, update: StatusUpdate, link: EvidenceWrite, *, by: Actor, at: datetime) -> EvidencePublic:
    """Add a link to an update of one's own unit.

    Raises:
        As `_hold`; EvidenceFull.
    """
    by.require_unit(update.unit_id)
    held = _hold(session, update, at)
    evidence = Evidence(checklist_id=update.checklist_id, update_id=update.id, url=link.url, title=link.title)
    _enter(session, evidence)
    _record(session, evidence, held.checklist.stream, subject=f"update:{update.id}", by=by, at=held.moment)
    return evidence_public(evidence)


def _hold(session: Session, update: StatusUpdate, at: datetime) -> HeldObligation:
    """The obligation of an update that takes evidence still. A claim that completed it without a review takes some
    later too: files can only follow it.

    Raises:
        ChecklistArchived; AlreadyReviewed: what was judged stays as it was; ObligationClosed.
    """
    held = hold(session, session.get_one(Obligation, update.obligation_id), at)
    held.checklist.require_changeable()
    require_not_reviewed(session, update)
    if update.state is not Claim.COMPLETED or held.obligation.state is not ObligationState.COMPLETED:
        held.obligation.require_open()
    return held


def file_evidence(storage: Storage, sent: SentFile) -> Evidence:
    """A file as evidence, not yet of anything. It is stored before a register is locked: a store may be slow.

    Raises:
        InvalidRequest: the name, or nothing in it; FileTypeNotAllowed; StorageUnavailable.
    """
    name = plain_name(sent.name)
    if not sent.content:
        raise InvalidRequest(fields=[("body.file", say("is empty; send the file with its content"))])
    media_type = media_type_of(name, sent.content)
    storage.keep(sent.content)
    return Evidence(
        url="",
        title=sent.title,
        file_name=name,
        media_type=media_type,
        size=len(sent.content),
        sha256=sent.sha256,
    )


def keep(
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
    """Enter a stored file as evidence of what `evidence` names. The caller has locked the stream.

    The row comes before the bytes once more: on PostgreSQL a redaction that erases the same bytes waits for it, or it
    for the redaction, after which they are missing. The bytes come before the commit: a row that anybody sees has its
    file.

    Raises:
        EvidenceFull; StorageUnavailable.
    """
    _enter(session, evidence)
    storage.keep(sent.content)
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
    record(session, stream, by=by.who, verb="evidence.added", subject=subject, at=at, rows=[evidence])


def hold_files(session: Session) -> None:
    """Let nobody add a file until the transaction ends. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE evidence IN SHARE ROW EXCLUSIVE MODE"))


def forget_file(session: Session, storage: Storage, sha256: str) -> None:
    """Erase a stored content that no evidence shows any more. The caller holds the files."""
    if session.exec(select(Evidence.id).where(col(Evidence.sha256) == sha256).limit(1)).first() is None:
        storage.forget(sha256)
