"""The rules for the day from which additions to a checklist are owed (交办日)."""

from datetime import date, datetime

from sqlmodel import Session

from app.checklists.models import Checklist, Task
from app.checklists.queries import was_shown
from app.clock import local_day
from app.errors import InvalidRequest
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.periods import make_left_out, nothing_owed, periods_of, withdraw_unowed
from app.obligations.settlement import settle_all


def require_within(checklist: Checklist, starts_on: date) -> None:
    """Raises:
    InvalidRequest: the day lies before the checklist's first day or after its last.
    """
    if not checklist.starts_on <= starts_on <= checklist.last_on:
        detail = say("give a day from {first} to {last}", first=checklist.starts_on, last=checklist.last_on)
        raise InvalidRequest(detail, fields=[("body.starts_on", detail)])


def start_of_task(session: Session, checklist: Checklist, given: date | None, today: date) -> date | None:
    """The day from which a new task is owed: the given one, or today. None in a checklist that no unit was told of: its
    publication sets it.

    Raises:
        InvalidRequest: see `require_within`.
    """
    if given is not None:
        require_within(checklist, given)
        return given
    return today if was_shown(session, checklist) else None


def start_of_part(
    session: Session, checklist: Checklist, task: Task, given: date | None, today: date, *, is_named: bool
) -> date | None:
    """The day from which a unit's new part in a task is owed. None: as the task.

    Args:
        is_named: whether the unit is named under an open collective; such a part always has a day of its own.

    Raises:
        InvalidRequest: see `require_within`.
    """
    starts_on = start_of_task(session, checklist, given, today)
    if is_named:
        return starts_on or checklist.starts_on
    is_new = given is None and task.starts_on is not None and starts_on is not None and starts_on <= task.starts_on
    return None if is_new else starts_on


def require_something_owed(session: Session, task: Task, assignment: Assignment) -> None:
    """Raises:
    NothingOwed: the last day of every period lies before the day from which the part is owed.
    """
    periods = periods_of(session, [task.id])[task.id]
    if periods and not any(assignment.owes(task, period) for period in periods):
        raise nothing_owed(task, max(assignment.owed_from(task, period) for period in periods), periods)


def follow_start(session: Session, checklist: Checklist, task: Task, former: date, at: datetime) -> list[Journaled]:
    """Change the periods and obligations of a task that is owed from another day than `former`. An earlier day makes
    the periods that were left out; a later day waives open, unreported obligations whose last day lies before it. If no
    unit was told of the checklist, they are voided.

    Returns:
        Every row that was made or changed, for the journal.
    """
    left_out = make_left_out(session, checklist, task, former)
    untold = not was_shown(session, checklist)
    settled = settle_all(session, [task], at, untold=untold)[task.id]
    withdrawn = withdraw_unowed(session, [task], local_day(at))[task.id] if untold else []
    return [*left_out, *settled, *withdrawn]
