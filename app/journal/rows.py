"""The base of all tables whose rows are journaled, and the images of their rows."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple

import orjson
from sqlalchemy import Table
from sqlmodel import SQLModel

REDACTED = "payload.redacted"  # the entry that records that another's payload was erased


class Journaled(SQLModel):
    """A table whose rows are written into the journal whenever they change, so that `duban verify` can compare the
    two.

    A row belongs to the stream `<journal_kind>:<value of journal_key>`, or to `<journal_kind>` if there is no key or it
    is empty.
    """

    journal_kind: ClassVar[str]
    journal_key: ClassVar[str | None]
    journal_digests: ClassVar[frozenset[str]] = frozenset()  # columns that the journal shows only as a digest
    # Columns that came after the table → the value that its older rows were given. An image leaves them out while they
    # have it, so that what was recorded before the column existed still agrees with its row.
    journal_added: ClassVar[Mapping[str, Any]] = {}
    # Columns that no image has → the column whose first value they date: the moment of the entry that recorded it, or
    # null where that column says the same moment.
    journal_moments: ClassVar[Mapping[str, str]] = {}
    # By verb, the columns that it may change of a row that is there; no other verb changes any. What an older version's
    # verb changed stays here. A redaction changes what it erases besides.
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {}
    # A text column is one of three: what people wrote, which redaction erases; names and figures of the office's
    # own, from which it erases given words only; codes, which it leaves.
    personal: ClassVar[frozenset[str]] = frozenset()
    not_personal: ClassVar[frozenset[str]] = frozenset()
    codes: ClassVar[frozenset[str]] = frozenset()
    erased: ClassVar[Mapping[str, Any]] = {}  # further values of an erased row that has a file
    ours: ClassVar[frozenset[str]] = frozenset()  # sentences of our own in a personal column: they stay


def journaled_tables(root: type[Journaled] = Journaled) -> Iterator[type[Journaled]]:
    """Every table whose rows are journaled."""
    for child in root.__subclasses__():
        if "__table__" in vars(child):
            yield child
        yield from journaled_tables(child)


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def name_of(row: SQLModel) -> str:
    """The name of a row's table. It is a key of JSON, so it is a plain `str`, as SQLAlchemy's own name is not."""
    return str(table_of(type(row)).name)


def own_columns(model: type[Journaled], verb: str) -> Set[str]:
    """The columns of a table's rows that a verb may change."""
    own = model.journal_changes.get(verb, frozenset())
    return own | model.personal | model.not_personal | model.erased.keys() if verb == REDACTED else own


class RowKey(NamedTuple):
    """Which row an image is of."""

    table: str
    identity: Any

    def __str__(self) -> str:
        return f"{self.table} {self.identity}"


def key_of(table: str, values: Mapping[str, Any]) -> RowKey:
    """The key of a row, by its values or its image."""
    return RowKey(table, values["id"] if "id" in values else values["code"])


def image(row: Journaled) -> dict[str, Any]:
    """A row as the journal stores it: column → JSON value."""
    return image_of_values(type(row), values_of(row))


def values_of(row: Journaled) -> dict[str, Any]:
    """The values of a row's columns that its image has."""
    loaded = vars(row)  # without SQLAlchemy's instrumentation of each attribute
    return {name: loaded[name] if name in loaded else getattr(row, name) for name in column_names(type(row))}


@cache
def column_names(model: type[Journaled]) -> Sequence[str]:
    """The columns that an image of its rows may have."""
    return [column.key for column in table_of(model).columns if column.key not in model.journal_moments]


def image_of_values(model: type[Journaled], values: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: plain(value) if isinstance(value := values[name], date) else value for name in column_names(model)}
    for name, older in model.journal_added.items():
        if values[name] == older:
            del shown[name]
    for name in model.journal_digests:
        shown[name] = digest(value if isinstance(value := shown[name], str) else canonical(value))
    return shown


def digest_of(model: type[Journaled], values: Mapping[str, Any]) -> str:
    """The digest of an image, by which images are compared."""
    return digest(canonical(image_of_values(model, values)))


def canonical(value: Any) -> str:
    """One text for one value: JSON with sorted names and no blanks (after RFC 8785, for the values we store)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON in an image."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value
