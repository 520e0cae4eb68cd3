"""The limits of a statement on the event loop: its CPU time, and a longer one by the wall clock."""

from functools import partial
from pathlib import Path

import pytest

from app.config import Settings
from app.database.engine import LOOP_SECONDS, Database, TakesLonger
from app.fastpath.reads import LoopReads

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT max(i) FROM n"


def count_on_the_loop(folder: Path) -> int:
    database = Database(Settings(database_url=f"sqlite:///{folder}/small.db"))
    reads = LoopReads(database.for_event_loop)
    try:
        return reads.run(lambda connection: int(connection.exec_driver_sql(LONG).scalar_one()))
    finally:
        reads.close()
        database.close()


@pytest.fixture
def took(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """How long a statement takes by each clock, from its begin to where SQLite looks."""
    seconds = {"monotonic": 0.0, "thread_time": 0.0}
    for clock in ("monotonic", "thread_time"):
        monkeypatch.setattr(f"app.database.statements.{clock}", lambda: 0.0)
        monkeypatch.setattr(f"app.database.sqlite.{clock}", partial(seconds.__getitem__, clock))
    return seconds


def test_a_busy_machine_moves_no_read_to_a_thread(tmp_path: Path, took: dict[str, float]) -> None:
    took["monotonic"] = LOOP_SECONDS * 3

    assert count_on_the_loop(tmp_path) == 5000


@pytest.mark.parametrize(("clock", "times"), [("thread_time", 1.1), ("monotonic", 11)])
def test_much_work_and_a_slow_disk_do(tmp_path: Path, took: dict[str, float], clock: str, times: float) -> None:
    took[clock] = LOOP_SECONDS * times

    with pytest.raises(TakesLonger):
        count_on_the_loop(tmp_path)
