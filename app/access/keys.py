"""Finding who holds a key, in one statement that is compiled once."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, select
from sqlmodel import col

from app.access.actors import Actor, Asking, Known, holder, prefix_of
from app.access.models import ACCESS, ApiKey, ApiKeyUnit
from app.database.prepared import Prepared, PreparedTable, value
from app.journal.stamps import head_hash_column, stamp_column


class Keys:
    """The keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._table = PreparedTable(ApiKey, dialect)
        self._with_head = self._prepared(head_hash_column(ACCESS.name))
        self._with_stamp = self._prepared(stamp_column())
        self._with_stamp_within = self._prepared(stamp_column(value("within")))

    def _prepared(self, beside: Any) -> Prepared:
        """The key of a prefix, once for each of its units, with something that is read along."""
        return Prepared(
            select(*self._table.columns, col(ApiKeyUnit.unit_id), beside)
            .select_from(ApiKey)
            .outerjoin(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(ApiKey.id))
            .where(col(ApiKey.prefix) == value("prefix")),
            self._dialect,
        )

    def find(self, connection: Connection, text: str, at: datetime) -> Known:
        """Who holds a key, and where the journal of the keys stands.

        Raises:
            As `holder`.
        """
        actor, until, access = self._holder(self._with_head.run(connection, prefix=prefix_of(text)), text, at)
        return Known(actor, until, access)

    def asking(self, connection: Connection, text: str, at: datetime, within: str | None) -> Asking:
        """Who holds a key, and the stamp of what they are answered from: of one checklist's stream, if that is named.

        Raises:
            As `holder`.
        """
        prefix = prefix_of(text)
        if within is None:
            rows = self._with_stamp.run(connection, prefix=prefix)
        else:
            rows = self._with_stamp_within.run(connection, prefix=prefix, within=within)
        actor, until, stamp = self._holder(rows, text, at)
        return Asking(actor, stamp, within, until)

    def _holder(self, rows: list[Any], text: str, at: datetime) -> tuple[Actor, datetime | None, Any]:
        """Who it is, until when, and what was read along."""
        actor, until = holder(text, [(self._table.next(iter(row)), row[-2]) for row in rows], at)
        return actor, until, rows[0][-1]


@lru_cache(8)
def keys_of(dialect: Dialect) -> Keys:
    return Keys(dialect)
