"""The last image of each row of a stream, as its verification reads it."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson

from app.journal.rows import RowKey

_SETTINGS = ("cache_size = -16000", "journal_mode = OFF", "synchronous = OFF")  # 16 MB in memory
_TABLE = "CREATE TABLE image (name, id, seq, text, moments, PRIMARY KEY (name, id)) WITHOUT ROWID"
Moments = Mapping[str, str | None]


class LastImage(NamedTuple):
    """A row's image, and the entry that had it."""

    seq: int
    text: str
    moments: Moments  # column of `journal_moments` → the moment that it has to have; null where it has to be null


class LastImages:
    """They lie in a temporary file, of which little is in memory: a stream may have a million rows."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # SQLite deletes it by itself
        for setting in _SETTINGS:
            self._file.execute(f"PRAGMA {setting}")
        self._file.execute(_TABLE)
        self._file.execute("BEGIN")

    def get(self, key: RowKey) -> LastImage | None:
        return _image(self._file.execute("SELECT seq, text, moments FROM image WHERE (name, id) = (?, ?)", key))

    def put(self, key: RowKey, image: LastImage) -> None:
        """Raises:
        TypeError: the row is named by neither a number nor a text.
        """
        if not isinstance(key.identity, int | str):
            raise TypeError(key.identity)
        moments = orjson.dumps(image.moments) if image.moments else None
        values = (*key, image.seq, image.text, moments)
        self._file.execute("INSERT OR REPLACE INTO image VALUES (?, ?, ?, ?, ?)", values)

    def pop(self, key: RowKey) -> LastImage | None:
        return _image(
            self._file.execute("DELETE FROM image WHERE (name, id) = (?, ?) RETURNING seq, text, moments", key)
        )

    def ids(self, table: str) -> Iterator[int | str]:
        for (identity,) in self._file.execute("SELECT id FROM image WHERE name = ?", (table,)):
            yield identity

    def close(self) -> None:
        self._file.close()


def _image(found: sqlite3.Cursor) -> LastImage | None:
    for seq, text, moments in found:
        return LastImage(seq, text, orjson.loads(moments) if moments else {})
    return None
