"""The folding of texts for a search: without case, width (ＡＢ as ab), spaces and punctuation.

Both databases fold by themselves, so nothing folded is stored: SQLite by `folded`, PostgreSQL by its own functions.
"""

import string
import unicodedata
from sqlite3 import Connection as Driver
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# `%` and `_` are letters here. Half-width forms are already normalized.
SKIPPED = "".join(sorted({*string.whitespace, *string.punctuation, *"、。《》〈〉「」『』【】〔〕“”‘’—·"} - {"%", "_"}))
_SKIP = str.maketrans("", "", SKIPPED)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(text: str | None) -> str | None:
    """A text in the folded form of a search."""
    return None if text is None else unicodedata.normalize("NFKC", text).translate(_LOWER).translate(_SKIP)


def teach(connection: Driver) -> None:
    """Register the fold function on a connection of SQLite's driver."""
    connection.create_function("folded", 1, folded, deterministic=True)


class Folded(FunctionElement[str]):
    """`folded`, in SQL."""

    type = String()
    inherit_cache = True


@compiles(Folded, "sqlite")
def _folded_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(Folded, "postgresql")
def _folded_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    text = f"normalize(CAST({compiler.process(element.clauses, **options)} AS TEXT), NFKC)"
    removed = SKIPPED.replace("'", "''")
    return f"translate({text}, '{string.ascii_uppercase}{removed}', '{string.ascii_lowercase}')"
