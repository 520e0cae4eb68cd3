"""SQL functions for days that give the same result on both databases."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.shapes import LAST_YEAR

NEVER = date(LAST_YEAR, 12, 31)  # sort key of a row without a last day; a valid day for a cursor


def day_or_never(day: Any) -> Any:
    """A day that may be null, as a list is sorted by it. It stands literally, as in the index of it."""
    return func.coalesce(day, literal_column(f"'{NEVER}'"))


class DaysLater(FunctionElement[Any]):
    """A day plus a number of days, which may be negative: `DaysLater(day, number)`."""

    type = Date()
    inherit_cache = True


class DaysBetween(FunctionElement[Any]):
    """The number of days between two days: `DaysBetween(later, earlier)`."""

    type = Integer()
    inherit_cache = True


class ShanghaiDay(FunctionElement[Any]):
    """`clock.local_day` of a moment. Shanghai has had no summer time since 1991."""

    type = Date()
    inherit_cache = True


class LatestDay(FunctionElement[Any]):
    """The latest of several days, none of which is null."""

    type = Date()
    inherit_cache = True


class MonthOf(FunctionElement[Any]):
    """The month of a day: 2023-05."""

    type = String()
    inherit_cache = True


@compiles(DaysLater, "sqlite")
def _days_later_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    day, number = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({day}, ({number}) || ' days')"


@compiles(DaysLater, "postgresql")
def _days_later_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    day, number = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({day} AS DATE) + CAST({number} AS INTEGER))"


@compiles(DaysBetween, "sqlite")
def _days_between_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _days_between_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


@compiles(ShanghaiDay, "sqlite")
def _shanghai_day_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(ShanghaiDay, "postgresql")
def _shanghai_day_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(({compiler.process(element.clauses, **options)} AT TIME ZONE 'Asia/Shanghai') AS DATE)"


@compiles(LatestDay, "sqlite")
def _latest_day_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(LatestDay, "postgresql")
def _latest_day_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(MonthOf, "sqlite")
def _month_of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 7)"


@compiles(MonthOf, "postgresql")
def _month_of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)}, 'YYYY-MM')"
