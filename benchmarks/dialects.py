"""What SQLite and PostgreSQL say differently in the statements that fill a database."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Dialect:
    is_sqlite: bool
    today: date  # days are counted from it

    def day(self, number: str) -> str:
        """The date so many days from today."""
        if self.is_sqlite:
            return f"date('{self.today}', ({number}) || ' days')"
        return f"(DATE '{self.today}' + ({number}))"

    def moment(self, number: str) -> str:
        """Nine o'clock in Shanghai of that day."""
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d 01:00:00.000000', '{self.today}', ({number}) || ' days')"
        return f"(TIMESTAMPTZ '{self.today} 01:00:00+00' + ({number}) * INTERVAL '1 day')"

    def numbers(self, most: int) -> list[str]:
        """Makes a temporary table `numbers` of n from 0."""
        series = f"SELECT generate_series(0, {most})"
        if self.is_sqlite:
            series = f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {most}) SELECT n FROM s"
        made = ["CREATE TEMPORARY TABLE numbers (n INTEGER PRIMARY KEY)", f"INSERT INTO numbers {series}"]
        return made if self.is_sqlite else [*made, "ANALYZE numbers"]

    def json(self, expression: str) -> str:
        return expression if self.is_sqlite else f"({expression})::json"

    @property
    def no_day(self) -> str:
        return "NULL" if self.is_sqlite else "NULL::date"  # the first of a union tells PostgreSQL the type
