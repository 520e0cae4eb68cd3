"""Browsers before servers of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from app import main
from app.config import Settings
from app.database.engine import Database
from tests.access.browsers import Browse, Browser, router
from tests.access.issuers import TestIssuer, serving_issuer
from tests.client import Client


@pytest.fixture
def issuer() -> Iterator[TestIssuer]:
    with serving_issuer() as issuer:
        yield issuer


@pytest.fixture
def browse(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browse]:
    """`browse(session_hours=1)`: a browser before a server of its own with this setting."""
    routes = [*main._routes(), *router.routes]
    monkeypatch.setattr(main, "_routes", lambda: routes)
    with ExitStack() as stack:

        def start(*, scheme: str = "http", **changed: Any) -> Browser:
            app = main.create_app(settings.model_copy(update=changed), database)
            client = Client(app, base_url=f"{scheme}://testserver", raise_server_exceptions=False)
            return Browser(stack.enter_context(client))

        yield start
