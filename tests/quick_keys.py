"""Keys for tests, written past sessions: a fifth of what a test asked of a database was to make its keys.

`tests/access/test_quick_keys.py` holds that they are what `create_key` makes.
"""

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Dialect

from app.access.actors import OPERATOR, new_token
from app.access.models import ACCESS, ApiKey, ApiKeyUnit
from app.access.schemas import KeyCreate
from app.database.engine import insert_unless_there
from app.database.prepared import PreparedTable
from app.journal.models import GENESIS, JournalStream
from app.journal.recorder import Change, moment_in, streams_of


class QuickKeys:
    """Makes keys in one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._keys = PreparedTable(ApiKey, dialect)
        self._links = PreparedTable(ApiKeyUnit, dialect)
        self._streams = streams_of(dialect)

    def make(self, connection: Connection, wanted: KeyCreate, *, at: datetime) -> str:
        """Enter a key as the operator would, and answer it as its holder has it. The units are there."""
        head = self._streams.lock(connection, ACCESS.name)
        if head is None:
            values = {"name": ACCESS.name, "jurisdiction_code": "", "head_seq": 0, "head_hash": GENESIS}
            insert_unless_there(connection, JournalStream, values)
            head = self._streams.lock(connection, ACCESS.name)
        assert head is not None
        moment, token = moment_in(head, at), new_token()
        key = self._keys.make(
            prefix=token.prefix,
            secret_hash=token.hash(),
            name=wanted.name,
            role=wanted.role,
            jurisdiction_code=wanted.jurisdiction,
            created_at=moment,
            expires_at=wanted.expires_at,
        )
        self._keys.insert(connection, key)
        place = {"key_id": key.id, "jurisdiction_code": wanted.jurisdiction}
        links = [self._links.make(unit_id=unit_id, **place) for unit_id in dict.fromkeys(wanted.units)]
        for link in links:
            self._links.insert(connection, link)
        change = Change("key.created", f"key:{key.id}", [key, *links])
        self._streams.append(connection, head, change, by=OPERATOR.who, at=moment)
        return str(token)


quick_keys = cache(QuickKeys)  # by the dialect, which all engines of one kind share
