"""What people meet in a month at the pages: a row that rests, the back button, filters, and words that nobody reads."""

from datetime import datetime

import pytest

from app import clock
from app.pages.rendering import TEMPLATES
from tests.conftest import County, FakeClock
from tests.pages.browser import Browser, words


@pytest.fixture
def unit(county: County) -> Browser:
    return Browser(county.client, county.as_unit("城关镇").key)


@pytest.fixture
def owed(county: County) -> int:
    return int(county.obligation(10, "城关镇")["id"])


def test_a_day_is_the_day_in_shanghai(county: County, unit: Browser, owed: int, now: FakeClock) -> None:
    """At half past six in the morning UTC is still a day behind."""
    now.moment = datetime(2023, 6, 2, 6, 30, tzinfo=clock.SHANGHAI)
    report = {"state": "in_progress", "narrative": "早上报送。"}
    assert county.as_unit("城关镇").post(f"/obligations/{owed}/updates", report).status_code == 201
    shown = words(Browser(county.client, county.as_unit("城关镇").key).get(f"/obligations/{owed}").text)

    assert "填报记录 2023-06-02 推进中 早上报送。" in shown
    assert "2023-06-02 单位已填报进展 早上报送。" in shown


def test_no_template_takes_the_day_of_a_moment_by_itself() -> None:
    """Moments are in UTC: the filter `local_day` has their day."""
    for template in TEMPLATES.glob("*.html"):
        assert ".date()" not in template.read_text("utf-8"), template.name
