"""The row of this room that a path names, seen by who asks."""

from typing import Annotated

from fastapi import Depends

from app.access.actors import ObligationReader
from app.database import SessionDep
from app.shapes import RowId
from app.updates.extension_queries import get_extension
from app.updates.models import Extension


def _visible_extension(extension_id: RowId, actor: ObligationReader, session: SessionDep) -> Extension:
    return get_extension(session, actor, extension_id)


VisibleExtension = Annotated[Extension, Depends(_visible_extension)]
