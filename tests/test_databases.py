"""What tests share is for each of them as it was for the first."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, col, delete, select

from app import clock
from app.database.engine import Database
from app.journal.models import JournalEntry
from app.units.models import Unit
from tests.county import County, Holder, new_key
from tests.shared import Shared


def contents(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
            for table in SQLModel.metadata.sorted_tables
        }


def write(shared: Shared) -> None:
    """Something new, something else, and something less."""
    with shared.database.session(writes=True) as session:
        new_key(session, Holder("auditor"), shared.units, at=clock.now())
        session.exec(select(Unit)).all()[-1].name = "另名"
        session.exec(delete(JournalEntry).where(col(JournalEntry.seq) == 1))


def test_a_template_is_put_back_whole_whatever_was_written(shared: Shared) -> None:
    found = []
    for template in ("county", "county", "empty", "county"):
        shared.templates.restore(template)
        found.append(contents(shared.database))
        write(shared) if template == "county" else None

    assert found[0] == found[1] == found[3]
    assert found[0]["unit"]
    assert not found[2]["unit"]


@pytest.mark.own_database
def test_a_test_that_alters_the_structure_has_a_copy(shared: Shared, county: County) -> None:
    before = contents(shared.database)
    with shared.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE kept_answer"))
    shared.templates.restore("county")  # which is another database, whole

    assert before["unit"]
    assert shared.url != shared.templates.url
    assert county.as_role("auditor").get("/units").status_code == 200


def test_ids_begin_again_where_they_began(shared: Shared) -> None:
    newest = []
    for _ in range(2):
        shared.templates.restore("county")
        write(shared)
        newest.append(max(row[0] for row in contents(shared.database)["api_key"]))

    assert newest[0] == newest[1] == len(shared.keys) + 1
