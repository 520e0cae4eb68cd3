"""A server whose clock disagrees with its reference records nothing, and who was dated ahead goes on by the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app import clock
from app.cli.demo import prepare_demo
from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from tests.cli.conftest import Run, run
from tests.client import Client
from tests.conftest import Api, County, FakeClock

__all__ = ["run"]  # the fixture

REPORT = {"state": "completed", "narrative": "已完成。"}
NOW = "2023-06-01T09:00:00+08:00"
AHEAD = "2024-06-01T09:00:00+08:00"


class TrueTime:
    """What the fake clock is compared with: the database's clock, and the time that passes."""

    def __init__(self, now: FakeClock) -> None:
        self.moment = now.moment

    def elapsed(self) -> float:
        return self.moment.timestamp()

    def reference(self, connection: Connection) -> datetime | None:
        return None if connection.dialect.name == "sqlite" else self.moment


@pytest.fixture
def true_time(now: FakeClock, monkeypatch: pytest.MonkeyPatch) -> TrueTime:
    found = TrueTime(now)
    monkeypatch.setattr(clock, "elapsed", found.elapsed)
    monkeypatch.setattr(clock, "reference", found.reference)
    return found


@pytest.fixture
def server(county: County, settings: Settings, database: Database, true_time: TrueTime) -> Iterator[Client]:
    app = create_app(settings, database, checks_clock=True)
    with Client(app, client=("127.0.0.1", 50000), raise_server_exceptions=False) as client:
        yield client


def post(county: County, client: Client, unit: str = "城关镇") -> tuple[int, Any]:
    owed = county.obligation(1, unit)["id"]
    answer = Api(client, county.as_unit(unit).key).post(f"/obligations/{owed}/updates", REPORT)
    return answer.status_code, answer.json().get("code")


def difference(client: Client) -> float:
    lines = client.get("/metrics").text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("duban_clock_difference_seconds ")))


@pytest.mark.parametrize(("minutes", "status"), [(4, 201), (-4, 201), (6, 503), (-6, 503), (60 * 24 * 365, 503)])
def test_a_clock_that_jumps_is_not_believed(
    county: County, server: Client, now: FakeClock, minutes: int, status: int
) -> None:
    now.moment += timedelta(minutes=minutes)
    written = post(county, server)
    shown = difference(server)
    ready = server.get("/readyz")
    lists = Api(server, county.as_role("auditor").key).get("/tasks").status_code
    now.moment -= timedelta(minutes=minutes)
    later = post(county, server, "河口镇")

    assert written == (status, "clock_disagrees" if status == 503 else None)
    assert shown == pytest.approx(minutes * 60)
    assert (ready.status_code, lists) == (200 if status == 201 else 503, 200)
    assert later[0] == 201


def test_on_postgresql_the_databases_clock_is_read_again(
    county: County, server: Client, now: FakeClock, true_time: TrueTime, shared: Any
) -> None:
    if shared.database.is_sqlite:
        pytest.skip("SQLite has no clock")
    before = post(county, server)
    passed = timedelta(minutes=10)
    now.moment += passed
    true_time.elapsed = now.moment.timestamp  # type: ignore[method-assign]  # the machine stood still
    clock_of_process = post(county, server, "河口镇")

    assert before[0] == 201
    assert clock_of_process == (503, "clock_disagrees")


@pytest.fixture
def dated_ahead(county: County, now: FakeClock) -> County:
    """One report was recorded while the clock stood a year ahead. The clock is right again."""
    now.set(AHEAD)
    assert post(county, county.client, "河口镇")[0] == 201
    now.set(NOW)
    return county


def test_a_register_that_was_dated_ahead_goes_on_by_the_clock_once_that_is_accepted(
    dated_ahead: County, server: Client, run: Run, now: FakeClock
) -> None:
    with dated_ahead.database.reading() as connection:
        head = text("SELECT head_seq FROM journal_stream WHERE name = 'checklist:1'")
        first = connection.execute(head).scalar_one()  # of the entries that are dated ahead
    refused = post(dated_ahead, server), server.get("/readyz").status_code
    before = run("verify").stdout
    accepted = run("clock", "accept")
    again = run("clock", "accept")
    written = post(dated_ahead, server)
    ready = server.get("/readyz").status_code
    shown = dated_ahead.obligation(1, "城关镇")
    after = run("verify")
    now.set("2025-01-01")
    for_good = run("verify")

    assert refused == ((503, "clock_disagrees"), 503)
    assert f"checklist:1 entry {first} is dated 2024-06-01T09:00:00+08:00, which lies in the future" in before
    assert "1 journals accepted" in accepted.stdout
    assert "0 journals accepted" in again.stdout
    assert (written[0], ready) == (201, 200)
    assert shown["completed_on"] == "2023-06-01"
    assert (after.exit_code, for_good.exit_code) == (0, 0)
    assert f"checklist:1 entry {first + 2} is dated 2024-06-01T09:00:00+08:00, which lies in the future" in after.stdout
    assert (
        f"checklist:1 entries {first} to {first} are dated after 2023-06-01T09:00:00+08:00: accepted then"
        in for_good.stdout
    )
    assert "still to come" not in for_good.stdout


def test_what_stands_in_a_register_dated_ahead_shows_from_the_clocks_day_on(
    dated_ahead: County, server: Client, run: Run, now: FakeClock
) -> None:
    run("clock", "accept")
    written = post(dated_ahead, server)
    auditor = Api(server, dated_ahead.as_role("auditor").key)
    unit = dated_ahead.units["城关镇"]
    before = auditor.all("/obligations", unit=unit, state="completed", as_of="2023-05-31")
    today = auditor.all("/obligations", unit=unit, state="completed", as_of="2023-06-01")
    done_ahead = dated_ahead.obligation(1, "河口镇")["id"]
    office = Api(server, dated_ahead.as_role("coordinator").key)
    reopened = office.post(f"/obligations/{done_ahead}/reopening", {"reason": "抽查不合格"})
    now.set("2023-06-02")
    again = auditor.all("/obligations", unit=unit, state="completed", as_of="2023-06-01", known_on="2023-06-01")
    verified = run("verify")

    assert (written[0], reopened.status_code) == (201, 201)
    assert [[one["state"] for one in found] for found in (before, today, again)] == [[], ["completed"], ["completed"]]
    assert verified.exit_code == 0, verified.stdout


def test_the_demo_is_filled_though_the_clock_disagrees(
    tmp_path: Any, true_time: TrueTime, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now.moment += timedelta(days=365)
    monkeypatch.chdir(tmp_path)  # where the demo leaves its keys
    settings = Settings(database_url=f"sqlite:///{tmp_path}/demo.db")

    assert "Keys" in prepare_demo(settings, port=8000, at=clock.now())


@pytest.mark.parametrize("at", [NOW, "2023-06-01T00:10:00+08:00"])
def test_the_day_of_a_change_in_a_journal_dated_ahead_is_the_clocks(at: str) -> None:
    last, moment = datetime.fromisoformat(AHEAD), datetime.fromisoformat(at)
    made = clock.DatedAhead.of(last, moment)

    assert made == last
    assert clock.local_day(made) == moment.date()
    assert clock.local_day(clock.DatedAhead.of(last + timedelta(1), made)) == moment.date()
