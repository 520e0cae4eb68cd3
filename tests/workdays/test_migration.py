"""The calendar's tables come and go."""

from contextlib import closing

from sqlalchemy import inspect

from app.config import Settings
from app.database.engine import Database
from app.migrate import downgrade, upgrade

BEFORE = "7089070569bb"
TABLES = {"calendar_day", "calendar_year"}


def test_the_calendar_is_migrated_both_ways(own_database_url: str) -> None:
    settings = Settings(database_url=own_database_url)
    with closing(Database(settings)) as database:
        upgrade(settings)
        downgrade(settings, BEFORE)
        gone = TABLES & set(inspect(database.engine).get_table_names())
        upgrade(settings)
        back = TABLES & set(inspect(database.engine).get_table_names())

    assert (gone, back) == (set(), TABLES)
