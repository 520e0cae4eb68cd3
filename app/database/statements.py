"""The begin and end of each statement: its time limit, and the watchers to call.

SQLAlchemy's own statements arrive by events; prepared ones (`app/database/prepared.py`) call the same functions.
"""

from collections.abc import Callable
from time import monotonic, thread_time
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Watcher = Callable[[str, Any, float], None]  # what ran, its values, the seconds it took


def watch(engine: Engine, watchers: list[Watcher]) -> None:
    """Call the watchers for every statement that succeeded, also those added later."""

    @event.listens_for(engine, "connect")
    def on_connect(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["watchers"] = watchers

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Connection, _c: Any, _s: Any, _p: Any, context: Any, _m: Any) -> None:
        context.duban_begun = begin(connection.info)

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Connection, _c: Any, text: str, values: Any, context: Any, _m: Any) -> None:
        end(connection.info, text, values, context.duban_begun)


def begin(info: dict[Any, Any]) -> float:
    """The moment from which a statement's time counts. Its limits are set (`sqlite.limit`).

    Args:
        info: the connection's.
    """
    now = monotonic()
    if seconds := info.get("seconds"):
        info["until"] = now + seconds
        info["cpu_until"] = thread_time() + info["cpu_seconds"]
    return now


def end(info: dict[Any, Any], text: str, values: Any, begun: float) -> None:
    """Call the watchers for a statement that succeeded."""
    seconds = monotonic() - begun
    for watch in info["watchers"]:
        watch(text, values, seconds)
