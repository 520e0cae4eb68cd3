"""Every process opens the same database, and a change on a standby is answered as an outage."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import text

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import upgrade
from tests.client import Client, on_the_loop
from tests.conftest import Api, County
from tests.databases import new_database

REPORT = {"state": "completed", "narrative": "已完成。"}
pytestmark = pytest.mark.own_database
ReadOnly = Callable[[bool], None]


@pytest.fixture
def read_only(database_url: str) -> ReadOnly:
    """`read_only(True)`: connections that are opened from now on take no changes, as on a standby."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no standby")

    def alter(takes_no_changes: bool) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {takes_no_changes}')

    return alter


@pytest.fixture
def alone(settings: Settings, county: County, read_only: ReadOnly) -> Iterator[Client]:
    """An app with connections of its own, that were opened to a standby."""
    read_only(True)
    with Client(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_a_change_on_a_standby_is_an_outage_and_goes_on_after_the_failover(
    county: County, alone: Client, read_only: ReadOnly, content_type: str
) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    api = Api(alone, county.as_unit("城关镇").key)
    path, headers = f"/obligations/{owed}/updates", {"Content-Type": content_type, "Idempotency-Key": "one"}
    refused = [api.request("POST", path, json=REPORT, headers=headers) for _ in range(2)]
    lists = api.get("/tasks").status_code
    read_only(False)
    later = [api.request("POST", path, json=REPORT, headers=headers).status_code for _ in range(3)]

    assert {(one.status_code, one.json()["code"]) for one in refused} == {(503, "database_read_only")}
    assert all(one.headers["retry-after"].isdigit() for one in refused)
    assert lists == 200
    assert later[-1] == 201


def test_a_server_that_only_reads_answers_lists_and_rejects_changes(county: County, settings: Settings) -> None:
    owed, cell = county.obligation(1, "城关镇")["id"], {"text": "司法局", "jurisdiction": "341522"}
    with Client(create_app(settings.model_copy(update={"read_only": True}))) as client:
        unit, office = (Api(client, api.key) for api in (county.as_unit("城关镇"), county.as_role("coordinator")))
        rejected = [
            unit.post(f"/obligations/{owed}/updates", REPORT),
            unit.post("/updates", {}),
            office.delete("/tasks/1/units/1"),
        ]
        read = [unit.get("/tasks"), unit.get("/me/todo"), office.post("/registers/cell-readings", cell)]
        unknown = unit.post("/nowhere", {})

    assert {(one.status_code, one.json()["code"]) for one in rejected} == {(503, "server_read_only")}
    assert [one.status_code for one in read] == [200, 200, 200]
    assert unknown.status_code == 404


def test_the_schema_and_what_the_url_says_of_a_connection_apply_to_every_process(postgres: str) -> None:
    url = new_database(postgres, "elsewhere")
    separator = "&" if "?" in url else "?"
    more = f"{separator}options=-cwork_mem%3D5MB&application_name=county"
    settings = Settings(database_url=url + more, schema_="of_its_own")
    upgrade(settings)
    database = Database(settings, seconds=settings.request_timeout)
    with database.session(writes=False) as session:
        shown = [
            session.execute(text(f"SHOW {one}")).scalar_one()
            for one in ("search_path", "statement_timeout", "work_mem")
        ]
        made = session.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'of_its_own'")).scalar_one()
    database.close()
    with Client(create_app(settings)) as client:
        ready = client.get("/readyz").status_code
        checks = client.app.middleware_stack.app.checks
        found = on_the_loop(checks.heads(""))

    assert shown == ["of_its_own", "30s", "5MB"]
    assert made > 20
    assert (ready, found is not None) == (200, True)
