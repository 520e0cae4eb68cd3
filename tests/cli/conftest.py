"""Fixtures of the CLI's tests."""

from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.cli.terminal import console
from app.config import get_settings

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`run("import", file, "--yes")`, with `input=` for what is typed; in a terminal wide enough for whole names."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    monkeypatch.setattr(console(), "width", 400)
    get_settings.cache_clear()
    yield lambda *words, **options: CliRunner().invoke(app, [str(word) for word in words], **options)
    get_settings.cache_clear()
