"""Schemas of PostgreSQL: one for each county where several have one database."""

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.schema import CreateSchema


def make_schema(connection: Connection, name: str) -> None:
    """Create a schema unless it is there: a role that may only use its own need not be allowed to create one."""
    if not inspect(connection).has_schema(name):
        connection.execute(CreateSchema(name))


def current_schema(connection: Connection) -> str | None:
    """Where tables are made and found; None if it is not there yet."""
    return connection.execute(select(func.current_schema())).scalar()
