"""What a connection has after a transaction, where a pooler may give it to somebody else."""

from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.database.engine import Database
from app.database.outages import outage
from tests.databases import new_database


@pytest.fixture(scope="module")
def url(postgres: str) -> str:
    return Settings(database_url=new_database(postgres, "pooled_alone")).database_url


def test_limits_apply_in_each_transaction_and_nothing_is_left_after_it(url: str) -> None:
    settings = Settings(database_url=url, prepared_statements=False, pool_size=1)
    within = []
    with closing(Database(settings, seconds=7)) as database:
        for writes in (False, True) * 6:
            with database.session(writes=writes) as session:
                within.append([session.execute(text(f"SHOW {one}_timeout")).scalar() for one in ("statement", "lock")])
        with database.engine.connect() as connection:
            outside = connection.connection.cursor()
            outside.execute("SELECT count(*), current_setting('statement_timeout') FROM pg_prepared_statements")
            left = outside.fetchone()

    assert within == [["7s", "6300ms"]] * 12
    assert left == (0, "0")


@pytest.mark.parametrize("sqlstate", ["26000", "42P05"])
def test_an_error_of_prepared_statements_names_the_setting(sqlstate: str) -> None:
    error = DBAPIError("", {}, psycopg.errors.lookup(sqlstate)("prepared statement"))
    found = outage(error)

    assert found is not None
    assert "DUBAN_PREPARED_STATEMENTS=off" in str(found.detail)
