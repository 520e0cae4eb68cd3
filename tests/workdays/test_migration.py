"""The calendar's tables come and go."""

import pytest
from sqlalchemy import inspect

from app.config import Settings
from app.database.engine import Database
from app.migrate import downgrade, upgrade

BEFORE = "7089070569bb"
TABLES = {"calendar_day", "calendar_year"}


@pytest.mark.own_database
def test_the_calendar_is_migrated_both_ways(settings: Settings, database: Database) -> None:
    downgrade(settings, BEFORE)
    gone = TABLES & set(inspect(database.engine).get_table_names())
    upgrade(settings)

    assert gone == set()
    assert set(inspect(database.engine).get_table_names()) >= TABLES
