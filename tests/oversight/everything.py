"""The whole content of a database, whatever the models say: every column of every table, as text."""

import json

from sqlalchemy import Text, cast, inspect, select, table
from sqlalchemy import column as named

from app.database.engine import Database


def places_of(database: Database, words: str) -> set[str]:
    """The columns in which words stand somewhere, also as JSON has them."""
    forms = {words, json.dumps(words)[1:-1]}
    found = set()
    with database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            columns = [one["name"] for one in inspect(connection).get_columns(name)]
            rows = select(*(cast(named(one), Text) for one in columns)).select_from(table(name))
            for row in connection.execute(rows):
                found |= {
                    f"{name}.{one}"
                    for one, value in zip(columns, row, strict=True)
                    if any(form in str(value) for form in forms)
                }
    return found
