"""The check of a server's clock: a change under a wrong clock would be dated wrongly for good."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from app import clock
from app.errors import ClockDisagrees
from app.journal.dated_ahead import LIMIT, Ahead, streams_ahead
from app.languages.messages import say

EVERY = 60.0  # seconds between two looks at the database's clock
MOST = LIMIT.total_seconds()


class ClockCheck(Collector):
    """Compares the clock with the database's own on PostgreSQL, and on SQLite with the time that has passed since
    the server began; at the first change also with the newest entries of the journal."""

    def __init__(self) -> None:
        self._offset = self._offset_now()
        self._difference = 0.0  # when the offset was that
        self._checked: float | None = None
        self._ahead: list[Ahead] = []

    @property
    def difference(self) -> float:
        """The seconds by which the clock is ahead of its reference."""
        return self._difference + self._offset_now() - self._offset

    def require(self, connection: Connection) -> None:
        """Raises:
        ClockDisagrees: nothing may be recorded by this clock.
        """
        elapsed, difference = clock.elapsed(), self.difference
        if self._checked is None or self._ahead:
            self._ahead = streams_ahead(connection, clock.now())
        if self._checked is None or elapsed - self._checked > EVERY or abs(difference) > MOST:
            self._look(connection)
            self._checked, difference = elapsed, self.difference
        if abs(difference) > MOST:
            raise ClockDisagrees(
                say(
                    "the clock of this server is wrong by {seconds} seconds; set it, or start the server again if it "
                    "was put right just now",
                    seconds=round(difference),
                )
            )
        if self._ahead:
            raise ClockDisagrees(
                say(
                    "the journal {stream} was dated ahead, {moment}; set the clock, or run `duban clock accept` if it "
                    "is right",
                    stream=self._ahead[0].stream.name,
                    moment=clock.shown(self._ahead[0].head_at),
                )
            )

    def _look(self, connection: Connection) -> None:
        reference = clock.reference(connection)
        if reference is not None:
            self._difference = (clock.now() - reference).total_seconds()
            self._offset = self._offset_now()

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "duban_clock_difference_seconds", "this server's clock, ahead of its reference", value=self.difference
        )

    @staticmethod
    def _offset_now() -> float:
        return clock.now().timestamp() - clock.elapsed()
