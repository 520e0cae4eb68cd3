"""The column types that all tables share, and the naming of constraints."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Enum, Index, Integer, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER PRIMARY KEY by itself


IDENTITY = {"sqlite_autoincrement": True}  # an id is never given twice, also after a rollback of the last row


def identity() -> Any:
    """The primary key of a table: an identity bigint."""
    return Field(default=None, primary_key=True, sa_type=BigId)


def reference(target: str, *, optional: bool = False) -> Any:
    """A foreign key to an identity bigint, such as `reference("unit.id")`."""
    if optional:
        return Field(default=None, foreign_key=target, sa_type=BigId, nullable=True)
    return Field(foreign_key=target, sa_type=BigId, nullable=False)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of those rows only for which a condition holds."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def enum_type(values: type[StrEnum], name: str) -> Enum:
    """A column that stores an enum's values as text, with a CHECK called ck_<table>_<name>."""
    return Enum(values, native_enum=False, create_constraint=True, name=name, length=20, values_callable=list)
