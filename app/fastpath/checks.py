"""How cached answers are checked, by the kind of database."""

from sqlalchemy import Engine

from app.fastpath.heads import Checks
from app.fastpath.sqlite_checks import SqliteChecks


def checks_of(engine: Engine) -> Checks:
    if engine.dialect.name == "sqlite":
        return SqliteChecks(engine)
    from app.fastpath.postgres_checks import PostgresChecks

    return PostgresChecks(engine)
