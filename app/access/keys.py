"""Finding who holds a key without a session."""

from datetime import datetime

from sqlalchemy import Connection, Dialect, select
from sqlmodel import col

from app.access.actors import Known, holder, prefix_of
from app.access.models import ACCESS, ApiKey, ApiKeyUnit
from app.journal.stamps import head_hash_column
from app.prepared import Prepared, PreparedTable, value


class Keys:
    """The keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._table = PreparedTable(ApiKey, dialect)
        self._of_prefix = Prepared(
            select(*self._table.columns, col(ApiKeyUnit.unit_id), head_hash_column(ACCESS.name))
            .select_from(ApiKey)
            .outerjoin(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(ApiKey.id))
            .where(col(ApiKey.prefix) == value("prefix")),
            dialect,
        )

    def find(self, connection: Connection, text: str, at: datetime) -> Known:
        """`authenticate`, in one statement.

        Raises:
            As `authenticate`.
        """
        rows = self._of_prefix.run(connection, prefix=prefix_of(text))
        actor, until = holder(text, [(self._table.next(iter(row)), row[-2]) for row in rows], at)
        return Known(actor, until, rows[0][-1])
