"""Dependencies that load the update, finding or extension of a path, and the file of a form."""

from typing import Annotated

from fastapi import Depends, File

from app.access.deps import ObligationReader
from app.database.session import SessionDep
from app.edge.forms import file_name, form_only
from app.shapes import RowId
from app.updates.evidence_queries import SentFile
from app.updates.extension_queries import get_extension
from app.updates.finding_models import Finding
from app.updates.finding_queries import get_finding
from app.updates.models import Extension, StatusUpdate
from app.updates.queries import get_update
from app.updates.schemas import EvidenceFile


def _visible_extension(extension_id: RowId, actor: ObligationReader, session: SessionDep) -> Extension:
    return get_extension(session, actor, extension_id)


def _visible_update(update_id: RowId, actor: ObligationReader, session: SessionDep) -> StatusUpdate:
    return get_update(session, actor, update_id)


def _visible_finding(finding_id: RowId, actor: ObligationReader, session: SessionDep) -> Finding:
    return get_finding(session, actor, finding_id)


VisibleUpdate = Annotated[StatusUpdate, Depends(_visible_update)]
VisibleFinding = Annotated[Finding, Depends(_visible_finding)]
VisibleExtension = Annotated[Extension, Depends(_visible_extension)]


def _sent_file(_: Annotated[None, Depends(form_only)], form: Annotated[EvidenceFile, File()]) -> SentFile:
    return SentFile(file_name(form.file), form.file.file.read(), form.title)


SentFileDep = Annotated[SentFile, Depends(_sent_file)]
