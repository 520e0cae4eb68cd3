"""The route that corrects the calendar and moves the last days counted over it."""

from app import clock
from app.access.deps import CalendarEditor
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.tasks import event_actions
from app.workdays.schemas import CalendarChange, CalendarReport

router = api_router(tags=["obligations", "calendar"])


@router.put("/calendar/days")
def change_days(
    wanted: CalendarChange, actor: CalendarEditor, session: SessionDep, settings: SettingsDep
) -> CalendarReport:
    """Enter or correct days, all or none. Open obligations counted over one of them get the last day
    by the new calendar. The key's scope must be the whole installation."""
    return event_actions.correct_calendar(
        session, wanted.days, wanted.years, by=actor, at=clock.now(), roll=settings.roll_days_off
    )
