"""Keys for tests, written past sessions: a fifth of what a test asked of a database was to make its keys.

`tests/access/test_quick_keys.py` holds that they are what `create_key` makes.
"""

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Dialect, select
from sqlmodel import col

from app.access.actors import OPERATOR, new_token
from app.access.models import ACCESS, ApiKey, ApiKeyUnit
from app.access.schemas import KeyCreate
from app.database.prepared import Prepared, PreparedTable
from app.journal.models import GENESIS, JournalEntry, JournalStream
from app.journal.recorder import chain, moment_in, payload_of


class QuickKeys:
    """Makes keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._keys = PreparedTable(ApiKey, dialect)
        self._links = PreparedTable(ApiKeyUnit, dialect)
        self._streams = PreparedTable(JournalStream, dialect)
        self._entries = PreparedTable(JournalEntry, dialect)
        head = select(*self._streams.columns).where(col(JournalStream.name) == ACCESS.name).with_for_update()
        self._head = Prepared(head, dialect)

    def make(self, connection: Connection, wanted: KeyCreate, *, at: datetime) -> str:
        """Enter a key as the operator would, and answer it as its holder has it. The units are there."""
        head = self._take_head(connection)
        before, moment, token = self._streams.values(head), moment_in(head, at), new_token()
        key = self._keys.make(
            prefix=token.prefix,
            secret_hash=token.hash(),
            name=wanted.name,
            role=wanted.role,
            jurisdiction_code=wanted.jurisdiction,
            created_at=moment,
            expires_at=wanted.expires_at,
            revoked_at=None,
        )
        self._keys.insert(connection, key)
        place = {"key_id": key.id, "jurisdiction_code": wanted.jurisdiction}
        links = [self._links.make(unit_id=unit_id, **place) for unit_id in dict.fromkeys(wanted.units)]
        for link in links:
            self._links.insert(connection, link)
        payload, who = payload_of([key, *links]), OPERATOR.who
        entry = chain(
            head,
            by=who,
            verb="key.created",
            subject=f"key:{key.id}",
            at=moment,
            payload=payload,
            make=self._entries.make,
        )
        self._entries.insert(connection, entry)
        self._streams.update(connection, head, before)
        return str(token)

    def _take_head(self, connection: Connection) -> JournalStream:
        rows = self._head.run(connection)
        if rows:
            return self._streams.next(iter(rows[0]))
        head = self._streams.make(
            name=ACCESS.name,
            jurisdiction_code=ACCESS.jurisdiction_code,
            head_seq=0,
            head_hash=GENESIS,
            head_at=None,
        )
        self._streams.insert(connection, head)
        return head


quick_keys = cache(QuickKeys)  # by the dialect, which all engines of one kind share
