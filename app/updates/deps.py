"""The row of this room that a path names, seen by who asks."""

from typing import Annotated

from fastapi import Depends

from app.access.actors import ObligationReader
from app.database import SessionDep
from app.shapes import RowId
from app.updates.extension_queries import get_extension
from app.updates.finding_models import Finding
from app.updates.finding_queries import get_finding
from app.updates.models import Extension, StatusUpdate
from app.updates.queries import get_update


def _visible_extension(extension_id: RowId, actor: ObligationReader, session: SessionDep) -> Extension:
    return get_extension(session, actor, extension_id)


def _visible_update(update_id: RowId, actor: ObligationReader, session: SessionDep) -> StatusUpdate:
    return get_update(session, actor, update_id)


def _visible_finding(finding_id: RowId, actor: ObligationReader, session: SessionDep) -> Finding:
    return get_finding(session, actor, finding_id)


VisibleUpdate = Annotated[StatusUpdate, Depends(_visible_update)]
VisibleFinding = Annotated[Finding, Depends(_visible_finding)]
VisibleExtension = Annotated[Extension, Depends(_visible_extension)]
