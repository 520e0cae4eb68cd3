"""What an import is an edition of comes and goes."""

from contextlib import closing

from sqlalchemy import inspect

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import downgrade, upgrade
from tests.client import Client
from tests.conftest import COUNTY, DEFAULT_NOW, County, enter_county, sample_page

BEFORE = "3e8d51c07b6a"
COLUMNS = {"edition_of_id", "answers"}


def test_imports_that_were_kept_before_editions_still_stand(own_database_url: str) -> None:
    settings = Settings(database_url=own_database_url)
    upgrade(settings)
    form = {"jurisdiction": COUNTY}
    files = {"file": ("清单.txt", sample_page(2024, "2024-05-31"))}
    with closing(Database(settings)) as database, Client(create_app(settings, database)) as client:
        with database.session(writes=True) as session:
            enter_county(session, at=DEFAULT_NOW)
        office = County(database, client, checklist_id=1, units={}).as_role("coordinator")
        sent = office.request("POST", "/registers/imports", files=files, data=form).json()
        downgrade(settings, BEFORE)
        gone = COLUMNS & columns(database)
        upgrade(settings)
        shown = office.get(f"/registers/imports/{sent['id']}").json()

        assert gone == set()
        assert columns(database) >= COLUMNS
        assert shown == sent


def columns(database: Database) -> set[str]:
    return {one["name"] for one in inspect(database.engine).get_columns("register_import")}
