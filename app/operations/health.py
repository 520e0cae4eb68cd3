"""The routes /healthz and /readyz."""

from operator import attrgetter
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field

from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.migrate import require_this_version
from app.operations.clock_check import ClockCheck
from app.operations.standby import seconds_behind
from app.shapes import OutputShape

router = APIRouter(tags=["health"], responses={422: ANSWERS[422]}, generate_unique_id_function=attrgetter("name"))


class Health(OutputShape):
    status: Literal["ok"] = "ok"


class Readiness(Health):
    seconds_behind: float | None = Field(
        description="age of the newest change that a standby shows, where it lags; null on a primary and on SQLite",
        examples=[0.4],
    )


@router.get("/healthz")
async def healthz() -> Health:
    """Alive: the process answers."""
    return Health()


@router.get("/readyz")
def readyz(session: SessionDep, request: Request) -> Readiness:
    """Ready: the database is reachable, its tables are those of this version, and the clock can be believed."""
    require_this_version(session)
    check: ClockCheck | None = request.app.state.clock_check
    if check is not None:
        check.require(session.connection())
    return Readiness(seconds_behind=seconds_behind(session.connection()))
