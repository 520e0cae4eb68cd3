"""The queries for exports: the county's four columns and the working register (台账), as of a day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from app import clock
from app.access.actors import Actor, Viewer
from app.checklists.models import Checklist, Section, Task
from app.checklists.queries import published_on, source_at_end_of, summary_at_end_of
from app.database.engine import in_pieces
from app.languages.catalogue import Language, in_language
from app.languages.messages import label
from app.obligations.assignment_models import Assignment
from app.obligations.days import NEVER
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import visible_on
from app.obligations.reports import last_report_id
from app.obligations.roles import Role
from app.obligations.stands import Stand
from app.obligations.states import ObligationState, counted_until, timeliness
from app.oversight.tally_queries import section_of
from app.registers.exports.schemas import UnitsShown
from app.registers.exports.table import MergedRow, OutTable
from app.registers.files.own_note import OwnNote, working_title
from app.units.models import Unit
from app.updates.models import StatusUpdate

_ROLES = {Role.LEAD: "牵头单位", Role.RESPONSIBLE: "责任单位", Role.SUPPORTING: "配合单位"}
TEMPLATE = "已完成{completed}/{owed};未完成:{open}"


def printed_register(
    session: Session, viewer: Viewer, checklist: Checklist, stand: Stand, units: UnitsShown = UnitsShown.PRINTED
) -> OutTable:
    """The register as the county publishes it: sections as merged rows, units as printed, 完成情况; 完成时限 where
    the register printed it.

    The requirement and the units are those of today; the tasks, their sections, what was completed, and the office's
    words, those of the day. A task that was entered later stands in it from the day from which it is owed.
    """
    words = select(Task.id).where(col(Task.checklist_id) == checklist.id, col(Task.due_text).is_not(None)).limit(1)
    has_times = session.exec(words).first() is not None
    return OutTable(
        title=checklist.title,
        note=_note(session, checklist, stand),
        heads=("工作内容", "工作要求", "责任单位", *(["完成时限"] if has_times else []), "完成情况"),
        widths=(8, 60, 36, *([16] if has_times else []), 60),
        rows=_printed_rows(session, viewer, checklist, stand, units, has_times=has_times),
        day=stand.day,
    )


def _note(session: Session, checklist: Checklist, stand: Stand, *, is_working: bool = False) -> str:
    """The note of a file on its register and day. The day of publication is the page's, or that of its publication
    here, as it was known."""
    source_on = source_at_end_of(session, checklist, stand.known_on)
    day = source_on or published_on(session, checklist, stand.known_on)
    return OwnNote(checklist.year, day, stand.day, stand.known_on, is_working).text


def _printed_rows(
    session: Session, viewer: Viewer, checklist: Checklist, stand: Stand, units: UnitsShown, *, has_times: bool
) -> Iterator[MergedRow | tuple[Any, ...]]:
    composed = _compositions(session, checklist, stand)
    template, names = checklist.completion_template or TEMPLATE, viewer.covers(checklist.jurisdiction_code)
    assigned = _assigned_texts(session, checklist) if units is UnitsShown.ASSIGNED else {}
    entered_by, owed_from = clock.end_of(stand.day), func.coalesce(col(Task.starts_on), checklist.starts_on)
    columns: list[Any] = [
        col(Task.id),
        col(Section.id).label("section_id"),
        col(Section.title),
        col(Task.requirement),
        col(Task.units_text),
        col(Task.due_text),
        summary_at_end_of(stand.day).label("summary"),
    ]
    rows = (
        core_select(*columns)
        .join(Section, col(Section.id) == section_of(stand))
        .where(
            col(Task.checklist_id) == checklist.id,
            or_(col(Task.withdrawn_on).is_(None), col(Task.withdrawn_on) > stand.day),
            col(Task.created_at) < clock.end_of(stand.known_on),
            or_(col(Task.created_at) < entered_by, owed_from <= stand.day),  # or entered later, for an earlier day
            or_(col(Task.voided_at).is_(None), col(Task.voided_at) >= clock.end_of(stand.known_on)),
        )
        .order_by(col(Section.position), col(Task.number))
    )
    section = None
    for task_id, section_id, title, requirement, units_text, due_text, said in in_pieces(session, rows):
        if section_id != section:
            section = section_id
            yield MergedRow(title)
        times = [due_text or ""] if has_times else []
        written = said or composed.get(task_id, _NOTHING_OWED).text(template, names=names)
        yield (None, requirement, assigned.get(task_id, units_text), *times, written)


def _assigned_texts(session: Session, checklist: Checklist) -> dict[int, str]:
    """Task → its units today, in words that an import reads as the same parts. A task without units
    shows the printed text."""
    query = (
        select(Assignment.task_id, Assignment.role, Unit.name)
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(col(Assignment.checklist_id) == checklist.id, col(Assignment.ended_on).is_(None))
        .order_by(col(Assignment.id))
    )
    found: dict[int, dict[Role, list[str]]] = {}
    for task_id, role, name in session.exec(query):
        found.setdefault(task_id, {}).setdefault(Role(role), []).append(name)
    return {task_id: _units_text(parts) for task_id, parts in found.items()}


def _units_text(parts: Mapping[Role, Sequence[str]]) -> str:
    if [*parts] == [Role.RESPONSIBLE]:
        return "、".join(parts[Role.RESPONSIBLE])
    return ";".join(f"{_ROLES[role]}:{'、'.join(parts[role])}" for role in _ROLES if role in parts)


@dataclass
class _Composition:
    completed: int = 0
    owed: int = 0
    narrative: str = ""
    open: dict[str, None] = field(default_factory=dict)  # names, each once, in their order

    def text(self, template: str, *, names: bool) -> str:
        if not self.owed:
            return ""
        if self.owed == self.completed == 1 and names:
            return self.narrative
        if not names:
            return f"已完成{self.completed}/{self.owed}"
        filled = template.replace("{completed}", str(self.completed)).replace("{owed}", str(self.owed))
        return filled.replace("{open}", "、".join(self.open) or "无")


_NOTHING_OWED = _Composition()


def composed_texts(session: Session, checklist: Checklist, stand: Stand) -> dict[int, set[str]]:
    """Task → the text of an export if the office wrote none: for its own people, and for others."""
    template = checklist.completion_template or TEMPLATE
    found = _compositions(session, checklist, stand)
    return {task_id: {one.text(template, names=names) for names in (True, False)} for task_id, one in found.items()}


def _compositions(session: Session, checklist: Checklist, stand: Stand) -> dict[int, _Composition]:
    """完成情况 of the tasks for which the office wrote none, by task. Who may not read the units' reports gets numbers
    only: what a unit has not done is for its office to publish."""
    rows = (
        stand.select([col(Obligation.task_id), col(Unit.name), stand.state.label("state"), _last_narrative(stand)])
        .join(Unit, col(Unit.id) == stand.unit_id)
        .where(stand.checklist_id == checklist.id, stand.state != ObligationState.WAIVED)
        .order_by(stand.obligation_id)
    )
    found: dict[int, _Composition] = {}
    for task_id, unit, state, narrative in in_pieces(session, rows):
        one = found.setdefault(task_id, _Composition())
        one.owed += 1
        if state == ObligationState.COMPLETED:
            one.completed, one.narrative = one.completed + 1, narrative or ""
        else:
            one.open[unit] = None
    return found


def _last_narrative(stand: Stand) -> Any:
    last = last_report_id(col(Obligation.id), stand.day).correlate(Obligation)
    return select(StatusUpdate.narrative).where(col(StatusUpdate.id) == last).scalar_subquery().label("narrative")


def working_register(session: Session, actor: Actor, checklist: Checklist, stand: Stand) -> OutTable:
    """台账: a row for each obligation that the actor may read: unit, period, last day, state, days late, last
    report."""
    return OutTable(
        title=working_title(checklist.title),
        note=_note(session, checklist, stand, is_working=True),
        heads=(
            "序号",
            "工作内容",
            "工作要求",
            "责任单位",
            "期次",
            "办结时限",
            "状态",
            "时限情况",
            "逾期天数",
            "最新进展",
        ),
        # a day of ten characters stays on one line in Word in any font, also one wider than 宋体
        widths=(8, 16, 42, 18, 20, 24, 10, 12, 10, 40),
        rows=_working_rows(session, actor, checklist, stand),
        day=stand.day,
    )


def _working_rows(session: Session, actor: Actor, checklist: Checklist, stand: Stand) -> Iterator[tuple[Any, ...]]:
    columns = [
        col(Task.number),
        col(Section.title),
        col(Task.requirement),
        col(Unit.name),
        col(Period.key),
        stand.due_on.label("due_on"),
        stand.state.label("state"),
        stand.done_on.label("done_on"),
        stand.claimed_on.label("claimed_on"),
        stand.suspended_on.label("suspended_on"),
        _last_narrative(stand),
        stand.yellow_days.label("yellow_days"),
    ]
    rows = (
        stand.select(columns, with_lights=True)
        .join(Checklist, col(Checklist.id) == stand.checklist_id)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(Section, col(Section.id) == section_of(stand))
        .join(Unit, col(Unit.id) == stand.unit_id)
        .join(Period, col(Period.id) == col(Obligation.period_id))
        .where(stand.checklist_id == checklist.id, visible_on(actor, stand, drafts=True))
        .order_by(col(Task.number), stand.obligation_id)
    )
    for row in in_pieces(session, rows):
        facts, suspended_on = (row.state, row.due_on, row.done_on, row.claimed_on), row.suspended_on
        when = timeliness(*facts, on=stand.day, soon=row.yellow_days, suspended_on=suspended_on)
        late = max(0, ((row.done_on or counted_until(stand.day, suspended_on)) - (row.due_on or NEVER)).days)
        yield (
            *row[:6],
            in_language(label(row.state), Language.CHINESE),
            in_language(label(when), Language.CHINESE),
            late if when in ("overdue", "completed_late") else 0,
            row.narrative,
        )
