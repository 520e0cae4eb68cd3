"""Who looks at pages: a unit and the office, and a real browser with the server that it looks at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error, sync_playwright

from app.config import Settings
from app.main import create_app
from tests.conftest import County
from tests.pages.browser import Browser
from tests.pages.chromium import CHROMIUM
from tests.serving import serving


@pytest.fixture
def unit(county: County) -> Browser:
    return Browser(county.client, county.as_unit("城关镇").key)


@pytest.fixture
def office(county: County) -> Browser:
    return Browser(county.client, county.as_role("coordinator").key)


@pytest.fixture
def owed(county: County) -> int:
    """What the unit owes."""
    return int(county.obligation(10, "城关镇")["id"])


@pytest.fixture
def browser() -> Iterator[Chromium]:
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
