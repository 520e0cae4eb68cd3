"""The lookup of a key's caller, by prepared statements."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, literal, select
from sqlmodel import col

from app.access.actors import Caller, holder, prefix_of, require_secret, token_of
from app.access.models import ApiKey, ApiKeyUnit, access_name
from app.database.prepared import Prepared, PreparedTable, value
from app.journal.stamps import SCOPE, head_hash_column, stamp_column


class FoundKey(NamedTuple):
    """The caller of a key, and the stamp read with it; empty if none was requested."""

    caller: Caller
    stamp: str


class Keys:
    """The statements for keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._table = PreparedTable(ApiKey, dialect)
        self._alone = self._prepared(literal(""))
        own = col(ApiKey.jurisdiction_code)
        self._with_stamp = self._prepared(stamp_column(scope=own))
        self._with_stamp_within = self._prepared(stamp_column(value("within"), own))
        self._head = Prepared(select(head_hash_column(access_name(SCOPE))), dialect)

    def _prepared(self, stamp: Any) -> Prepared:
        """The key of a prefix, once for each of its units, with the head of its stream and a stamp."""
        head = head_hash_column(access_name(col(ApiKey.jurisdiction_code)))
        return Prepared(
            select(*self._table.columns, col(ApiKeyUnit.unit_id), head, stamp)
            .select_from(ApiKey)
            .outerjoin(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(ApiKey.id))
            .where(col(ApiKey.prefix) == value("prefix")),
            self._dialect,
        )

    def find(
        self, connection: Connection, token: str, at: datetime, *, stamped: bool = False, within: str | None = None
    ) -> FoundKey:
        """The caller of a key.

        Args:
            stamped: whether to read the stamp of the response too.
            within: the stream of the checklist of the response, if it is about one.

        Raises:
            InvalidKey, KeyExpired, KeyRevoked.
        """
        rows = self._rows(connection, prefix_of(token), stamped, within)
        require_secret(token, self._key_of(rows[0]) if rows else None)
        return self._found(rows, at)

    def of_prefix(
        self, connection: Connection, prefix: str, at: datetime, *, stamped: bool = False, within: str | None = None
    ) -> FoundKey:
        """Who holds a key whose secret was proven earlier, when a session began. Arguments as of `find`.

        Raises:
            KeyExpired, KeyRevoked.
        """
        return self._found(self._rows(connection, prefix, stamped, within), at)

    def _rows(self, connection: Connection, prefix: str | None, stamped: bool, within: str | None) -> list[Any]:
        if stamped and within is not None:
            return self._with_stamp_within.run(connection, prefix=prefix, within=within)
        return (self._with_stamp if stamped else self._alone).run(connection, prefix=prefix)

    def _key_of(self, row: Any) -> ApiKey:
        return self._table.next(iter(row))

    def _found(self, rows: list[Any], at: datetime) -> FoundKey:
        actor, until = holder(self._key_of(rows[0]), [row[-3] for row in rows if row[-3] is not None], at)
        return FoundKey(Caller(actor, until, rows[0][-2]), rows[0][-1])

    def authenticate(self, connection: Connection, header: str, at: datetime, cached: Caller | None) -> Caller:
        """The caller of an Authorization header.

        Args:
            cached: the caller of the same header before; it is read again only if a key of its jurisdiction changed.

        Raises:
            InvalidKey, KeyExpired, KeyRevoked.
        """
        if cached is not None:
            (head,) = self._head.run(connection, scope=cached.actor.key_scope)[0]
            if cached.is_valid(head, at):
                return cached
        return self.find(connection, token_of(header), at).caller


@lru_cache(8)
def keys_of(dialect: Dialect) -> Keys:
    return Keys(dialect)
