"""How units, tasks, sections and jurisdictions stand as of a day, who does best, and how it went month by month."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Subquery, case, func, literal, select
from sqlmodel import col

from app.access.actors import Actor
from app.checklists.models import Section, Task
from app.obligations.days import MonthOf
from app.obligations.lights import light_of, reason_of
from app.obligations.models import Obligation
from app.obligations.schemas import TaskInObligation, UnitInObligation
from app.obligations.standings import standings
from app.oversight.standing_schemas import (
    ByJurisdictionQuery,
    BySectionQuery,
    ByTaskQuery,
    ByUnitQuery,
    JurisdictionStanding,
    MonthStanding,
    RankedUnit,
    RankingQuery,
    SectionStanding,
    StandingQuery,
    TaskStanding,
    TrendQuery,
    UnitStanding,
)
from app.oversight.tally_queries import Asked, day_of, on_time_rate, tally
from app.paging import Page, after_key
from app.shapes import OutputShape
from app.tasks.schemas import SectionInTask
from app.units.models import Jurisdiction, Unit

Row = TypeVar("Row", bound=OutputShape)


def list_by_unit(
    connection: Connection, actor: Actor, query: ByUnitQuery, *, today: date, soon: int
) -> Page[UnitStanding]:
    """How each unit stands, the one with the most overdue first.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, int, int)
    counts = tally(asked, asked.stand.unit_id)
    rows = select(counts, col(Unit.name)).join(Unit, col(Unit.id) == counts.c.of_key)

    def shape(row: Any) -> UnitStanding:
        return UnitStanding(**_standing(row), unit=UnitInObligation(id=row.of_key, name=row.name))

    return _most_overdue_first(connection, asked, query, rows, counts, after, shape)


def list_by_task(
    connection: Connection, actor: Actor, query: ByTaskQuery, *, today: date, soon: int
) -> Page[TaskStanding]:
    """How each task stands, the one with the most overdue first.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, int, int)
    counts = tally(asked, col(Obligation.task_id), [Obligation])
    rows = select(counts, col(Task.checklist_id), col(Task.number), col(Task.requirement)).join(
        Task, col(Task.id) == counts.c.of_key
    )

    def shape(row: Any) -> TaskStanding:
        task = TaskInObligation(id=row.of_key, number=row.number, requirement=row.requirement)
        return TaskStanding(**_standing(row), task=task)

    return _most_overdue_first(connection, asked, query, rows, counts, after, shape)


def list_by_section(
    connection: Connection, actor: Actor, query: BySectionQuery, *, today: date, soon: int
) -> Page[SectionStanding]:
    """How each section stands, the one with the most overdue first. A task counts where it stands today.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, int, int)
    counts = tally(asked, col(Task.section_id), [Task])
    rows = select(counts, col(Section.checklist_id), col(Section.position), col(Section.title)).join(
        Section, col(Section.id) == counts.c.of_key
    )

    def shape(row: Any) -> SectionStanding:
        section = SectionInTask(id=row.of_key, position=row.position, title=row.title)
        return SectionStanding(**_standing(row), section=section)

    return _most_overdue_first(connection, asked, query, rows, counts, after, shape)


def list_by_jurisdiction(
    connection: Connection, actor: Actor, query: ByJurisdictionQuery, *, today: date, soon: int
) -> Page[JurisdictionStanding]:
    """How the units of each jurisdiction stand together, the one with the most overdue first.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, int, str)
    counts = tally(asked, func.substr(col(Unit.jurisdiction_code), 1, query.digits), [Unit])
    rows = select(counts, col(Jurisdiction.name)).outerjoin(Jurisdiction, col(Jurisdiction.code) == counts.c.of_key)

    def shape(row: Any) -> JurisdictionStanding:
        return JurisdictionStanding(**_standing(row), jurisdiction=row.of_key)

    return _most_overdue_first(connection, asked, query, rows, counts, after, shape)


def list_ranking(
    connection: Connection, actor: Actor, query: RankingQuery, *, today: date, soon: int
) -> Page[RankedUnit]:
    """Units by their on-time rate, the best first; those with too few obligations that count come last.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, int, float, int)
    counts = tally(asked, asked.stand.unit_id)
    enough, rate = counts.c.counted >= query.min_obligations, on_time_rate(counts)
    place = func.rank().over(partition_by=enough, order_by=rate.desc())
    ranked = select(
        counts,
        rate.label("on_time_rate"),
        case((enough, place)).label("rank"),
        case((enough, 0), else_=1).label("unranked"),
        func.coalesce(literal(0.0) - rate, literal(1.0)).label("shortfall"),
    ).subquery("ranked")
    rows = select(ranked, col(Unit.name)).join(Unit, col(Unit.id) == ranked.c.of_key)

    def shape(row: Any) -> RankedUnit:
        names = ("rank", "on_time_rate", "counted", "completed_on_time", "completed_late", "overdue")
        unit = UnitInObligation(id=row.of_key, name=row.name)
        return RankedUnit(unit=unit, **{name: getattr(row, name) for name in names})

    key = [ranked.c.unranked, ranked.c.shortfall, ranked.c.of_key]
    return _page(connection, asked, query, rows, key, after, shape)


def list_trend(
    connection: Connection, actor: Actor, query: TrendQuery, *, today: date, soon: int
) -> Page[MonthStanding]:
    """What fell due in each month, the earliest first, and how it stands on the day.

    Raises:
        AsOfInFuture, InvalidCursor.
    """
    asked, after = _asked(actor, query, today, soon, str)
    counts = tally(asked, MonthOf(asked.stand.due_on))
    rows = select(counts, on_time_rate(counts).label("on_time_rate")).where(counts.c.of_key.is_not(None))

    def shape(row: Any) -> MonthStanding:
        names = ("completed_on_time", "completed_late", "overdue", "awaiting_review", "on_time_rate")
        later = row.due_soon + row.not_yet_due
        return MonthStanding(month=row.of_key, not_yet_due=later, **{name: getattr(row, name) for name in names})

    return _page(connection, asked, query, rows, [counts.c.of_key], after, shape)


def _asked(actor: Actor, query: StandingQuery, today: date, soon: int, *kinds: type) -> tuple[Asked, list[Any] | None]:
    """What is asked for, and the sort key after which to go on, of these kinds."""
    after = query.after(date, *kinds)
    stand = standings(day_of(query, after), today=today, by_first=query.due == "first")
    return Asked(actor, query, stand, soon), after and after[1:]


def _most_overdue_first(
    connection: Connection,
    asked: Asked,
    query: StandingQuery,
    rows: Select[Any],
    counts: Subquery,
    after: list[Any] | None,
    shape: Callable[[Any], Row],
) -> Page[Row]:
    key = [(literal(0) - counts.c.overdue).label("before"), counts.c.of_key]
    rows = rows.add_columns(on_time_rate(counts).label("on_time_rate"), key[0])
    return _page(connection, asked, query, rows, key, after, shape)


def _page(
    connection: Connection,
    asked: Asked,
    query: StandingQuery,
    rows: Select[Any],
    key: list[Any],
    after: list[Any] | None,
    shape: Callable[[Any], Row],
) -> Page[Row]:
    """Args:
    key: the columns that the rows are sorted by, each by its name in the row too.
    """
    if after:
        rows = rows.where(after_key(key, after))
    found = connection.execute(rows.order_by(*key).limit(query.limit + 1)).all()
    kept = found[: query.limit]
    cursor = None
    if len(found) > query.limit:
        cursor = query.cursor_at([asked.stand.day, *(getattr(kept[-1], column.name) for column in key)])
    return Page(items=[shape(row) for row in kept], next_cursor=cursor)


def _standing(row: Any) -> dict[str, Any]:
    reason = reason_of(row.worst)
    return {**row._mapping, "light": light_of(reason), "light_reason": reason}
