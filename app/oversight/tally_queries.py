"""The counts of obligations as of a day: one set of columns for every response that counts.

Rows are first grouped by their judged properties, so that each is judged once and only few rows are summed. With a
FILTER for each column over the rows themselves, SQLite would judge each row a dozen times.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Double,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    union_all,
)
from sqlmodel import col

from app.access.actors import Actor
from app.checklists.models import Checklist, Task
from app.checklists.queries import in_scope, may_see, section_at_end_of
from app.checklists.span_models import ChecklistSpan
from app.obligations.lights import FIRST_GREEN, FIRST_GREY, FIRST_YELLOW
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import visible_in_joined
from app.obligations.stands import Stand
from app.obligations.states import Timeliness, closed_in
from app.units.models import Unit


class Filters(Protocol):
    """The filters of every query of the room."""

    @property
    def drafts(self) -> bool: ...
    @property
    def checklist(self) -> int | None: ...
    @property
    def section(self) -> int | None: ...
    @property
    def unit(self) -> int | None: ...
    @property
    def jurisdiction(self) -> str | None: ...


class Selection(NamedTuple):
    """The caller, the filters and the day of a query."""

    actor: Actor
    query: Filters
    stand: Stand
    among_peers: bool = False  # all units of the caller's jurisdiction, in the checklists that the caller sees

    @property
    def is_wide(self) -> bool:
        """Many checklists and units are counted, from the last days that hold."""
        one = self.query.checklist or self.query.section or self.query.unit
        return (self.actor.is_officer or self.among_peers) and one is None and not self.stand.by_first


def rows_on_day(selection: Selection, columns: Collection[Any], through: Collection[type] = ()) -> Select[Any]:
    """The obligations as of the day that the actor may see and that pass the filters, with their Checklist.

    Args:
        through: which of Obligation, Task, Period, Unit and ChecklistSpan (its lights on the day) the columns are
            taken from.

    Raises:
        RoleNotAllowed: a unit asks for drafts.
    """
    actor, query, stand, among_peers = selection
    actor.require_officer_for_drafts(query.drafts)
    needed = {*through} | ({Task} if query.section is not None else set())
    if needed & {Task, Period}:
        needed.add(Obligation)
    rows = stand.select([*columns], with_obligation=Obligation in needed, with_lights=ChecklistSpan in needed)
    rows = rows.join(Checklist, col(Checklist.id) == stand.checklist_id)
    if Task in needed:
        rows = rows.join(Task, col(Task.id) == col(Obligation.task_id))
    if Period in needed:
        rows = rows.join(Period, col(Period.id) == col(Obligation.period_id))
    if Unit in needed:
        rows = rows.join(Unit, col(Unit.id) == stand.unit_id)
    if among_peers:
        of_jurisdiction = select(col(Unit.id)).where(col(Unit.jurisdiction_code) == actor.jurisdiction_code)
        rows = rows.where(may_see(actor.viewer), stand.unit_id.in_(of_jurisdiction))
    else:
        rows = rows.where(visible_in_joined(actor, stand.unit_id))
    if not query.drafts:
        rows = rows.where(stand.counts_against_units)
    if query.checklist is not None:
        # for each table: otherwise PostgreSQL reads the obligations of every checklist to join those of one
        joined = [one for one in (Obligation, Task, Period) if one in needed]
        rows = rows.where(stand.checklist_id == query.checklist)
        rows = rows.where(*(col(one.checklist_id) == query.checklist for one in joined))
    if query.section is not None:
        rows = rows.where(section_of(stand) == query.section)
    if query.unit is not None:
        rows = rows.where(stand.unit_id == query.unit)
    if query.jurisdiction is not None:
        of_code = col(Unit.jurisdiction_code).startswith(query.jurisdiction, autoescape=True)
        rows = rows.where(stand.unit_id.in_(select(col(Unit.id)).where(of_code)))
    return rows


def section_of(stand: Stand) -> Any:
    """The section of a Task on the day."""
    return col(Task.section_id) if stand.is_today else section_at_end_of(stand.day)


def tally(selection: Selection, key: Any, through: Collection[type] = (), *, of_unit: bool = False) -> Subquery:
    """Counts of the obligations of each `key`: a column for each Timeliness, and `stale`, `red`, `yellow`, `green`,
    `grey`, `worst` (a rank of LightReason), `earliest_due_on`, `counted`; and the findings on them, which have last
    days of their own: `findings_open`, `findings_overdue`.

    Args:
        of_unit: the `key` depends on the unit alone.
    """
    through = [*through, ChecklistSpan]
    if of_unit and selection.is_wide:
        alike = _alike(selection)
        closed = rows_on_day(selection, _columns(selection, key, alike.c.number), through)
        closed = closed.join(alike, alike.c.row_id == selection.stand.row_id)
        still_open = rows_on_day(selection, _columns(selection, key), through)
        still_open = still_open.where(selection.stand.is_open_unindexed)
        rows: Any = union_all(*(some.group_by(*JUDGED) for some in (still_open, closed)))
    else:
        rows = rows_on_day(selection, _columns(selection, key), through).group_by(*JUDGED)
    groups = rows.subquery("judged")
    return select(*_COUNTS).select_from(groups).group_by(_COUNTS[0]).subquery("tally")


# By name: for PostgreSQL the same expression with other parameters is another one. The key is not first: SQLite would
# read the rows in the order of an index on it, and thus in no order of the table.
JUDGED = ("of_timeliness", "of_light", "of_stale", "of_key")
ONE: ColumnElement[int] = literal_column("1")


def _columns(selection: Selection, key: Any, number: Any = ONE) -> Sequence[ColumnElement[Any]]:
    """The columns of the rows of one group that are judged alike.

    Args:
        number: how many rows each row stands for.
    """
    stand = selection.stand

    def sum_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, number), else_=0))

    return [
        key.label("of_key"),
        *_judged(stand, selection.query.checklist),
        func.sum(number).label("number"),
        func.min(stand.due_on).label("due_on"),
        sum_of(stand.finding_due_on.is_not(None)).label("findings_open"),
        sum_of(stand.is_finding_late).label("findings_overdue"),
    ]


def _alike(selection: Selection) -> Subquery:
    """The closed rows of each unit in each checklist, grouped by `alike_by`: their number, and the id of one, which is
    judged for all. SQLite reads them from one index in its order."""
    actor, _, stand, among_peers = selection
    rows = stand.select([func.min(stand.row_id).label("row_id"), func.count().label("number")], with_obligation=False)
    seen = select(col(Checklist.id)).where(may_see(actor.viewer) if among_peers else in_scope(actor))
    rows = rows.where(closed_in(stand.table), stand.checklist_id.in_(seen))
    return rows.group_by(stand.checklist_id, stand.unit_id, *stand.alike_by).subquery("alike")


@lru_cache(16)  # of sixty kilobytes each
def _judged(stand: Stand, checklist: int | None) -> Sequence[ColumnElement[Any]]:
    """The judged properties of each row. Cached, since building them takes longer than the query, and all callers need
    the same on the same day."""
    silent = _silent(stand, checklist).cte("silent")
    stale = and_(stand.has_no_last_day, stand.obligation_id.in_(select(silent.c.obligation_id)))
    return [
        stand.timeliness.label("of_timeliness"),
        stand.light_rank(stale).label("of_light"),
        stale.label("of_stale"),
    ]


def _silent(stand: Stand, checklist: int | None) -> Select[Any]:
    """The stale obligations, as one short list. As a condition on each row, PostgreSQL would estimate such a cost that
    it starts parallel workers."""
    rows = select(stand.obligation_id.label("obligation_id")).where(
        stand.holds_unindexed, stand.has_no_last_day, stand.is_stale()
    )
    return rows if checklist is None else rows.where(stand.checklist_id == checklist)


FINDINGS = ("findings_open", "findings_overdue")
COUNTED = (Timeliness.COMPLETED_ON_TIME, Timeliness.COMPLETED_LATE, Timeliness.OVERDUE)


def _counts() -> Sequence[ColumnElement[Any]]:
    """The sums over the judged rows: the same in every tally, so they are built once."""
    key: ColumnElement[Any] = column("of_key")
    due_on, number = column("due_on", Date), column("number", BigInteger)
    timeliness, light, stale = column("of_timeliness", String), column("of_light", Integer), column("of_stale", Boolean)

    def of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(cast(func.sum(number).filter(condition), BigInteger), 0)

    return [
        key,
        *(of(timeliness == word).label(word) for word in Timeliness),
        of(timeliness.in_(COUNTED)).label("counted"),
        of(stale).label("stale"),
        of(light < FIRST_YELLOW).label("red"),
        of(light.between(FIRST_YELLOW, FIRST_GREEN - 1)).label("yellow"),
        of(light.between(FIRST_GREEN, FIRST_GREY - 1)).label("green"),
        of(light >= FIRST_GREY).label("grey"),
        func.min(light).label("worst"),
        func.min(due_on).filter(timeliness == Timeliness.OVERDUE).label("earliest_due_on"),
        *(cast(func.sum(column(name, BigInteger)), BigInteger).label(name) for name in FINDINGS),
    ]


_COUNTS = _counts()


def on_time_rate(counts: Subquery) -> ColumnElement[float]:
    """按时完成率 of a tally: on time ÷ (completed + overdue and open); null where nothing counts."""
    on_time: Any = cast(counts.c.completed_on_time, Double)
    return case((counts.c.counted > 0, on_time / cast(counts.c.counted, Double)))
