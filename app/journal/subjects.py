"""The subject and the moment of an entry, in SQL.

Both are in its envelope. The envelope's members are sorted, and none before the subject contains words of a person; so
both are found by their names, even in an envelope that somebody broke.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

NAME = '"subject":"'


class SubjectIn(FunctionElement[str]):
    """The subject that an envelope names: obligation:539."""

    type = String()
    inherit_cache = True


@compiles(SubjectIn, "sqlite")
def _subject_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    envelope = compiler.process(element.clauses, **options)
    rest = f"substr({envelope}, instr({envelope}, '{NAME}') + {len(NAME)})"
    return f"substr({rest}, 1, instr({rest}, '\"') - 1)"


@compiles(SubjectIn, "postgresql")
def _subject_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"split_part(split_part({compiler.process(element.clauses, **options)}, '{NAME}', 2), '\"', 1)"


def moment_in_envelope(envelope: Any) -> ColumnElement[str]:
    """The moment of an entry, from its envelope: a text that sorts as the moments do."""
    return func.substr(envelope, len('{"at":"') + 1, len("2026-11-29T07:00:00.000000+00:00"))
