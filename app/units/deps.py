"""The dependency that loads the unit of a path, if the caller may see it."""

from typing import Annotated

from fastapi import Depends

from app.access.deps import Reader
from app.database.session import SessionDep
from app.shapes import RowId
from app.units import queries
from app.units.models import Unit


def _visible_unit(unit_id: RowId, actor: Reader, session: SessionDep) -> Unit:
    return queries.get_unit(session, actor, unit_id)


VisibleUnit = Annotated[Unit, Depends(_visible_unit)]
