"""What a client does first: list, filter, page, post, upload, and decide by the code of a problem."""

import pytest

from app.config import Settings
from app.main import create_app
from tests.clients.conftest import Story
from tests.conftest import County
from tests.serving import serving

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # what is sent is the same on both


def test_a_short_client_lists_reports_uploads_and_decides_by_the_code_of_a_problem(
    story: Story, county: County, settings: Settings
) -> None:
    """Of the sample's rows, 15 name all townships."""
    with serving(create_app(settings, county.database)) as url:
        told = story(url, county.as_unit("城关镇").key or "")

    assert told == {
        "owed": 15,
        "left": 14,
        "file": "公开说明.txt",
        "refused": "closed: /problems/obligation_closed",
    }
