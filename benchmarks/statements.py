"""The statements of a query, and their time."""

import statistics
from collections.abc import Callable
from time import perf_counter
from typing import Any

from app.database.engine import Database

Statement = tuple[str, Any]


def statements_of(database: Database, answer: Callable[..., object], *given: object, **more: object) -> list[Statement]:
    """The statements that a query sends to the database, in the driver's form."""
    found: list[Statement] = []

    def note(statement: str, parameters: Any, _seconds: float) -> None:
        found.append((statement, parameters))

    database.watchers.append(note)
    with database.session(writes=False) as session:
        answer(session, *given, **more)
    database.watchers.remove(note)
    return found


def by_connection(answer: Callable[..., object]) -> Callable[..., object]:
    """An answer that needs no session, given one."""
    return lambda session, *given, **more: answer(session.connection(), *given, **more)


def milliseconds(database: Database, statements: list[Statement], runs: int) -> float:
    """The median of many runs. PostgreSQL prepares a statement at its sixth, and then also shows its generic plan."""
    raw = database.engine.raw_connection()
    cursor: Any = raw.driver_connection.cursor()  # type: ignore[union-attr]
    times = []
    for _ in range(runs):
        begun = perf_counter()
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()
        times.append((perf_counter() - begun) * 1000)
    raw.close()
    return statistics.median(times)
