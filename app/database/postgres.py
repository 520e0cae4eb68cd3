"""The settings of PostgreSQL's connections and transactions."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from app.config import Settings
from app.database import waiting
from app.database.outages import leads_to_standby

CONNECT_SECONDS = 10  # at most, to open a connection


def connect_arguments(settings: Settings, url: URL, seconds: float | None) -> dict[str, Any]:
    """The arguments of a connection. Those of the URL come last and override these.

    A pooler gives each transaction any of its connections: it accepts no options, and a statement that was prepared on
    one connection is missing on the next.
    """
    given: dict[str, Any] = {}
    if "connect_timeout" not in url.query:
        given["connect_timeout"] = int(min(seconds or CONNECT_SECONDS, CONNECT_SECONDS))
    if not settings.prepared_statements:
        given["prepare_threshold"] = None
    elif parameters := _parameters(settings, seconds):
        options = [f"-c {name}={value}" for name, value in parameters.items()]
        given["options"] = " ".join([*options, *url.normalized_query.get("options", ())])
    return given


def prepare_transactions(engine: Engine, settings: Settings, seconds: float | None) -> None:
    """Set the limits of a transaction at its begin. A request that has waited already waits less for a lock.

    PostgreSQL has to report that it accepts no changes: after a reading transaction SQLAlchemy would set READ WRITE
    by name, which a standby rejects as a feature that it does not have.
    """
    parameters = {} if settings.prepared_statements else _parameters(settings, seconds)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if not connection.get_execution_options().get("postgresql_readonly"):
            driver.read_only = None
        local = dict(parameters)
        if seconds is not None and (left := waiting.seconds_left(seconds)) < seconds:
            local["lock_timeout"] = _lock_timeout(left)
        if local:
            driver.execute("; ".join(f"SET LOCAL {name} = '{value}'" for name, value in local.items()))


def leave_standbys(engine: Engine) -> None:
    """Open new connections where those that are open take no changes."""

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        if leads_to_standby(context.original_exception):
            context.is_disconnect = True


def _parameters(settings: Settings, seconds: float | None) -> dict[str, str]:
    """The schema, and the limits of every statement, by the server's own names.

    A lock is given up a little earlier than its statement, so that the answer tells which it was.
    """
    schema = {"search_path": settings.schema_} if settings.schema_ else {}
    if seconds is None:
        return schema
    return schema | {"statement_timeout": f"{seconds:g}s", "lock_timeout": _lock_timeout(seconds * 0.9)}


def _lock_timeout(seconds: float) -> str:
    return f"{max(seconds * 1000, 1):.0f}ms"  # 0 would be no limit
