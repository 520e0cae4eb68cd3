"""Which way kept answers are checked, by the database."""

from sqlalchemy import Engine

from app.answers.heads import Checks
from app.answers.sqlite_checks import SqliteChecks


def checks_of(engine: Engine) -> Checks:
    if engine.dialect.name == "sqlite":
        return SqliteChecks(engine)
    from app.answers.postgres_checks import PostgresChecks  # its driver takes ten megabytes

    return PostgresChecks(engine)
