"""The digests of rows before a change, by which verification finds what was changed outside the journal.

They are taken from the loaded values under the lock of the rows' stream, so that the next ordinary change of a row does
not hide an earlier change outside the journal.
"""

import secrets
from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import LoaderCallableStatus
from sqlmodel import Session

from app.database.bulk import NEW_ROWS
from app.journal.rows import (
    Journaled,
    RowKey,
    canonical,
    digest,
    digest_of,
    key_of,
    name_of,
    own_columns,
    table_of,
    values_of,
)

Before = Mapping[RowKey, str | None]  # the digest of a row's image before a change; None for a new row
_CHANGED = "journal_changed"


class _Changed(NamedTuple):
    """A row's values before its first change, and the columns that changed since."""

    digest: str
    columns: set[str]


def watch(session: Session) -> None:
    """From now on, record the former values of each row that a session writes."""
    if _CHANGED not in session.info:
        session.info[_CHANGED] = {}
        event.listen(session, "before_flush", _note_changed)
        event.listen(session, "after_flush", _note_new)


def _note_changed(session: Session, *_: Any) -> None:
    changed = session.info[_CHANGED]
    for row in session.dirty:
        if isinstance(row, Journaled):
            loaded = _loaded(session, row)
            noted = changed.setdefault(_key(row), _Changed(digest_of(type(row), loaded), set()))
            noted.columns.update(_changed(row, loaded))


def _loaded(session: Session, row: Journaled) -> dict[str, Any]:
    """A row's values when it was loaded; a column that was set without being loaded is read."""
    before: dict[str, Any] = inspect(row).committed_state
    if LoaderCallableStatus.NO_VALUE in before.values():
        table = table_of(type(row))
        its_row = [column == value for column, value in zip(table.primary_key, inspect(row).identity, strict=True)]
        stored = session.connection().execute(select(table).where(*its_row)).mappings().one()
        return {name: stored[name] for name in values_of(row)}
    return values_of(row) | before


def _note_new(session: Session, *_: Any) -> None:
    rows = {_key(row) for row in session.new if isinstance(row, Journaled)}
    session.info.setdefault(NEW_ROWS, set()).update(rows)


def digests_before(session: Session, verb: str, rows: Iterable[Journaled]) -> Before:
    """The digests of rows when they were recorded last in this transaction, or when it began.

    Raises:
        LookupError: the verb does not change a column that was changed.
    """
    once = {_key(row): row for row in rows}
    return {key: _digest_before(session, verb, key, row) for key, row in once.items()}


def _digest_before(session: Session, verb: str, key: RowKey, row: Journaled) -> str | None:
    new = session.info.get(NEW_ROWS, set())
    changed: _Changed | None = session.info.get(_CHANGED, {}).pop(key, None)
    if key in new:
        new.remove(key)
        return None
    if changed is None:
        return digest_of(type(row), values_of(row))
    _require_own(verb, row, changed.columns)
    return changed.digest


def before_of(verb: str, row: Journaled, values: Mapping[str, Any]) -> dict[RowKey, str | None]:
    """The same for a row that no session watches, from its former values."""
    _require_own(verb, row, _changed(row, values))
    return {_key(row): digest_of(type(row), values)}


def _changed(row: Journaled, before: Mapping[str, Any]) -> set[str]:
    now = values_of(row)
    return {name for name in now if now[name] != before[name]}


def _require_own(verb: str, row: Journaled, columns: Set[str]) -> None:
    if foreign := columns - own_columns(type(row), verb):
        raise LookupError(f"{verb} changes {sorted(foreign)}: journal_changes of {type(row).__name__} does not say so")


def _key(row: Journaled) -> RowKey:
    return key_of(name_of(row), vars(row))


def text_of(before: Before) -> str:
    """The text beside an entry: table → row → SHA-256(salt ‖ SHA-256 of the image). It is erased as a whole."""
    salt = secrets.token_hex(16)
    rows: dict[str, dict[str, str]] = {}
    for (table, identity), image_digest in before.items():
        if image_digest is not None:
            rows.setdefault(table, {})[str(identity)] = salted(salt, image_digest)
    return canonical({"salt": salt, "rows": rows})


def salted(salt: str, image_digest: str) -> str:
    return digest(salt + image_digest)
