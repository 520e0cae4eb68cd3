"""A day that no clerk can mean is refused wherever a day is taken, before it meets a calendar."""

import base64
import json

import pytest

from app.oversight.schemas import OverdueQuery
from tests.conftest import County

FAR = ["0001-01-01", "1948-12-31", "2200-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize(
    "path", ["/overdue?as_of=", "/tallies/by-unit?as_of=", "/obligations?as_of=", "/tasks?due_from="]
)
def test_a_filter_of_a_far_day_is_refused(county: County, path: str, day: str) -> None:
    answer = county.as_role("auditor").request("GET", path + day)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert "1949 to 2199" in answer.json()["detail"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_far_moment_is_refused_in_a_filter_and_as_the_end_of_a_key(county: County, moment: str) -> None:
    api = county.as_role("admin")
    wanted = {"name": "x", "role": "auditor", "jurisdiction": "341522", "expires_at": moment}
    answers = [api.post("/keys", wanted), api.get("/updates", since=moment)]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "invalid_request")] * 2


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_cursor_of_a_far_day_is_not_a_cursor(county: County, day: str) -> None:
    api = county.as_role("auditor")
    content = {"after": [day, "2023-12-31", 1], "list": OverdueQuery()._fingerprint()}
    cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    answer = api.get("/overdue", cursor=cursor)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
