"""The statements of one posted update, and the same statements again with fresh values."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from httpx import ASGITransport, AsyncClient

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from benchmarks.shapes import SMALL
from benchmarks.statements import Statement

# Numbers that stand for one thing only, so that each is found again among the parameters.
OBLIGATION, PERCENT, NARRATIVE = 137, 83, "本期动态信息已经公开。"  # of unit 137, whose key is 137
STATEMENTS = 7  # as tests/fastpath/test_writes.py counts them; through the framework there are more
HEAD, UPDATE = 7_000_000, 9_000_000  # the last entry of the checklist's stream, the last update


def task_of(obligation: int) -> int:
    return (obligation - 1) // SMALL.units_in_task + 1


class Fresh(NamedTuple):
    """What one posted update has of its own."""

    obligation: int
    percent: int
    narrative: str
    prefix: str  # of the unit's key


class Recording:
    """What the driver was given while one update was posted, the second of its obligation."""

    def __init__(self, statements: Sequence[Statement], prefix: str) -> None:
        self.statements, self.prefix = statements, prefix
        texts = "\n".join(text for text, _ in statements)
        for part in ("INSERT INTO status_update", "INSERT INTO journal_entry", "UPDATE journal_stream"):
            if part not in texts:
                raise SystemExit(f"no {part} was told of: what is posted some other way is not compared")
        if len(statements) != STATEMENTS:
            raise SystemExit(f"a posted update is {STATEMENTS} statements, and these were told of:\n{texts}")

    def run(self, cursor: Any, fresh: Fresh) -> int:
        """Execute all of it, in the transaction that the caller began. Returns the update's id."""
        values: dict[Any, Any] = {
            OBLIGATION: fresh.obligation,
            task_of(OBLIGATION): task_of(fresh.obligation),
            PERCENT: fresh.percent,
            NARRATIVE: fresh.narrative,
            self.prefix: fresh.prefix,
        }
        update = 0
        for text, parameters in self.statements:
            cursor.execute(text, _with(parameters, values))
            rows = cursor.fetchall() if cursor.description else []
            if _reads_head(text):
                head = [column[0] for column in cursor.description].index("head_seq")
                values[HEAD + 2] = rows[0][head] + 1
            elif text.startswith("INSERT INTO status_update"):
                update = rows[0][0] if rows else cursor.lastrowid
                values[UPDATE + 2] = update
        return update


def _reads_head(text: str) -> bool:
    return text.startswith("SELECT journal_stream.name") and "head_seq" in text


def _with(parameters: Any, values: Mapping[Any, Any]) -> Any:
    def one(value: Any) -> Any:
        return values.get(value, value) if type(value) in (int, str) else value

    if isinstance(parameters, Mapping):
        return {name: one(value) for name, value in parameters.items()}
    return tuple(one(value) for value in parameters)


def mark(database: Database) -> None:
    """Begin the numbers of updates and of the checklist's journal where nothing else is numbered."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE journal_stream SET head_seq = {HEAD} WHERE name = 'checklist:1'")
        if database.is_sqlite:
            begin = f"INSERT INTO sqlite_sequence (name, seq) VALUES ('status_update', {UPDATE})"
        else:
            begin = f"SELECT setval(pg_get_serial_sequence('status_update', 'id'), {UPDATE})"
        connection.exec_driver_sql(begin)


async def record(url: str, key: str) -> Recording:
    """Post two updates to Duban in this process; the second is an update like most."""
    found: list[Statement] = []

    def note(statement: str, parameters: Any, _seconds: float) -> None:
        found.append((statement, parameters))

    app = create_app(Settings(database_url=url))
    app.state.database.watchers.append(note)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://duban") as client:
        for percent in (PERCENT - 1, PERCENT):
            found.clear()
            answer = await client.post(
                f"/api/v1/obligations/{OBLIGATION}/updates",
                json={"state": "in_progress", "percent": percent, "narrative": NARRATIVE},
                headers={"Authorization": f"Bearer {key}"},
            )
            answer.raise_for_status()
    app.state.database.close()
    return Recording(list(found), key.split("_")[1])
