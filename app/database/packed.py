"""Statements with many rows, which SQLite returns as one JSON text."""

from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, LargeBinary, Select, cast, func, select

from app.database.prepared import Prepared


class PackedRows(Prepared):
    """A prepared SELECT without an order, whose rows are fetched as JSON on SQLite: its driver makes each value a
    Python object by itself, which takes longer than to write all rows as JSON and parse that.

    Rows have the driver's values, as those of Prepared; a column cannot be bytes.
    """

    def __init__(self, rows: Select[Any], dialect: Dialect) -> None:
        self._is_json = dialect.name == "sqlite"
        super().__init__(_as_json(rows) if self._is_json else rows, dialect)

    def run(self, connection: Connection, **open_values: Any) -> list[Any]:
        rows = super().run(connection, **open_values)
        return orjson.loads(rows[0][0]) if self._is_json else rows


def _as_json(rows: Select[Any]) -> Select[Any]:
    columns = rows.subquery().c
    return select(cast(func.json_group_array(func.json_array(*columns)), LargeBinary))
