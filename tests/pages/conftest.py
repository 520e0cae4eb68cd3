"""A real browser, and the server that it looks at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from app.config import Settings
from app.main import create_app
from tests.conftest import County
from tests.pages.chromium import CHROMIUM
from tests.serving import serving


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error as missing:
            pytest.skip(f"chromium does not start: {missing.message[:100]}")
        yield opened
        opened.close()


@pytest.fixture
def url(county: County, settings: Settings) -> Iterator[str]:
    with serving(create_app(settings, county.database)) as url:
        yield url
