"""The query for a checklist's public board: as of today, or as published on a day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlmodel import Session

from app.access.actors import Viewer
from app.access.permissions import Permission
from app.checklists.models import Audience, Checklist, ChecklistState
from app.checklists.queries import list_checklists, public_checklist, was_shown
from app.checklists.schemas import ChecklistPublic, ChecklistQuery
from app.obligations.lights import Light
from app.obligations.stands import stand_on
from app.pages.days import DayOnPage
from app.paging import MAX_PAGE, Page
from app.registers.exports.queries import printed_register
from app.registers.exports.table import MergedRow, shown
from app.tasks.fragments import TaskFragments
from app.tasks.queries import list_tasks
from app.tasks.schemas import SectionInTask, TaskPublic, TaskQuery, TaskState


class BoardQuery(DayOnPage):
    cursor: str | None = None


class BoardSection(NamedTuple):
    section: SectionInTask
    tasks: list[TaskPublic]


class PrintedSection(NamedTuple):
    title: str
    rows: list[list[str]]


class Board(BaseModel):
    checklist: ChecklistPublic
    as_of: date
    known_on: date
    is_today: bool
    sections: Sequence[BoardSection] = ()
    by_state: Mapping[TaskState, int] = {}  # how many of its tasks, where they are all here
    by_light: Mapping[Light, int] = {}
    next_cursor: str | None = None
    heads: Sequence[str] = ()  # of the register of a past day
    printed: Sequence[PrintedSection] = ()
    audiences: Sequence[Audience] = ()  # to whom this reader may publish it
    was_shown: bool = False


def list_registers(session: Session, viewer: Viewer, cursor: str | None) -> Page[ChecklistPublic]:
    """The checklists that somebody sees, newest first."""
    return list_checklists(session, viewer, ChecklistQuery(cursor=cursor))


def board(
    session: Session, viewer: Viewer, checklist: Checklist, query: BoardQuery, fragments: TaskFragments, *, today: date
) -> Board:
    """A checklist's tasks with their lights; of a day that is named, the register as it was published then.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
    """
    stand = stand_on(query.as_of, query.known_on, today=today)
    made = Board(
        checklist=public_checklist(checklist), as_of=stand.day, known_on=stand.known_on, is_today=stand.is_today
    )
    if not stand.is_today:
        table = printed_register(session, viewer, checklist, stand)
        made.heads, made.printed = table.heads[1:], []
        for row in table.rows:
            if isinstance(row, MergedRow):
                made.printed.append(PrintedSection(row.text, []))
            else:
                made.printed[-1].rows.append([shown(cell) for cell in row[1:]])
        return made
    may_publish = viewer.may(Permission.EDIT_REGISTER) and viewer.covers(checklist.jurisdiction_code)
    if may_publish and checklist.state is not ChecklistState.ARCHIVED and checklist.audience is not Audience.PUBLIC:
        made.audiences = [one for one in Audience if one is not checklist.audience]
        made.was_shown = was_shown(session, checklist)
    wanted = TaskQuery(checklist=checklist.id, limit=MAX_PAGE, cursor=query.cursor)
    page = list_tasks(session.connection(), viewer, wanted, fragments, today=today)
    tasks = [TaskPublic.model_validate_json(one) for one in page.items]
    made.sections = [BoardSection(section, [*some]) for section, some in groupby(tasks, key=lambda task: task.section)]
    made.next_cursor = page.next_cursor
    if query.cursor is None and page.next_cursor is None:
        made.by_state, made.by_light = _of_each(TaskState, tasks, "state"), _of_each(Light, tasks, "light")
    return made


def _of_each(words: type[StrEnum], tasks: Sequence[TaskPublic], name: str) -> dict[Any, int]:
    numbers = Counter(getattr(task, name) for task in tasks if task.withdrawn_on is None)
    return {word: numbers[word] for word in words if numbers[word]}
