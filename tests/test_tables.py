"""The tables that the migrations make are those that the models describe, constraint by constraint."""

from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect, text
from sqlmodel import SQLModel

from app import models as _all_tables  # noqa: F401
from app.database.engine import Database

# Wider than what the models say, since the first migration; ck_status_update_state_is_claimed says the same and more.
OLDER = {"status_update.check ck_status_update_state"}
TWICE = "ck_extension_ck_extension_"  # so the prefix stands in three names, since the migration that made them


def parts(connection: Connection, schema: str | None = None) -> dict[str, Any]:
    """Everything that the tables are made of, as the database itself says it, each under a name of its own."""
    seen = inspect(connection)
    found: dict[str, Any] = {}
    for table in SQLModel.metadata.tables:
        for column in seen.get_columns(table, schema):
            found[f"{table}.column {column['name']}"] = (str(column["type"]), column["nullable"])
        for check in seen.get_check_constraints(table, schema):
            found[f"{table}.check {str(check['name']).replace(TWICE, 'ck_extension_')}"] = check["sqltext"]
        for unique in seen.get_unique_constraints(table, schema):
            found[f"{table}.unique {unique['name']}"] = unique["column_names"]
        for one in seen.get_foreign_keys(table, schema):
            found[f"{table}.foreign key {one['constrained_columns']}"] = one["referred_table"], one["referred_columns"]
        for index in seen.get_indexes(table, schema):
            where = [str(value) for name, value in index.get("dialect_options", {}).items() if name.endswith("_where")]
            columns = index.get("expressions", index["column_names"])
            found[f"{table}.index {index['name']}"] = (columns, bool(index["unique"]), where)
    if connection.dialect.name == "sqlite":  # of which SQLAlchemy skips the indexes on expressions
        of_expressions = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%(%(%'")
        found |= {f"index {name}": sql for name, sql in connection.execute(of_expressions)}
    return found


def described(database: Database) -> dict[str, Any]:
    """The same of tables that are made of the models."""
    if database.is_sqlite:
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            SQLModel.metadata.create_all(connection)
            found = parts(connection)
        engine.dispose()
        return found
    with database.engine.connect() as connection:  # and nothing is committed
        connection.execute(text("CREATE SCHEMA described"))
        connection.execute(text("SET LOCAL search_path TO described"))
        SQLModel.metadata.create_all(connection)
        return parts(connection, "described")


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        migrated = parts(connection)
    wanted = described(database)

    assert {name for name in migrated if migrated[name] != wanted.get(name)} == OLDER
    assert wanted.keys() == migrated.keys() - {*OLDER}
