"""The bulk insert of new rows: one statement for each thousand rows of a table.

Such rows are best made by `Model.model_construct(...)`, with the model's defaults, unchecked: a row that the session
can track takes four times as long to make, and longer to write than the database needs for it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, UniqueConstraint, inspect
from sqlmodel import Session, SQLModel

NEW_ROWS = "new_rows"  # in a session's `info`: the table and the id of each row that it has made


def insert_all(session: Session, rows: Sequence[SQLModel]) -> None:
    """Insert new rows of one table and give them their ids. They are not in the session.

    Neither database promises the order of RETURNING, so each id comes with its row's `_natural_key`.
    """
    if not rows:
        return
    session.flush()  # what these rows refer to
    table: Table = inspect(type(rows[0])).local_table
    number = table.autoincrement_column
    names = _natural_key(table)
    given = [column.key for column in table.columns if column is not number]
    values = [{name: content[name] for name in given} for content in map(vars, rows)]
    keys = [table.c[name] for name in names]
    inserted = session.execute(table.insert().returning(*keys, *([number] if number is not None else [])), values)
    if number is not None:
        ids = {tuple(its): its_number for *its, its_number in inserted}
        for content in map(vars, rows):
            content[number.key] = ids.pop(tuple(content[name] for name in names))
        session.info.setdefault(NEW_ROWS, set()).update(
            (table.name, content[number.key]) for content in map(vars, rows)
        )


def _natural_key(table: Table) -> list[str]:
    """The columns that identify a new row, without the number that the table gives."""
    if table.autoincrement_column is None:
        return list(table.primary_key.columns.keys())
    rules: list[Any] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    rules += [one for one in table.indexes if one.unique]
    return min(list(one.columns.keys()) for one in rules if not any(column.nullable for column in one.columns))
