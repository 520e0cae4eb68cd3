from typing import Annotated

from fastapi import Query, Request, Response

from app import clock
from app.access.deps import Reader
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.languages.negotiation import AskedLanguage
from app.paging import Page, link_next
from app.workdays import queries
from app.workdays.schemas import DayPublic, DayQuery, DeadlinePublic, DeadlineQuery

router = api_router("/calendar", tags=["calendar"])


@router.get("/days")
def list_days(
    query: Annotated[DayQuery, Query()], actor: Reader, session: SessionDep, request: Request, response: Response
) -> Page[DayPublic]:
    """List the days of a range or a year, each worked or not, and who says so."""
    page = queries.list_days(session, query, today=clock.today())
    link_next(request, response, page.next_cursor)
    return page


@router.get("/deadline")
def read_deadline(
    query: Annotated[DeadlineQuery, Query()],
    actor: Reader,
    session: SessionDep,
    settings: SettingsDep,
    language: AskedLanguage,
) -> DeadlinePublic:
    """Count a period from the day after an event, and show each day that was counted or skipped. It is provisional
    while it depends on a year whose calendar is not published."""
    return queries.deadline(session, query, roll=settings.roll_days_off, language=language)
