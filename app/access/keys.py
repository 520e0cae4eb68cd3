"""The lookup of a key's caller, by prepared statements."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Dialect, literal, select
from sqlmodel import col

from app.access.actors import Account, Caller, holder, prefix_of, require_secret
from app.access.models import ApiKey, ApiKeyUnit, access_name
from app.access.persons.models import Person
from app.database.prepared import Prepared, PreparedTable, value
from app.errors import ClaimMissing, KeyRevoked, PersonUnknown
from app.journal.stamps import SCOPE, head_hash_column, stamp_column
from app.languages.messages import say

ALONE, STAMPED, WITHIN = "alone", "stamped", "within"  # what is read with a key


class FoundKey(NamedTuple):
    """The caller of a key, and the stamp read with it; empty if none was requested."""

    caller: Caller
    stamp: str


class Keys:
    """The statements for keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._table = PreparedTable(ApiKey, dialect)
        self._by_prefix = self._prepared(col(ApiKey.prefix) == value("prefix"))
        self._by_account = self._prepared(
            (col(Person.issuer) == value("issuer")) & (col(Person.subject) == value("subject")),
            col(Person.ended_at).is_(None),
        )
        self._head = Prepared(select(head_hash_column(access_name(SCOPE))), dialect)

    def _prepared(self, *which: ColumnElement[bool]) -> dict[str, Prepared]:
        """A key, once for each of its units, with the person whose it is, the head of its stream and a stamp."""
        own = col(ApiKey.jurisdiction_code)
        head = head_hash_column(access_name(own))
        stamps = {ALONE: literal(""), STAMPED: stamp_column(scope=own), WITHIN: stamp_column(value("within"), own)}
        return {
            kind: Prepared(
                select(*self._table.columns, col(ApiKeyUnit.unit_id), col(Person.id), col(Person.releases), head, stamp)
                .select_from(ApiKey)
                .outerjoin(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(ApiKey.id))
                .outerjoin(Person, col(Person.key_id) == col(ApiKey.id))
                .where(*which),
                self._dialect,
            )
            for kind, stamp in stamps.items()
        }

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
        rows = self._rows(connection, self._by_prefix, stamped, within, prefix=prefix_of(token))
        require_secret(token, self._key_of(rows[0]) if rows else None)
        return self._found(rows, at)

    def of_session(
        self, connection: Connection, prefix: str, at: datetime, *, stamped: bool = False, within: str | None = None
    ) -> FoundKey:
        """Whose a key is that was proven when a session began. Arguments as of `find`.

        Raises:
            KeyExpired, KeyRevoked.
        """
        return self._found(self._rows(connection, self._by_prefix, stamped, within, prefix=prefix), at)

    def of_account(
        self,
        connection: Connection,
        account: Account,
        at: datetime,
        *,
        stamped: bool = False,
        within: str | None = None,
    ) -> FoundKey:
        """Who has an account that was proven by its issuer. Arguments as of `find`.

        Raises:
            PersonUnknown: it is nobody's here. ClaimMissing: a claim rule of theirs has ended.
        """
        rows = self._rows(connection, self._by_account, stamped, within, **account._asdict())
        if not rows:
            raise PersonUnknown(
                say(
                    "nobody here has the account {subject} of {issuer}; give both to whoever manages the persons",
                    subject=account.subject,
                    issuer=account.issuer,
                )
            )
        try:
            return self._found(rows, at)
        except KeyRevoked as ended:
            raise ClaimMissing(say("a claim rule that you were signed in by has ended; sign in again")) from ended

    def _rows(
        self, connection: Connection, of: dict[str, Prepared], stamped: bool, within: str | None, **which: str | None
    ) -> list[Any]:
        if stamped and within is not None:
            return of[WITHIN].run(connection, within=within, **which)
        return of[STAMPED if stamped else ALONE].run(connection, **which)

    def _key_of(self, row: Any) -> ApiKey:
        return self._table.next(iter(row))

    def _found(self, rows: list[Any], at: datetime) -> FoundKey:
        unit_ids = [unit_id for *_, unit_id, _, _, _, _ in rows if unit_id is not None]
        *_, person_id, releases, head, stamp = rows[0]
        actor, until = holder(self._key_of(rows[0]), unit_ids, person_id, at, releases=bool(releases))
        return FoundKey(Caller(actor, until, head), stamp)

    def head(self, connection: Connection, caller: Caller) -> str | None:
        """Where the stream of a caller's key stands."""
        head: str | None = self._head.run(connection, scope=caller.actor.key_scope)[0][0]
        return head


@lru_cache(8)
def keys_of(dialect: Dialect) -> Keys:
    return Keys(dialect)
