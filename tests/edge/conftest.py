"""Fixtures of the edge's tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from tests.client import Client

Serve = Callable[..., Client]
OF_THE_DATABASE = {"request_timeout", "pool_size", "threads"}


@pytest.fixture
def serve(settings: Settings, database: Database) -> Iterator[Serve]:
    """`serve(hsts_seconds=60)` is a client of an app of its own with this setting. `host` is where the client is."""
    with ExitStack() as stack:

        def start(*, host: str = "192.0.2.7", scheme: str = "http", **changed: Any) -> Client:
            own_database = not changed.keys().isdisjoint(OF_THE_DATABASE)
            app = create_app(Settings(**(settings.model_dump() | changed)), None if own_database else database)
            client = Client(app, base_url=f"{scheme}://testserver", client=(host, 50000), raise_server_exceptions=False)
            return stack.enter_context(client)

        yield start
