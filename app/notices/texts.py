"""The text of a notice in a language, made of the rows that it names; it is not stored."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from app.checklists.models import Task
from app.languages.catalogue import Language, translated
from app.languages.messages import Message, label, say
from app.notices.models import Notice
from app.notices.reminders.firing import still_due
from app.notices.reminders.queries import get_rules, rungs_of
from app.notices.told import REMINDER, TOLD, is_still_true
from app.notices.urgings.models import Urging
from app.obligations.lights import Light
from app.obligations.models import Obligation
from app.units.models import Unit

SHOWN = 20  # lines of a digest
LONGEST = 80  # characters of a requirement
_ORDER = [Light.RED, Light.YELLOW, Light.GREEN, Light.GREY]


class Text(NamedTuple):
    """The text of a notice, which every channel formats in its own way."""

    title: str
    lines: Sequence[str]
    more: str = ""  # "and 412 more"

    @property
    def plain(self) -> str:
        return "\n".join([*self.lines, *([self.more] if self.more else [])])

    @property
    def html(self) -> str:
        items = "".join(f"<li style='margin:6px 0'>{escape(line)}</li>" for line in self.lines)
        more = f"<p>{escape(self.more)}</p>" if self.more else ""
        head = f"<h3 style='color:#b00'>{escape(self.title)}</h3>"
        return f"<html><body style='font-family:sans-serif'>{head}<ul>{items}</ul>{more}</body></html>"

    def within(self, size: int) -> str:
        """Title and lines in so many bytes of UTF-8; what does not fit is left out, and said to be."""
        whole = f"{self.title}\n{self.plain}"
        if len(whole.encode()) <= size:
            return whole
        return whole.encode()[: size - len("…".encode())].decode("utf-8", "ignore") + "…"


def text_of(session: Session, notice: Notice, language: Language, today: date) -> Text | None:
    """The current text of a notice; None if it is not true any more."""
    if notice.verb == REMINDER:
        return _digest(session, notice, language, today)
    told = TOLD[notice.verb]
    about: Any = session.get(told.about, notice.about_id) if told.about and notice.about_id else None
    obligation = session.get(Obligation, notice.obligation_id) if notice.obligation_id else None
    if not is_still_true(session, notice, about, obligation):
        return None
    title: Message = (
        told.title if not isinstance(about, Urging) else say("{title}: {what}", title=about.title, what=told.title)
    )
    task_id = obligation.task_id if obligation else getattr(about, "task_id", None)
    unit_id = obligation.unit_id if obligation else getattr(about, "unit_id", None)
    lines = [_line(session, task_id, unit_id, obligation, language)] if task_id else []
    if about is not None:
        lines += [translated(one, language) for one in told.says(about) if one]
    return Text(_title(title, language), lines)


def _title(title: Message, language: Language) -> str:
    return f"【督办】{translated(title, language)}"


def _digest(session: Session, notice: Notice, language: Language, today: date) -> Text | None:
    due = still_due(session, notice, today)
    if not due:
        return None
    due.sort(key=lambda one: (_ORDER.index(Light(one.colour)), one.obligation.due_on, one.obligation.id))
    lines = []
    for one in due[:SHOWN]:
        rules = get_rules(session, one.obligation.checklist_id)
        words = next((rung.words for rung in rungs_of(rules) if rung.key == one.rung), None)
        line = _line(session, one.obligation.task_id, one.obligation.unit_id, one.obligation, language)
        lines.append(f"[{translated(label(Light(one.colour)), language)}] {line}" + (f" {words}" if words else ""))
    more = translated(say("and {number} more", number=len(due) - SHOWN), language) if len(due) > SHOWN else ""
    return Text(_title(say("{number} obligations to look at", number=len(due)), language), lines, more)


def _line(
    session: Session, task_id: int, unit_id: int | None, obligation: Obligation | None, language: Language
) -> str:
    task = session.get_one(Task, task_id)
    unit = session.exec(select(Unit.name).where(col(Unit.id) == unit_id)).first() or ""
    short = task.requirement if len(task.requirement) <= LONGEST else f"{task.requirement[: LONGEST - 1]}…"
    if obligation is None or obligation.due_on is None:
        return translated(say("{unit}: no. {number} {what}", unit=unit, number=task.number, what=short), language)
    due = say(
        "{unit}: no. {number} {what} (last day {day})",
        unit=unit,
        number=task.number,
        what=short,
        day=obligation.due_on,
    )
    return translated(due, language)
