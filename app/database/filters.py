"""The filters of a list, split into the parts that shape its statement and the values that it runs with.

A statement that is compiled once and used again depends only on `Filters`: the builder gets nothing
else of the query, so that a new filter cannot be forgotten in the key of the cache.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, func, literal

from app.database.columns import BigId
from app.database.folding import Folded
from app.database.prepared import value
from app.paging import PageQuery

TYPES: dict[type, Any] = {int: BigId, str: String(), date: Date()}


@dataclass(frozen=True)
class Filters:
    """A query without its values: `filters.state` is a choice (true, false, a word) or None, as it was given, and
    `filters.checklist` a place in the statement that is open until it runs, or None where nothing was given."""

    choices: tuple[tuple[str, Any], ...]
    open_places: tuple[tuple[str, type], ...]

    def __getattr__(self, name: str) -> Any:
        for known, choice in self.choices:
            if known == name:
                return choice
        for known, kind in self.open_places:
            if known == name:
                return value(name, TYPES[kind])
        raise AttributeError(name)


def filters_of(query: PageQuery) -> tuple[Filters, dict[str, Any]]:
    """A list's filters and sort, and the values of those that are left open."""
    choices: list[tuple[str, Any]] = []
    open_places: list[tuple[str, type]] = []
    values: dict[str, Any] = {}
    for name in _names(type(query)):
        given = getattr(query, name)
        if given is None or isinstance(given, bool | Enum):
            choices.append((name, given))
        else:
            open_places.append((name, type(given)))
            values[name] = given
    return Filters(tuple(choices), tuple(open_places)), values


@cache
def _names(model: type[PageQuery]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name not in PageQuery.model_fields)


def contains(column: Any, text: Any) -> ColumnElement[bool]:
    """Whether a text stands in a column, both as a search sees them, `%` and `_` as letters. The text may be a place
    that is left open; of which nothing is left finds nothing."""
    pattern: Any = Folded(text)
    for special in ("%", "_"):
        pattern = func.replace(pattern, special, f"/{special}")
    found = Folded(column).like(literal("%").concat(pattern).concat("%"), escape="/")
    return and_(Folded(text) != "", found)
