"""The rows of this room that a path names, seen by who asks."""

from typing import Annotated

from fastapi import Depends

from app.access.deps import ObligationReader
from app.database.session import SessionDep
from app.notices.urging_models import Urging
from app.notices.urging_queries import get_urging
from app.shapes import RowId


def _visible_urging(urging_id: RowId, actor: ObligationReader, session: SessionDep) -> Urging:
    return get_urging(session, actor, urging_id)


VisibleUrging = Annotated[Urging, Depends(_visible_urging)]
