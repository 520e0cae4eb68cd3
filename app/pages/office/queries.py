"""The office's desk: how a checklist stands on a day, and what waits for the office."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists.models import ChecklistState
from app.checklists.queries import get_checklist, list_checklists
from app.checklists.schemas import ChecklistPublic, ChecklistQuery
from app.oversight.dashboard_queries import dashboard
from app.oversight.dashboard_schemas import DashboardPublic, DashboardQuery
from app.oversight.queries import list_overdue
from app.oversight.schemas import OverduePublic, OverdueQuery
from app.pages.days import DayOnPage
from app.pages.todo.queries import ON_A_DESK, caller_todo
from app.pages.todo.schemas import CallerToDo
from app.shapes import RowId
from app.tasks.fragments import TaskFragments


class OfficeQuery(DayOnPage):
    checklist: RowId | None = Field(default=None, description="the newest that is published without it")


class Office(BaseModel):
    checklists: Sequence[ChecklistPublic]
    board: DashboardPublic | None  # none where there is no checklist
    todo: CallerToDo
    may_import: bool


def office(session: Session, actor: Actor, query: OfficeQuery, fragments: TaskFragments, *, today: date) -> Office:
    """How one checklist stands, of all that the actor may read.

    Raises:
        NotFound; AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf.
    """
    checklists = list_checklists(session, actor, ChecklistQuery()).items
    published = (one.id for one in checklists if one.state is ChecklistState.PUBLISHED)
    chosen = query.checklist or next(published, None) or next((one.id for one in checklists), None)
    shown = None
    if chosen is not None:
        get_checklist(session, actor, chosen)
        days = DashboardQuery(as_of=query.as_of, known_on=query.known_on)
        shown = dashboard(session.connection(), actor, chosen, days, today=today)
    todo = caller_todo(session, actor, fragments, today=today, most=ON_A_DESK)
    return Office(checklists=checklists, board=shown, todo=todo, may_import=actor.may(Permission.EDIT_REGISTER))


class OverdueOnPageQuery(OverdueQuery, DayOnPage):
    model_config = ConfigDict(extra="ignore")


class OverdueOnPage(BaseModel):
    """Part of what is overdue on a day."""

    overdue: Sequence[OverduePublic]
    next_cursor: str | None
    as_of: date
    known_on: date
    may_urge: bool  # only what is overdue now


def overdue(session: Session, actor: Actor, query: OverdueOnPageQuery, *, today: date) -> OverdueOnPage:
    page = list_overdue(session.connection(), actor, query, today=today)
    rows = [OverduePublic.model_validate_json(one) for one in page.items]
    is_now = {*page.days.values()} == {today.isoformat()}
    may_urge = is_now and actor.may(Permission.EDIT_REGISTER)
    return OverdueOnPage(overdue=rows, next_cursor=page.next_cursor, **page.days, may_urge=may_urge)
