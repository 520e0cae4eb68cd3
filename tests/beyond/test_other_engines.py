"""What Citus by schema and YugabyteDB lack is found in statements, and the tables do without it."""

import pytest
from sqlmodel import SQLModel

from app import models as _all_tables  # noqa: F401
from tests.beyond.other_engines import MIGRATING, is_lacking


@pytest.mark.parametrize(
    "statement",
    ["SELECT pg_advisory_lock(1)", "LISTEN changes", "LOCK TABLE unit", "SELECT nextval('unit_id_seq')"],
)
def test_what_other_engines_lack_is_found(statement: str) -> None:
    assert is_lacking(statement)


def test_ordinary_statements_lack_nothing() -> None:
    ordinary = [MIGRATING, "SELECT notify FROM unit", "SELECT 1 FROM unit FOR UPDATE", "SET LOCAL lock_timeout = 1"]

    assert [one for one in ordinary if is_lacking(one)] == []


def test_no_table_or_key_names_a_schema_and_no_two_share_a_sequence() -> None:
    tables = SQLModel.metadata.tables.values()

    assert {table.schema for table in tables} == {None}
    assert {key.target_fullname.count(".") for table in tables for key in table.foreign_keys} == {1}
    assert all(column.default is None or not column.default.is_sequence for table in tables for column in table.columns)
