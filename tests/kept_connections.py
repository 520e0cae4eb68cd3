"""Connections to PostgreSQL that outlive their test: a new server process for each, with nothing in its caches, takes
longer than most tests ask of it. Whoever connects finds one as it was when it was new."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from psycopg import Connection, Error
from psycopg.pq import TransactionStatus

MANY = 12  # of one kind: a test of crowds need not leave all of its connections to the next
_resting: dict[str, list[Connection[Any]]] = defaultdict(list)  # by what they were connected with


def connecting(connect: Callable[..., Any], words: Any, options: Any) -> Callable[[], Any]:
    """What gives a connection to a pool: one that rests, else a new one."""
    kind = repr((words, options))

    def take() -> Any:
        while _resting[kind]:
            if _is_as_new(connection := _resting[kind].pop()):
                return connection
        new: Any = connect(*words, **options)
        new.duban_kind = kind
        return new

    return take


def rest(connection: Any) -> None:
    """What a pool does with a connection that it closes."""
    kind = getattr(connection, "duban_kind", None)
    is_idle = not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE
    if kind is None or not is_idle or len(_resting[kind]) >= MANY:
        connection.close()
        return
    _resting[kind].append(connection)


def resting() -> list[int]:
    """The server processes of those that nobody uses."""
    return [one.info.backend_pid for kind in _resting.values() for one in kind if not one.closed]


def close_all() -> None:
    for kind in _resting.values():
        while kind:
            kind.pop().close()


def _is_as_new(connection: Connection[Any]) -> bool:
    try:
        connection.autocommit = True
        connection.execute("RESET ALL")
        connection.autocommit = False
        connection.isolation_level = connection.read_only = connection.deferrable = None
    except Error:  # its server process was ended meanwhile
        connection.close()
        return False
    return True
