"""The routes of evidence."""

from fastapi import Response

from app import clock
from app.access.deps import ObligationReader, Reporter
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.ranges import CONTENT_RANGE, NO_PART, WantedBytes
from app.shapes import RowId
from app.storage import StorageDep
from app.updates import evidence_actions, evidence_queries
from app.updates.deps import SentFileDep, VisibleUpdate
from app.updates.evidence_queries import UNKNOWN
from app.updates.file_kinds import KINDS
from app.updates.schemas import EvidencePublic, EvidenceWrite

router = api_router(tags=["updates"])
# UNKNOWN is named first: generated clients read any file by it
FILE = {
    "description": "the file as it was sent",
    "content": {
        media_type: {"schema": {"type": "string", "format": "binary"}}
        for media_type in dict.fromkeys([UNKNOWN, *(kind.media_type for kind in KINDS.values())])
    },
}
PART = {"description": "the bytes of the requested range", "headers": CONTENT_RANGE, "content": FILE["content"]}


@router.post("/updates/{update_id}/evidence", status_code=201)
def add_evidence(
    once: OnceDep,
    update: VisibleUpdate,
    actor: Reporter,
    sent: SentFileDep,
    session: SessionDep,
    storage: StorageDep,
) -> EvidencePublic:
    """Add a file to what your unit reported, as a form (multipart/form-data), until that was reviewed or its obligation
    is closed; to a claim that nobody reviews, also after it."""
    return once.store(evidence_actions.add_file(session, storage, update, sent, by=actor, at=clock.now()))


@router.post("/updates/{update_id}/links", status_code=201)
def add_link(
    once: OnceDep, update: VisibleUpdate, actor: Reporter, link: EvidenceWrite, session: SessionDep
) -> EvidencePublic:
    """Add a link to what your unit reported, for as long as a file can be added."""
    return once.store(evidence_actions.add_link(session, update, link, by=actor, at=clock.now()))


@router.get("/evidence/{evidence_id}/file", response_class=Response, responses={200: FILE, 206: PART, 416: NO_PART})
def read_evidence_file(
    evidence_id: RowId,
    actor: ObligationReader,
    session: SessionDep,
    storage: StorageDep,
    response: Response,
    wanted: WantedBytes,
) -> Response:
    """A file of evidence, always as an attachment, or some of its bytes. A link has none; its `url` leads to it."""
    file = evidence_queries.read_file(session, storage, actor, evidence_id)
    return wanted.answer(file.content, dict(response.headers) | file.headers)
