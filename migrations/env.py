"""Runs migrations on the database that DUBAN_DATABASE_URL names, or that the caller passes along."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, DateTime, Enum, String
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from app import clock
from app import models as _all_tables  # noqa: F401  for autogenerate
from app.config import Settings
from app.database.engine import Database
from app.database.schemas import make_schema
from app.migrate import LOCK_TIMEOUT
from app.operations.upgrading import follow_upgrade

TURN = int.from_bytes(b"duban", "big")  # the number of the lock


def plain_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a column type in SQLAlchemy's own words: a migration imports nothing that may change under it."""
    if kind != "type":
        return False
    if isinstance(item, Enum):
        values = ", ".join(repr(str(value)) for value in item.enums)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length={item.length})"
    if isinstance(item, UTCDateTime):
        return f"sa.{DateTime(timezone=True)!r}"
    impl = getattr(item, "impl", item)
    if isinstance(impl, String):
        return f"sa.{type(impl).__name__}({f'length={impl.length}' if impl.length else ''})"
    return False


def _take_turns(connection: Connection) -> None:
    """Let nobody else migrate the database until this transaction ends, and bound what waits for tables."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
    seconds = context.config.attributes.get("lock_timeout", LOCK_TIMEOUT)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {seconds * 1000:.0f}")


def run() -> None:
    settings = context.config.attributes.get("settings") or Settings()
    database = Database(settings)
    steps: list[Any] = []
    try:
        with database.engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection:
            if not database.is_sqlite:
                _take_turns(connection)
            if database.is_sqlite:  # a table that is made anew is gone for a moment, whatever refers to it
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            context.configure(
                connection=connection,
                target_metadata=SQLModel.metadata,
                render_as_batch=True,  # SQLite changes tables only by making them anew
                render_item=plain_type,
                compare_type=True,
                transactional_ddl=True,  # SQLite's too: all steps or none
                on_version_apply=lambda **step: steps.append(step),
            )
            with context.begin_transaction():
                if settings.schema_:
                    make_schema(connection, settings.schema_)
                context.run_migrations()
                if steps and context.get_context().get_current_revision() == context.script.get_current_head():
                    session = Session(connection)
                    applied = [one["step"].up_revision_id for one in steps]
                    followed = follow_upgrade(session, soon=settings.due_soon_days, at=clock.now(), applied=applied)
                    context.config.attributes["followed"] = followed
                    session.flush()
                if database.is_sqlite and steps:
                    for table, _, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(1):
                        raise RuntimeError(f"a row of {table} refers to a row of {target} that is not there")
            connection.commit()
    finally:
        database.close()


run()
