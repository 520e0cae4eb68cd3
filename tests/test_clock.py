"""The day is Shanghai's, wherever the server stands."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app import clock


@pytest.fixture(params=["America/New_York", "Pacific/Kiritimati", "UTC", "Asia/Shanghai"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.undo()  # the real clock
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("server_zone")
def test_today_is_shanghais_whatever_the_servers_time_zone() -> None:
    before = (datetime.now(UTC) + timedelta(hours=8)).date()
    today = clock.today()

    assert today in {before, (datetime.now(UTC) + timedelta(hours=8)).date()}
    assert clock.now().utcoffset() == timedelta(hours=8)


@pytest.mark.usefixtures("server_zone")
def test_a_day_begins_at_midnight_in_shanghai() -> None:
    assert clock.start_of(datetime(2023, 8, 1).date()) == datetime(2023, 7, 31, 16, tzinfo=UTC)  # noqa: DTZ001
    assert clock.local_day(datetime(2023, 7, 31, 15, 59, 59, tzinfo=UTC)).isoformat() == "2023-07-31"
    assert clock.local_day(datetime(2023, 7, 31, 16, tzinfo=UTC)).isoformat() == "2023-08-01"
