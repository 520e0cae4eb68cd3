"""The routes of the calendar."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import Reader
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.languages.negotiation import LanguageDep
from app.paging import LinkedDep, Page
from app.workdays import queries
from app.workdays.schemas import DayPublic, DayQuery, DeadlinePublic, DeadlineQuery

router = api_router("/calendar", tags=["calendar"])


@router.get("/days")
def list_days(
    query: Annotated[DayQuery, Query()], actor: Reader, session: SessionDep, linked: LinkedDep
) -> Page[DayPublic]:
    """List the days of a range or a year, each worked or not, and who says so."""
    return linked(queries.list_days(session, query, today=clock.today()))


@router.get("/deadline")
def read_deadline(
    query: Annotated[DeadlineQuery, Query()],
    actor: Reader,
    session: SessionDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> DeadlinePublic:
    """Count a period from the day after an event, and show each day that was counted or skipped. It is provisional
    while it depends on a year whose calendar is not published."""
    return queries.deadline(session, query, roll=settings.roll_days_off, language=language)
