"""Every column of every table: edited, inserted, deleted or swapped by SQL, it shows at once, and still after the next
ordinary change of the same row. What does not show stands in docs/journal.md."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, Connection

from app.database.engine import Database
from app.journal.rows import Journaled, RowKey, table_of
from tests.conftest import County
from tests.journal.ordinary_changes import CHANGES, WITHOUT, change, key_in
from tests.journal.tampering import MODELS, change_again, copied, edit, enter_everything, ids, places, swap, unchecked
from tests.shared import Shared

pytestmark = pytest.mark.long_on_postgresql

# what stands in docs/journal.md with the reason
NOT_SHOWN = {"obligation_span": {"edit end_recorded_at afterwards"}}
FEW = 2  # rounds without --long; each edits one column of each row of each table


@pytest.fixture
def template(shared: Shared, county: County, request: pytest.FixtureRequest) -> str:
    """The name of a template with rows in every journaled table."""
    enter_everything(county)
    name: str = request.function.__name__[:30]
    shared.templates.save(name)
    return name


def rounds(database: Database) -> list[dict[RowKey, str]]:
    """Which column of which row is edited in which round: each column once, in as few rounds as there are rows for."""
    planned: list[dict[RowKey, str]] = []
    with database.engine.connect() as connection:
        for name, model in MODELS.items():
            rows = ids(connection, name)
            assert rows, f"{name} has no row"
            columns = [one.key for one in table_of(model).columns if not one.primary_key]
            for place, column in enumerate(columns):
                while len(planned) <= place // len(rows):
                    planned.append({})
                planned[place // len(rows)][RowKey(name, rows[place % len(rows)])] = column
    return planned


def moved(model: type[Journaled], column: str) -> bool:
    """Whether a row belongs to another stream now, which its next change goes to."""
    return column == model.journal_key


def test_an_edited_column_shows_before_and_after_the_next_change(
    shared: Shared, county: County, template: str, request: pytest.FixtureRequest
) -> None:
    database, missed = county.database, set()
    planned = rounds(database)
    for number, edits in enumerate(planned if request.config.getoption("long") else planned[:FEW]):
        shared.templates.restore(template)
        with unchecked(database) as connection:
            edited = {
                key: column
                for key, column in edits.items()
                if edit(connection, key.table, table_of(MODELS[key.table]).c[column], key.identity)
            }
        before = places(database)
        again = {key for key, column in edited.items() if not moved(MODELS[key.table], column)}
        change_again(database, again)
        after = places(database)
        missed |= {f"round {number}: {key}.{edited[key]} at once" for key in edited if str(key) not in before}
        missed |= {f"round {number}: {key}.{edited[key]} afterwards" for key in again if str(key) not in after}

    assert missed == set()


def test_inserted_deleted_and_swapped_rows_show(shared: Shared, county: County, template: str) -> None:
    database = county.database
    with unchecked(database) as connection:
        inserted = {copied(connection, name) for name in MODELS}
    at_once = places(database)
    change_again(database, inserted)
    afterwards = places(database)
    shared.templates.restore(template)
    with unchecked(database) as connection:
        gone = {RowKey(name, ids(connection, name)[0]) for name in MODELS}
        for key in gone:
            (column,) = table_of(MODELS[key.table]).primary_key
            connection.execute(table_of(MODELS[key.table]).delete().where(column == key.identity))
    missing = places(database)
    shared.templates.restore(template)
    with unchecked(database) as connection:
        swapped = {key for name in MODELS for key in swap(connection, name)}
    exchanged = places(database)

    assert {str(key) for key in inserted if key.table not in at_once} <= at_once  # or its whole stream is missing
    assert {*map(str, inserted)} <= afterwards
    assert {*map(str, gone)} <= missing
    assert {*map(str, swapped)} <= exchanged
    assert len(swapped) > len(MODELS)


class Tampering(NamedTuple):
    """One way in which one table is tampered with. Returns the rows, or nothing where the database rejects it."""

    what: str
    table: str
    do: Callable[[Connection, Any], list[RowKey]]


def tamperings(name: str) -> Iterator[Tampering]:
    """Every way, of the row that the API then changes, or of its copy."""
    table = table_of(MODELS[name])
    (key,) = table.primary_key

    def edited(column: Column[Any]) -> Callable[[Connection, Any], list[RowKey]]:
        return lambda connection, one: [RowKey(name, one)] if edit(connection, name, column, one) else []

    def deleted(connection: Connection, one: Any) -> list[RowKey]:
        connection.execute(table.delete().where(key == one))
        return [RowKey(name, one)]

    yield from (Tampering(f"edit {one.key}", name, edited(one)) for one in table.columns if not one.primary_key)
    yield Tampering("insert", name, lambda connection, _: [copied(connection, name)])
    yield Tampering("delete", name, deleted)
    yield Tampering("swap", name, lambda connection, one: swap(connection, name, one))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(MODELS))
def test_tampering_shows_before_and_after_a_change_through_the_api(shared: Shared, county: County, name: str) -> None:
    rows, missed, made = enter_everything(county), set(), 0
    shared.templates.save(name)
    with county.database.engine.connect() as connection:
        identity = key_in(connection, name, rows)
    for one in tamperings(name):
        shared.templates.restore(name)
        with unchecked(county.database) as connection:
            tampered = one.do(connection, identity)
        if not tampered:
            continue
        before = places(county.database)
        if name in CHANGES:  # what an edit made impossible is rejected, and changes nothing
            made += change(county, name, tampered[0].identity, rows).is_success
        elif one.what not in ("delete", f"edit {MODELS[name].journal_key}"):
            change_again(county.database, {tampered[0]})
        after = places(county.database)
        where = {str(key) for key in tampered}
        missed |= {f"{one.what} at once"} if not where <= before and name not in before else set()
        missed |= {f"{one.what} afterwards"} if not where <= after and name not in after else set()

    assert missed == NOT_SHOWN.get(name, set())
    assert made or name in WITHOUT


def test_every_table_has_its_change() -> None:
    assert CHANGES.keys() | WITHOUT == MODELS.keys()
    assert not CHANGES.keys() & WITHOUT
