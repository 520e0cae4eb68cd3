"""The groupings of obligations as of a day; each describes both its route and its query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, Subquery, case, func, literal, select
from sqlmodel import col

from app.access.actors import Actor
from app.checklists.models import Section, Task
from app.obligations.days import MonthOf
from app.obligations.lights import light_of, reason_of
from app.obligations.models import Obligation
from app.obligations.schemas import TaskInObligation, UnitInObligation
from app.obligations.stands import Stand, stand_for
from app.oversight.tally_queries import Selection, on_time_rate, section_of, tally
from app.oversight.tally_schemas import (
    ByJurisdictionQuery,
    BySectionQuery,
    ByTaskQuery,
    ByUnitQuery,
    JurisdictionTally,
    MonthTally,
    RankedUnit,
    RankingQuery,
    SectionTally,
    TallyQuery,
    TaskTally,
    TrendQuery,
    UnitTally,
)
from app.paging import AsOfPage, after_key, count_rows
from app.shapes import OutputShape
from app.tasks.schemas import SectionInTask
from app.units.models import Jurisdiction, Unit

Row = TypeVar("Row", bound=OutputShape)


class Sorted(NamedTuple):
    """The rows of a response before sorting, and the columns to sort them by, which are also in the rows."""

    rows: Select[Any]
    key: Sequence[Any]


@dataclass(frozen=True)
class Grouping(Generic[Row]):
    """One grouping of obligations and its list of groups.

    Args:
        name: of the route, also in the OpenAPI document.
        sentence: its sentence in the OpenAPI document.
        kinds: the types of the columns that the rows are sorted by.
        group: the common value of the obligations of one group.
        rows: a function from the counts of each group to the rows of the response.
        through: the tables that `group` reads, for `tally`.
        of_unit: the group depends on the unit alone.
        among_peers: a unit's rows are found among all units of its jurisdiction, and it sees its own.
    """

    name: str
    path: str
    sentence: str
    query: type[TallyQuery]
    page: type[AsOfPage[Row]]
    kinds: Sequence[type]
    group: Callable[[Stand, Any], Any]
    rows: Callable[[Subquery, Any], Sorted]
    shape: Callable[[Any], Row]
    through: Sequence[type] = ()
    of_unit: bool = False
    among_peers: bool = False

    def __call__(self, connection: Connection, actor: Actor, query: TallyQuery, *, today: date) -> AsOfPage[Row]:
        """One page of the groups.

        Raises:
            RoleNotAllowed: a unit asks for drafts. AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
        """
        after = query.after(date, date, *self.kinds)
        stand = stand_for(query, after, today=today, by_first=query.due == "first")
        is_ranked_unit = self.among_peers and not actor.is_officer
        selection = Selection(actor, query, stand, is_ranked_unit)
        counts = tally(selection, self.group(stand, query), self.through, of_unit=self.of_unit)
        rows, key = self.rows(counts, query)
        if is_ranked_unit:
            rows = rows.where(key[-1].in_(sorted(actor.unit_ids)))
        total = query.total(partial(count_rows, connection, rows))
        if after:
            rows = rows.where(after_key(key, after[2:]))
        found = connection.execute(rows.order_by(*key).limit(query.limit + 1)).all()
        listed, cursor = found[: query.limit], None
        if len(found) > query.limit:
            last = [getattr(listed[-1], column.name) for column in key]
            cursor = query.cursor_at([stand.day, stand.known_on, *last])
        items = [self.shape(row) for row in listed]
        days = {"as_of": stand.day, "known_on": stand.known_on}
        return self.page(items=items, next_cursor=cursor, **total, **days)


def _named(key: Any, *columns: Any, always: bool = True) -> Callable[[Subquery, Any], Sorted]:
    """Rows with these columns of the table whose `key` is the group's, the one with the most overdue first.

    Args:
        always: whether each group has a row in the table.
    """

    def rows(counts: Subquery, _: TallyQuery) -> Sorted:
        before = (literal(0) - counts.c.overdue).label("before")
        shown = select(counts, *columns, on_time_rate(counts).label("on_time_rate"), before)
        return Sorted(shown.join(key.class_, key == counts.c.of_key, isouter=not always), [before, counts.c.of_key])

    return rows


def _ranked(counts: Subquery, query: RankingQuery) -> Sorted:
    """The best rate first; units with too few obligations that count come last."""
    enough, rate = counts.c.counted >= query.min_obligations, on_time_rate(counts)
    place = func.rank().over(partition_by=enough, order_by=rate.desc())
    ranked = select(
        counts,
        rate.label("on_time_rate"),
        case((enough, place)).label("rank"),
        case((enough, 0), else_=1).label("unranked"),
        case((enough, func.count().over(partition_by=enough))).label("ranked_of"),
        func.coalesce(literal(0.0) - rate, literal(1.0)).label("shortfall"),
    ).subquery("ranked")
    rows = select(ranked, col(Unit.name)).join(Unit, col(Unit.id) == ranked.c.of_key)
    return Sorted(rows, [ranked.c.unranked, ranked.c.shortfall, ranked.c.of_key])


def _by_month(counts: Subquery, _: TrendQuery) -> Sorted:
    rows = select(counts, on_time_rate(counts).label("on_time_rate")).where(counts.c.of_key.is_not(None))
    return Sorted(rows, [counts.c.of_key])


def _unit_of(row: Any) -> UnitInObligation:
    return UnitInObligation(id=row.of_key, name=row.name)


def counts_of(row: Any) -> dict[str, Any]:
    """The members of Tally, from a row of a tally."""
    reason = reason_of(row.worst)
    return {**row._mapping, "light": light_of(reason), "light_reason": reason}


list_by_unit = Grouping(
    "list_tallies_by_unit",
    "/tallies/by-unit",
    "How each unit stands as of a day, the one with the most overdue first.",
    ByUnitQuery,
    AsOfPage[UnitTally],
    kinds=(int, int),
    group=lambda stand, _: stand.unit_id,
    of_unit=True,
    rows=_named(col(Unit.id), col(Unit.name)),
    shape=lambda row: UnitTally(**counts_of(row), unit=_unit_of(row)),
)
list_by_task = Grouping(
    "list_tallies_by_task",
    "/tallies/by-task",
    "How each task stands as of a day, the one with the most overdue first.",
    ByTaskQuery,
    AsOfPage[TaskTally],
    kinds=(int, int),
    group=lambda *_: col(Obligation.task_id),
    through=[Obligation],
    rows=_named(col(Task.id), col(Task.checklist_id), col(Task.number), col(Task.requirement)),
    shape=lambda row: TaskTally(
        **counts_of(row), task=TaskInObligation(id=row.of_key, number=row.number, requirement=row.requirement)
    ),
)
list_by_section = Grouping(
    "list_tallies_by_section",
    "/tallies/by-section",
    "How each section stands as of a day, the one with the most overdue first.",
    BySectionQuery,
    AsOfPage[SectionTally],
    kinds=(int, int),
    group=lambda stand, _: section_of(stand),
    through=[Task],
    rows=_named(col(Section.id), col(Section.checklist_id), col(Section.position), col(Section.title)),
    shape=lambda row: SectionTally(
        **counts_of(row), section=SectionInTask(id=row.of_key, position=row.position, title=row.title)
    ),
)
list_by_jurisdiction = Grouping(
    "list_tallies_by_jurisdiction",
    "/tallies/by-jurisdiction",
    "How the units of each province, city or county stand as of a day, the one with the most overdue first.",
    ByJurisdictionQuery,
    AsOfPage[JurisdictionTally],
    kinds=(int, str),
    group=lambda _, query: func.substr(col(Unit.jurisdiction_code), 1, query.digits),
    through=[Unit],
    of_unit=True,
    rows=_named(col(Jurisdiction.code), col(Jurisdiction.name), always=False),
    shape=lambda row: JurisdictionTally(**counts_of(row), jurisdiction=row.of_key),
)
list_ranking = Grouping(
    "list_ranking",
    "/oversight/ranking",
    "Units by their on-time rate as of a day, the best first. A unit finds only itself, with its rank among all.",
    RankingQuery,
    AsOfPage[RankedUnit],
    kinds=(int, float, int),
    group=lambda stand, _: stand.unit_id,
    of_unit=True,
    rows=_ranked,
    among_peers=True,
    shape=lambda row: RankedUnit.of(row, unit=_unit_of(row)),
)
list_trend = Grouping(
    "list_trend",
    "/oversight/trend",
    "What fell due in each month, and how it stands as of a day.",
    TrendQuery,
    AsOfPage[MonthTally],
    kinds=(str,),
    group=lambda stand, _: MonthOf(stand.due_on),
    rows=_by_month,
    shape=lambda row: MonthTally.of(row, month=row.of_key, not_yet_due=row.due_soon + row.not_yet_due),
)
GROUPINGS: Sequence[Grouping[Any]] = (
    list_by_unit,
    list_by_task,
    list_by_section,
    list_by_jurisdiction,
    list_ranking,
    list_trend,
)
