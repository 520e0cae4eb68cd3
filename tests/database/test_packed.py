"""Rows that SQLite returns as JSON: the same values as row by row."""

from typing import Any

from sqlalchemy import false, literal, null, select, union_all

from app.database.packed import PackedRows
from tests.conftest import County

ODD = ('"引号"', "back\\slash", "line\nbreak\ttab\x01", "𠮷野家😀", "", "null", '{"kind": "on"}', "[1, 2]")
NUMBERS = (0, -1, 2**53 + 1, -(2**63))


def test_rows_have_the_values_of_the_driver(county: County) -> None:
    wanted = [(text, number) for text in ODD for number in NUMBERS]
    rows = union_all(*(select(literal(text).label("text"), literal(number).label("number")) for text, number in wanted))
    columns = rows.subquery().c
    with county.database.reading() as connection:
        found = PackedRows(select(columns.text, columns.number), connection.dialect).run(connection)

    assert [tuple(row) for row in found] == wanted


def test_null_stays_null(county: County) -> None:
    columns: list[Any] = [null().label("missing"), literal(1).label("number")]
    with county.database.reading() as connection:
        found = PackedRows(select(*columns), connection.dialect).run(connection)

    assert [tuple(row) for row in found] == [(None, 1)]


def test_no_row_is_an_empty_list(county: County) -> None:
    with county.database.reading() as connection:
        found = PackedRows(select(literal(1).label("number")).where(false()), connection.dialect).run(connection)

    assert found == []
