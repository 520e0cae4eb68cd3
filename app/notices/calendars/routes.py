"""The routes of calendar feeds."""

import hashlib
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from app import clock
from app.access.caching import NotModified
from app.access.deps import ContactEditor, ObligationReader
from app.access.idempotency import OnceDep
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.problems import ANSWERS
from app.edge.request_headers import names_etag
from app.languages.catalogue import Language
from app.notices.calendars import actions, queries
from app.notices.calendars.feed import calendar_of
from app.notices.calendars.schemas import CalendarTokenCreated, CalendarTokenPublic, CalendarTokenQuery
from app.paging import LinkedDep, Page
from app.shapes import RowId
from app.units.deps import VisibleUnit
from app.units.models import Unit

router = api_router("/units/{unit_id}", tags=["notices"], journaled=False)  # the feed has an ETag of its own


def _unit_of_token(
    unit_id: RowId,
    session: SessionDep,
    token: Annotated[str | None, Query(max_length=200, description="of the calendar", examples=["kGz…"])] = None,
) -> Unit:
    return queries.unit_of_token(session, unit_id, token)


FeedUnit = Annotated[Unit, Depends(_unit_of_token)]


@router.get("/due-days.ics", response_class=Response, responses={401: ANSWERS[401]})
def read_due_days(unit: FeedUnit, session: SessionDep, request: Request) -> Response:
    """A unit's last days as a calendar to subscribe to: open obligations, and the last 60 days. It needs a token."""
    content = calendar_of(session, unit, Language.CHINESE, clock.today())
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
        "Content-Type": "text/calendar; charset=utf-8",
    }
    sent = request.headers.get("if-none-match")
    if sent is not None and names_etag(sent, headers["ETag"]):
        raise NotModified(headers)
    return Response(content, headers=headers)


@router.get("/calendar-tokens", responses={403: ANSWERS[403]})
def list_calendar_tokens(
    unit: VisibleUnit,
    query: Annotated[CalendarTokenQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[CalendarTokenPublic]:
    """List the tokens of a unit's calendar, without their values."""
    return linked(queries.list_tokens(session, actor, unit, query))


@router.post("/calendar-tokens", status_code=201)
def make_calendar_token(
    once: OnceDep, unit: VisibleUnit, actor: ContactEditor, session: SessionDep
) -> CalendarTokenCreated:
    """Make a URL of a unit's calendar, and show it only now. It opens that calendar and nothing else."""
    return once.store(actions.make_token(session, unit, by=actor, at=clock.now()))


@router.delete("/calendar-tokens/{token_id}")
def revoke_calendar_token(
    unit: VisibleUnit, token_id: RowId, actor: ContactEditor, session: SessionDep
) -> CalendarTokenPublic:
    """Revoke a calendar's URL at once."""
    return actions.revoke_token(session, unit, token_id, by=actor, at=clock.now())
