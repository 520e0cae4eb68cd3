"""The reader of rows for verification; it marks a value that its column cannot have, and goes on."""

import math
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Dialect, Select, Table, select, type_coerce
from sqlalchemy.types import TypeEngine, UserDefinedType
from sqlmodel import Session

UNREADABLE = "\0 is not a value of its column"  # instead of such a value; no database stores a NUL in text
_INFINITE = (math.inf, -math.inf)  # SQLite stores them in any column; JSON cannot express them


class _AsStored(UserDefinedType[Any]):
    """A column type that does not raise for an unknown word of an enum, or for a text that is not a day."""

    cache_ok = True  # the column is in the key of each cached statement, so that no enum is read as another

    def __init__(self, other: TypeEngine[Any]) -> None:
        self.other = other

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        convert = self.other.dialect_impl(dialect).result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            try:
                read = value if value is None or convert is None else convert(value)
            except (ValueError, LookupError, TypeError, AttributeError):
                return UNREADABLE
            return UNREADABLE if isinstance(read, bytes) or read in _INFINITE else read

        return read


def as_stored(table: Table) -> Select[Any]:
    """A query of a table's rows that cannot fail on their values."""
    return select(*(type_coerce(column, _AsStored(column.type)).label(column.key) for column in table.columns))


def rows_of(session: Session, query: Select[Any], at_once: int = 500) -> Iterator[Any]:
    """The rows of a long result, piece by piece."""
    yield from session.execute(query.execution_options(yield_per=at_once))
