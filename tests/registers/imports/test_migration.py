"""What an import is an edition of comes and goes."""

import pytest
from sqlalchemy import inspect

from app.config import Settings
from app.migrate import downgrade, upgrade
from tests.conftest import COUNTY, County, sample_page

BEFORE = "3e8d51c07b6a"
COLUMNS = {"edition_of_id", "answers"}


def columns(county: County) -> set[str]:
    return {one["name"] for one in inspect(county.database.engine).get_columns("register_import")}


@pytest.mark.own_database
def test_imports_stored_before_editions_are_still_valid(settings: Settings, county: County) -> None:
    office = county.as_role("coordinator")
    form = {"jurisdiction": COUNTY}
    files = {"file": ("清单.txt", sample_page(2024, "2024-05-31"))}
    sent = office.request("POST", "/registers/imports", files=files, data=form).json()
    downgrade(settings, BEFORE)
    gone = COLUMNS & columns(county)
    upgrade(settings)
    shown = office.get(f"/registers/imports/{sent['id']}").json()

    assert gone == set()
    assert columns(county) >= COLUMNS
    assert shown == sent
