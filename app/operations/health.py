from operator import attrgetter
from typing import Literal

from fastapi import APIRouter, Request

from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.migrate import require_this_version
from app.operations.clock_check import ClockCheck
from app.shapes import OutputShape

router = APIRouter(tags=["health"], responses={422: ANSWERS[422]}, generate_unique_id_function=attrgetter("name"))


class Health(OutputShape):
    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def healthz() -> Health:
    """Alive: the process answers."""
    return Health()


@router.get("/readyz")
def readyz(session: SessionDep, request: Request) -> Health:
    """Ready: the database is reachable, its tables are those of this version, and the clock can be believed."""
    require_this_version(session)
    check: ClockCheck | None = request.app.state.clock_check
    if check is not None:
        check.require(session.connection())
    return Health()
