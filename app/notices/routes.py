"""The routes of notices, events and the preview of reminders."""

from typing import Annotated

from fastapi import Query

from app import clock
from app.access.deps import JournalReader, ObligationReader, RegisterEditor
from app.access.routing import api_router
from app.database.session import SessionDep
from app.languages.negotiation import LanguageDep
from app.notices import actions, queries
from app.notices.schemas import (
    ContactDelivery,
    EventPublic,
    EventQuery,
    NoticePublic,
    NoticeQuery,
    NoticesHealth,
    Preview,
    PreviewQuery,
)
from app.notices.subscriptions.schemas import DeliveryQuery
from app.paging import LinkedDep, Page
from app.shapes import RowId
from app.units.deps import VisibleUnit

# notices and deliveries are not journaled
router = api_router(tags=["notices"], journaled=False)


@router.get("/me/notices")
def list_notices(
    query: Annotated[NoticeQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    language: LanguageDep,
    linked: LinkedDep,
) -> Page[NoticePublic]:
    """List your notices, newest first; `unread=true&count=true` counts the unread ones."""
    return linked(queries.list_notices(session, actor, query, language=language, at=clock.now()))


@router.put("/me/notices/{notice_id}/read-mark", status_code=204)
def mark_notice_read(notice_id: RowId, actor: ObligationReader, session: SessionDep) -> None:
    """Say that you have read a notice; it stays unread for other keys."""
    actions.mark_read(session, notice_id, by=actor)


@router.get("/notices/events")
def list_notice_events(
    query: Annotated[EventQuery, Query()], actor: ObligationReader, session: SessionDep, linked: LinkedDep
) -> Page[EventPublic]:
    """List time events, oldest first: what became overdue or is due soon, once for each last day."""
    return linked(queries.list_events(session, actor, query))


@router.get("/units/{unit_id}/deliveries")
def list_unit_deliveries(
    query: Annotated[DeliveryQuery, Query()],
    actor: RegisterEditor,
    unit: VisibleUnit,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[ContactDelivery]:
    """List the mails to a unit's contacts, newest first: what was sent, waits or failed."""
    return linked(queries.list_unit_deliveries(session, actor, unit, query))


@router.get("/notices/preview")
def preview_notices(query: Annotated[PreviewQuery, Query()], actor: JournalReader, session: SessionDep) -> Preview:
    """List the reminders of a day, their receivers and reasons, as if every ladder were on. Nothing is sent."""
    return queries.preview(session, actor, query, today=clock.today())


@router.get("/notices/health")
def read_notices_health(actor: JournalReader, session: SessionDep) -> NoticesHealth:
    """Whether the tick runs, and how much waits to be sent."""
    return queries.health(session, at=clock.now())
